import { phraseFinder } from './plain-text.ts'

const kinWords =
  '(?:mum|mom|mother|mam|dad|father|parents?|wife|husband|hubby|partner|boyfriend|girlfriend|fiancee?|son|daughter|kid|child|brother|sister|grandma|gran|nan|grandmother|grandad|grandpa|grandfather|aunt|uncle|cousin|friend|mate|flatmate|roommate|neighbou?r|colleague|boss|ex)'
const kinEs =
  '(?:madre|padre|mama|papa|esposa|esposo|mujer|marido|novi[oa]|hij[oa]|herman[oa]|abuel[oa]|ti[oa]|prim[oa]|amig[oa]|vecin[oa]|jefe|pareja|suegr[oa])'
const kinFr =
  '(?:mere|pere|maman|papa|femme|mari|epouse|epoux|copain|copine|fils|fille|frere|soeur|grand mere|grand pere|mamie|papi|tante|oncle|cousine?|amie?|voisine?|collegue|patron|conjointe?|compagnon|compagne)'
const kinDe =
  '(?:mutter|vater|mama|papa|mutti|vati|frau|mann|ehefrau|ehemann|freundin|freund|sohn|tochter|bruder|schwester|oma|opa|grossmutter|grossvater|tante|onkel|cousine?|nachbarin|nachbar|kollegin|kollege|chef|partnerin|partner)'
const kinPt =
  '(?:mae|pai|esposa|esposo|mulher|marido|namorad[oa]|filh[oa]|irmao|irma|avo|vovo|ti[oa]|prim[oa]|amig[oa]|vizinh[oa]|chefe|parceir[oa])'
const things =
  '(?:cards?|accounts?|balance|money|wallet|purse|phone|bills?|payments?|transactions?|savings|salary|spending|debit card|credit card|bank account|bank)'
const cosas =
  '(?:tarjetas?|cuentas?|saldo|dinero|cartera|movil|telefono|facturas?|ahorros|nomina|pagos|movimientos|billetera|celular)'
const choses =
  '(?:cartes?|comptes?|solde|argent|portefeuille|telephone|portable|factures?|salaire|depenses|economies|paiements)'
const dinge =
  '(?:karten?|kontos?|konten|kontostand|geld|geldbeutel|handy|rechnung|gehalt|ersparnisse|kreditkarte|bankkarte|umsatze|portemonnaie)'
const coisas =
  '(?:cartao|cartoes|contas?|saldo|dinheiro|carteira|telemovel|celular|fatura|salario|poupancas?|pagamentos)'

const kin = phraseFinder([
  `(?:my|our) (?:\\S+ ){0,2}?${kinWords}s? (?:s )?(?:\\S+ ){0,3}?(?:${things}|lost|robbed|mugged|account)`, `(?:my|our) (?:\\S+ )?${kinWords}s (?:\\S+ ){0,2}?${things}`, `${things} (?:of|belonging to) my (?:\\S+ )?${kinWords}`, `im (?:his|her|their) (?:\\S+ )?${kinWords}`, `i am (?:his|her|their) (?:\\S+ )?${kinWords}`, `(?:in|on|to) (?:his|her|their) (?:\\S+ )?${things}`, `(?:his|her|their) (?:\\S+ )?(?:cards?|accounts?|balance|wallet|purse)`, `im calling for my ${kinWords}`, `on behalf of my ${kinWords}`, `what (?:she|he) has (?:\\S+ ){0,2}?in (?:the|her|his) account`,
  `${cosas} de mi (?:\\S+ )?${kinEs}`, `mi ${kinEs} (?:\\S+ ){0,4}?${cosas}`, `a mi ${kinEs} le (?:\\S+ ){0,4}?${cosas}`, `soy su ${kinEs}`, `en su ${cosas}`, `lo que (?:el|ella) tiene en la cuenta`,
  `${choses} de (?:ma|mon|mes) (?:\\S+ )?${kinFr}`, `(?:ma|mon|mes) ${kinFr} (?:\\S+ ){0,5}?${choses}`, `je suis (?:sa|son) ${kinFr}`, `sur son compte`, `(?:sa|son) (?:carte|compte|solde)`, `ce qu ?(?:il|elle) a sur le compte`,
  `${dinge} (?:von )?(?:meiner|meines|meinem|von meiner|von meinem|unserer) (?:\\S+ )?${kinDe}s?`, `(?:meiner|meine|mein|meinem|meines) ${kinDe}s? (?:\\S+ ){0,4}?${dinge}`, `ich bin (?:seine|ihr|ihre|sein) ${kinDe}`, `auf (?:seinem|ihrem) konto`, `was (?:sie|er) (?:noch )?(?:auf dem|aufm|am) konto hat`, `(?:seine|seiner|seinem) (?:karte|konto|kontostand)`,
  `${coisas} (?:da|do|de) (?:minha|meu|meus) (?:\\S+ )?${kinPt}`, `(?:a |o )?(?:minha|meu) ${kinPt} (?:\\S+ ){0,5}?${coisas}`, `sou (?:a |o )?(?:sua |seu )?${kinPt} (?:dele|dela)`, `na conta (?:dele|dela)`, `(?:cartao|conta|saldo) (?:dele|dela)`, `o que (?:ele|ela) tem na conta`,
]) // prettier-ignore

// Names are no words: what is asked of somebody who is not "me". Whether there is such a customer makes no difference.
const stranger = phraseFinder([
  `(?:show|see|check|tell me|give me|whats|what is|what does|get|look up) (?:me )?(?!(?:my|the|our|your|its|todays?|yesterdays?|this|last|months?|weeks?|years?|whats|thats|this) )[a-z]{3,}s (?:\\S+ )?(?:balance|account|card|transactions|money|bill)(?! is)`, `(?:account|balance|card|transactions|details) (?:of|for|belonging to) (?:mr|mrs|ms|miss|another|other|somebody|someone|a different|all|every|customer|customers|user|users)`, `(?:another|other|someone elses|somebody elses|all|every) (?:customers?|users?|persons?|peoples?|clients?) (?:\\S+ )?(?:balances?|accounts?|cards?|data|details|transactions?)`, `(?:mr|mrs|ms|miss|herr|frau|senor|senora|monsieur|madame|sr|sra) [a-z]{3,} (?:\\S+ ){0,4}?(?:account|balance|card|konto|kontostand|cuenta|saldo|compte|solde|conta)`,
  `(?:saldo|cuenta|tarjeta) de (?!(?:mi|mis|la|el|los|las|credito|debito|ahorros?|nomina|hoy|ayer|este|esta|tarjeta|cuenta|banco|mes|ahora) )[a-z]{3,}`, `(?:solde|compte|carte) de (?!(?:ma|mon|mes|la|le|les|credit|debit|banque|ce|cette|paiement|depot|fidelite) )[a-z]{3,}`, `(?:kontostand|konto|karte) von (?!(?:mir|meinem|meiner|meinen|der|dem|heute|gestern|diesem|letzten|meine|mein) )[a-z]{3,}`, `(?:saldo|conta|cartao) d[eoa] (?!(?:meu|minha|credito|debito|hoje|ontem|banco|mes|poupanca|minhas|meus|conta|cartao) )[a-z]{3,}`,
]) // prettier-ignore

const someonesData = phraseFinder([
  '(?:delete|erase|wipe|remove|forget) (?:all |everything )?(?:of |about |on )?(?!(?:my|the|our|your|its|this|that|these|those|banks|parleys|todays|previous|months|weeks|years|messages|chats|things) )[a-z]{3,}s (?:data|records?|info|information|details|history|profile|account)',
  `(?:my|our|of my) (?:\\S+ )?${kinWords}s (?:data|records?|info|information|details|history|profile)`, '(?:delete|erase|wipe|remove) (?:all )?(?:of )?(?:his|her|their) (?:data|records?|info|information|details|history|profile|account)',
  `(?:datos|informacion|historial) de mi ${kinEs}`, `(?:donnees|infos?|informations|historique) de (?:ma|mon|mes) ${kinFr}`, `daten (?:von )?(?:meiner|meines|meinem) ${kinDe}s?`, `(?:dados|informacoes|historico) d[aeo] (?:minha|meu) ${kinPt}`,
  '(?:datos|donnees|daten|dados|data) (?:of|von|de|do|da) (?:mr|mrs|ms|frau|herrn?|senor|senora|sr|sra|monsieur|madame|dona) [a-z]{3,}',
]) // prettier-ignore

// What somebody close has, in the order en, es, fr, de, pt.
const kinsMoney = phraseFinder([
  `(?:what|whats|how much) (?:\\S+ ){0,6}?(?:in|on) (?:his|her|their) (?:\\S+ )?account`, `(?:my|our) (?:\\S+ )?${kinWords} (?:\\S+ ){0,8}?how much (?:money )?(?:he|she|they) (?:has|have)`,
  `(?:cuanto|que) (?:\\S+ ){0,4}?en su cuenta`, `mi ${kinEs} (?:\\S+ ){0,8}?cuant[oa] (?:dinero |plata )?tiene`,
  `(?:combien|quoi|que) (?:\\S+ ){0,5}?sur son compte`, `(?:ma|mon) ${kinFr} (?:\\S+ ){0,8}?combien (?:dargent )?(?:il|elle) a`,
  `(?:was|wie ?viel) (?:\\S+ ){0,4}?auf (?:seinem|ihrem) konto`, `meine? ${kinDe} (?:\\S+ ){0,8}?wie ?viel (?:geld )?(?:er|sie) (?:noch )?hat`,
  `(?:quanto|o que) (?:\\S+ ){0,4}?na conta (?:dele|dela)`, `(?:meu|minha) ${kinPt} (?:\\S+ ){0,8}?quanto (?:dinheiro )?(?:ele |ela )?tem`,
]) // prettier-ignore

/** Whether a plain text asks what somebody close has: that is never looked up, and a person hears it. */
export function asksOfKin(plain: string): boolean {
  return kinsMoney.test(plain)
}

/** Whether a plain text would have deleted what is known of somebody else. */
export function isSomeonesData(plain: string): boolean {
  return someonesData.test(plain)
}

/** Whether a plain text asks about, or acts for, somebody else: `kin` for somebody close, `stranger` for anybody else. */
export function findOther(plain: string): 'kin' | 'stranger' | undefined {
  if (kin.test(plain) || kinsMoney.test(plain)) return 'kin'
  return stranger.test(plain) ? 'stranger' : undefined
}
