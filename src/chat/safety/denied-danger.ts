import { phraseFinder } from './plain-text.ts'

// A "not" takes a danger back only where it belongs to the danger itself: to its verb ("was not stolen") or to who would have done it ("nobody
// stole it"). Between the two stand helping words alone; whatever else stands there, the "not" is of something else ("nobody knows who stole it",
// "not only my card was stolen", "I did not make this payment"). Each list in the order en, es, fr, de, pt.

// What happens to a person or a thing, as it stands after "was not", "no fue", "n'a pas été", "wurde nicht", "não foi".
const suffered = [
  'stolen', 'lost', 'missing', 'misplaced', 'robbed', 'mugged', 'pickpocketed', 'nicked', 'pinched', 'hacked', 'scammed', 'conned', 'cloned', 'skimmed', 'defrauded', 'compromised', 'gone',
  'robad[oa]s?', 'perdid[oa]s?', 'hurtad[oa]s?', 'asaltad[oa]s?', 'atracad[oa]s?', 'hackead[oa]s?', 'jaquead[oa]s?', 'estafad[oa]s?', 'clonad[oa]s?', 'duplicad[oa]s?', 'extraviad[oa]s?',
  'volee?s?', 'perdue?s?', 'egaree?s?', 'piratee?s?', 'hackee?s?', 'arnaquee?s?', 'clonee?s?', 'derobee?s?', 'agressee?s?', 'disparue?s?',
  'gestohlen', 'geklaut', 'verloren', 'verschwunden', 'weg', 'entwendet', 'gehackt', 'kopiert', 'missbraucht', 'beklaut', 'bestohlen', 'ausgeraubt', 'uberfallen', 'betrogen', 'abhandengekommen',
  'roubad[oa]s?', 'furtad[oa]s?', 'assaltad[oa]s?', 'hackead[oa]s?', 'invadid[oa]s?', 'enganad[oa]s?', 'burlad[oa]s?',
].join('|') // prettier-ignore
// What somebody else does, or does not.
const done = [
  'stole', 'steal', 'stolen', 'stealing', 'took', 'take', 'taken', 'nicked', 'pinched', 'robbed', 'mugged', 'hacked', 'scammed', 'conned', 'cloned', 'skimmed', 'used', 'using', 'touched', 'accessed', 'got into',
  'robo', 'robaron', 'robado', 'roba', 'quito', 'quitado', 'quitaron', 'cogio', 'cogido', 'llevo', 'llevado', 'llevaron', 'hurto', 'hurtaron', 'hackeo', 'hackeado', 'hackearon', 'jaquearon', 'estafo', 'estafado', 'estafaron', 'clono', 'clonado', 'clonaron', 'uso', 'usado', 'asaltaron', 'asalto', 'atracaron',
  'volee?', 'vole', 'pris', 'prise', 'piratee?', 'hackee?', 'arnaquee?', 'clonee?', 'utilisee?', 'touchee?', 'subtilisee?',
  'gestohlen', 'geklaut', 'genommen', 'weggenommen', 'gehackt', 'kopiert', 'benutzt', 'verwendet', 'missbraucht', 'beklaut', 'bestohlen', 'ausgeraubt', 'betrogen', 'entwendet',
  'roubou', 'roubaram', 'roubado', 'levou', 'levaram', 'furtou', 'furtaram', 'usou', 'pegou', 'clonou', 'clonaram', 'hackeou', 'hackearam', 'invadiu', 'invadiram', 'assaltou', 'assaltaram', 'enganou',
].join('|') // prettier-ignore
const evilsEn = '(?:fraud(?! (?:alert|alerts|team|department|protection|line|officer))|theft|scam)'
const evils =
  '(?:fraude|robo|hurto|estafa|vol|arnaque|piratage|betrug|diebstahl|missbrauch|kartenmissbrauch|roubo|golpe|burla)'
const surely =
  '(?:(?:actually|really|even|ever|yet|at all|in fact|realmente|nunca|aun|todavia|vraiment|encore|du tout|jamais|wirklich|gar|doch|tatsachlich|realmente|ainda|mesmo) )?'

// "Is that not fraud" asks.
const notAsked = '(?<! (?:is (?:that|this|it)|ist (?:das|es)|ce) )'

const denials = [
  // The thing, or the person, to whom it did not happen.
  `(?:not|isnt|wasnt|arent|werent|hasnt|havent|never) ${surely}(?:been |being |getting |got )?${surely}(?:${suffered})(?: (?:or|nor|and) (?:${suffered}))*`,
  `none of (?:my|our|the|them) ?(?:\\S+ )?(?:is|are|was|were|got|has been|have been) (?:${suffered})`,
  `no (?:me |te |le |nos |la |lo |las |los |se )*(?:esta |estan |estaba |fue |fueron |fui |es |era |ha |han |he |hemos |hayan )?(?:sido )?${surely}(?:${suffered})`,
  `(?:pas|jamais|aucunement) ${surely}(?:ete |etait |me |me suis |fait |etre )*(?:${suffered}|voler|pirater|arnaquer|agresser)`,
  `(?:nicht|nie|niemals|nichts|keine? (?:karten?|tasche)) ${surely}(?:${suffered})`,
  `nao ${surely}(?:me |te |lhe |nos |se |o |a )*(?:esta |estao |ta |foi |foram |fui |fomos |e |era |tinha sido )?${surely}(?:${suffered})`,
  // Who lost nothing. "I did not take it out" and "I did not use it" are what somebody says whose card is used by others.
  `(?:didnt|did not|dont|havent|have not|never) ${surely}(?:lose|lost|misplace|misplaced)`,
  `no (?:la |lo |las |los |se me |me |he |hemos )*(?:perdi|perdio|perdido|perdimos|extravie)`,
  `nao (?:o |a |os |as )?(?:perdi|perdeu|perdemos|extraviei)`,
  // Nobody did it, and they did not.
  `(?:nobodys?|no ?bodys?|no ?ones?|noone|they didnt|they did not|they havent|they have not) ${surely}(?:has |had |have |is |was )?${surely}(?:${done})`,
  `(?:nadie|no) (?:me |te |le |nos |se |la |lo |las |los )*(?:ha |han |hayan |habia |esta |estan )?${surely}(?:${done})(?: nada)?`,
  `(?<!(?:une|la|cette|autre|tierce) )personne (?:ne |na |nait |ma |mont |la |me |lui |nous |a |n )*${surely}(?:${done})`,
  `(?:on|ils|il|elle) (?:ne |na |nont |ma |mont |nous )*(?:a |ont )?pas ${surely}(?:${done})`,
  `(?:niemand|keiner) (?:hat |haben |hatte )?(?:(?:mir|mich|uns|die|den|das|dem|meine|meinen|mein|unsere|ec|\\w*karten?|visa|geldbeutel|portemonnaie|geldborse|handy|konto|\\w*tasche|geld|etwas|was|da|hier|gestern|heute|je) ){0,5}?(?:${done})`,
  `(?:ninguem|nao) ${surely}(?:me |te |lhe |nos |o |a |tinha |estao |esta )*${surely}(?:${done})`,
  // It is none.
  `${notAsked}(?:no|not|not a|isnt|isnt a|wasnt|wasnt a) ${evilsEn}`,
  `no (?:es|fue|era|hay|hubo|ha habido|ha sido) (?:un |una |ningun |ninguna )?${evils}`,
  `${notAsked}(?:pas|aucune?|jamais) (?:de |dune |un |une |eu de )?${evils}`,
  `${notAsked}(?:kein|keinen|keine|nicht) ${evils}`,
  `nao (?:e|foi|era|ha|houve|tem|teve) (?:um |uma |nenhum |nenhuma )?${evils}`,
  `(?:nenhuma|nenhum|ninguna|ningun) ${evils}`,
] // prettier-ignore
const denial = new RegExp(` (?:${denials.join('|')})(?= )`, 'g')

/** A plain text (`plainText`) without the dangers that it denies; the same where it denies none. */
export function withoutDenied(plain: string): string {
  return plain.replace(denial, ' ,')
}

// What tells, beside a danger that is denied, that something is wrong all the same.
const amiss = phraseFinder([
  'stolen', 'stole', 'steal', 'robbed', 'hacked', 'scammed', 'took it', 'taken it', 'nicked', 'pinched',
  'robad[oa]s?', 'robaron', 'robo', 'hurtaron', 'quitaron', 'llevaron', 'hackearon', 'estafaron',
  'volee?s?', 'vole', 'piratee?', 'arnaquee?', 'piquee?',
  'gestohlen', 'geklaut', 'entwendet', 'gehackt', 'ausgeraubt', 'beklaut',
  'roubad[oa]s?', 'roubaram', 'roubou', 'furtaram', 'furtad[oa]s?', 'levaram', 'hackearam',
]) // prettier-ignore

/** Whether what is left of a plain text, its denials taken out, still speaks of a theft or a fraud. */
export function isStillAmiss(rest: string): boolean {
  return amiss.test(rest)
}

// Whoever writes one of these may want help, or repeats what others say.
const doubtful = phraseFinder([
  'help', 'urgent\\w*', 'what (?:now|do|should)', '(?:cant|cannot|dont) (?:find|see)', 'weird\\w*', 'strange\\w*', 'charge[ds]?', 'payments?', 'purchases?', 'transactions?', 'withdrawals?', 'pay\\w*', 'money', 'bought', 'buys?', 'missing', 'gone', 'lost', 'took', 'taken', 'someone', 'somebody', 'they', 'said', 'says', 'told', 'claims?', 'but', 'yet', 'found',
  'ayud\\w*', 'que hago', 'cargos?', 'pagos?', 'cobros?', 'compras?', 'dinero', 'plata', 'alguien', 'perdi\\w*', 'dijo', 'dice', 'dicen', 'dijeron', 'pero', 'encuentro', 'raro',
  'aide\\w*', 'que faire', 'debits?', 'prelevements?', 'paiements?', 'achats?', 'argent', 'quelqu ?un', 'perdue?', 'dit', 'disent', 'mais', 'trouve', 'bizarre',
  'hilf\\w*', 'was tun', 'was jetzt', 'abbuchung\\w*', 'zahlung\\w*', 'buchung\\w*', 'gekauft', 'geld', 'jemand', 'verloren', 'weg', 'sagt', 'sagte', 'sagen', 'aber', 'sondern', 'finde', 'komisch\\w*',
  'ajud\\w*', 'o que faco', 'cobrancas?', 'pagamentos?', 'compras', 'dinheiro', 'alguem', 'perdi\\w*', 'disse\\w*', 'diz', 'dizem', 'mas', 'acho', 'encontro', 'estranh\\w*', 'sumiu',
]) // prettier-ignore

/** Whether, beside a danger that is denied, anything leaves it open whether all is well. */
export function leavesDoubt(rest: string): boolean {
  return doubtful.test(rest)
}

// Not found is lost: "it hasn't turned up", "je ne la retrouve pas", "no apareció".
const notFound = new RegExp(
  ` (?:(?:not|never|hasnt|havent|didnt|nobody|no one) (?:[^ .,]+ ){0,2}?(?:turned up|found(?= (?:it|them|(?:my|the) (?:\\S+ )?(?:card|cards|wallet|purse|bag|visa)) | $| [.,])|got it back)|` +
    'no (?:[^ .,]+ ){0,3}?(?:aparecio|aparecido|encontre(?= (?:la|el|mi) | $| [.,])|encontrado(?= (?:la|el|mi) | $| [.,]))|' +
    '(?:retrouve|trouve) (?:pas|plus|nulle part)|pas (?:[^ .,]+ )?(?:retrouvee?|reapparue?)|' +
    '(?:nicht|nie) (?:[^ .,]+ )?(?:aufgetaucht|wieder da|wiedergefunden|gefunden(?= $| [.,]))|' +
    'nao (?:[^ .,]+ ){0,2}?(?:apareceu|achei(?= (?:a|o|meu|minha) | $| [.,])|encontrei(?= (?:a|o|meu|minha) | $| [.,])))(?= )',
  'g',
)

/** A plain text in which a thing that was looked for in vain is named as lost. */
export function withoutSearch(plain: string): string {
  return plain.replace(notFound, ' cant find')
}
