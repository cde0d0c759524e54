import type { Language } from '../../channels/index.ts'
import { makeTable } from './phrase-table.ts'

/** Words that a shop's name follows, in these languages. `isSure`: whatever follows is a name, unless it has an article. */
export type Introduction = { readonly languages: readonly Language[]; readonly isSure: boolean }

export const introductions = makeTable<Introduction>([
  ['at', { languages: ['en'], isSure: true }],
  ['from|to|with|by|via|on|in|for', { languages: ['en'], isSure: false }],
  ['en', { languages: ['es'], isSure: true }],
  ['a|de|con|por', { languages: ['es'], isSure: false }],
  ['chez|aux', { languages: ['fr'], isSure: true }],
  ['a|au|de|d|sur|par|en|avec|dans', { languages: ['fr'], isSure: false }],
  ['bei|beim', { languages: ['de'], isSure: true }],
  ['an|im|in|von|vom|fur|auf|zu|zum|mit', { languages: ['de'], isSure: false }],
  ['no|na', { languages: ['pt'], isSure: true }],
  ['em|ao|a|do|da|de|com|pelo|pela|para o|para a|pro|pra', { languages: ['pt'], isSure: false }],
  ['pay|paid|payed|buy from|bought from', { languages: ['en'], isSure: true }],
  ['pague a|pagado a|pagar a|pague|pagado|pagar', { languages: ['es'], isSure: true }],
  ['paye|payer', { languages: ['fr'], isSure: true }],
  ['bezahlt an|gezahlt an|zahlung an|abbuchung von|lastschrift von|buchung von|erstattung von', { languages: ['de'], isSure: true }],
  ['paguei a|pagar a|paguei|pagar', { languages: ['pt'], isSure: true }],
  ['charge from|refund from|payment to|payment from|charged by|order from|subscription to|bill from', { languages: ['en'], isSure: true }],
  ['cargo de|cobro de|devolucion de|reembolso de|compra en|suscripcion a', { languages: ['es'], isSure: true }],
  ['remboursement de|prelevement de|abonnement|commande', { languages: ['fr'], isSure: true }],
  ['cobranca do|cobranca da|reembolso do|reembolso da|estorno do|estorno da|compra no|compra na|assinatura do|assinatura da', { languages: ['pt'], isSure: true }],
]) // prettier-ignore

/** Shops that people name without introduction in the countries of our five languages; no word of them means much else. */
export const knownShops = makeTable<true>([
  [
    'netflix|spotify|amazon|amazon prime|prime video|disney plus|disney +|youtube premium|paypal|uber|uber eats|lyft|cabify|deliveroo|doordash|just eat|airbnb|booking . com|ryanair|easyjet|lufthansa|ikea|lidl|aldi|rewe|edeka|kaufland|tesco|sainsburys|asda|morrisons|waitrose|walmart|costco|whole foods|trader joes|starbucks|greggs|mcdonalds|mcdonald|burger king|kfc|zara|h & m|primark|decathlon|carrefour|auchan|leclerc|monoprix|franprix|fnac|mercadona|el corte ingles|corte ingles|oxxo|soriana|mercado libre|mercado livre|mercadolibre|rappi|ifood|magazine luiza|magalu|lojas americanas|pao de acucar|pingo doce|repsol|galp|aral|total energies|media markt|rossmann|zalando|ebay|temu|shein|aliexpress|hulu|hbo max|audible|playstation|xbox|nintendo|vodafone|telekom|movistar|sncf|deutsche bahn|renfe|trainline|blablacar|currys|argos|john lewis|marks and spencer|m & s|best buy|home depot|lowes|walgreens|dropbox|icloud|openai|chatgpt|coop|migros|billa|hofer|spar|nubank|mercadopago',
    true,
  ],
])

/** Shops whose names mean something else too: believed behind "at", "on", "from". */
export const ambiguousShops = makeTable<true>([
  [
    'apple|google|microsoft|adobe|youtube|disney|itunes|target|subway|shell|boots|bolt|orange|penny|costa|pret|gap|next|otto|saturn|dm|continente|liberty|steam|tinder|max|hbo|bp|esso|netto|iberia|free|cvs|tfl|gas natural|o2|three',
    true,
  ],
])

/** Shops named after days and numbers: read before any day or amount is. */
export const shopsLikeDays = makeTable<true>([
  [
    'tgi fridays|tgi friday|t . g . i . fridays|ruby tuesday|sunday times|the sunday times|forever 21|7 - eleven|7 eleven|seven eleven|1 & 1|motel 6|super 8|24 hour fitness|five guys|99 ranch|century 21|4 fingers|studio 3|twenty four seven|forever twenty one|monday . com|86 400|one stop|360 fitness|5 guys|3 mobile|phase eight|dollar tree|dollar general|family dollar|poundland|pound land|euro disney|eurospar|euromaster|eurostar',
    true,
  ],
])

/** Kinds of places and people that are no shop's name when an article or "in" stands before them. */
export const kindsOfPlaces: ReadonlySet<string> = new Set(
  (
    'bar pub kiosk kiosks market barber barbers hairdresser bakery butcher florist cafe club hotel airport station office school landlord mum mom dad brother sister friend wife husband boss neighbour garage mechanic till counter menu gym pharmacy hospital beach city village centre center mall corner ' +
    'boliche kiosko quiosco peluqueria panaderia carniceria mercado cine hotel aeropuerto estacion oficina colegio taller playa ciudad centro tianguis fonda serio bar ' +
    'tabac kiosque kiosque boulangerie boucher coiffeur marche hotel aeroport gare bureau ecole garage plage ville centre salle boulanger retrait resto ' +
    'lokal kneipe kiosk backer baecker backerei metzger friseur markt hotel flughafen bahnhof buro schule werkstatt strand stadt bar automat kasse ferien mensa ' +
    'boteco quiosque padaria acougue cabeleireiro barbeiro feira hotel aeroporto estacao escritorio escola oficina mecanico praia cidade centro shopping serio posto caixa mercado mercadinho'
  ).split(' '),
)

/** How people ask about a name that stands before. */
export const questionsAbout = makeTable<true>([
  ['what is|whats|what s|what was|who is|whos|who s|why', true],
  ['que es|que fue|quien es|por que', true],
  ['c est quoi|qu est ce|cest quoi|c est qui|pourquoi', true],
  ['was ist|was war|was soll|wer ist|warum|wofur', true],
  ['o que e|o que foi|que e isso|quem e|por que', true],
  ['?', true],
])

/** Capitals that people of banks and phones write, and no shop. */
export const bankShorthand: ReadonlySet<string> = new Set(
  'atm pin iban bic swift tan otp cvv cvc sepa ach apr usd eur gbp mxn brl chf visa amex sms faq id url app ok gmbh vat iva tva mwst nif dni cpf curp pix ec'.split(' '),
) // prettier-ignore

/** Words of banking that a shop may carry in its name. */
export const ownWords: ReadonlySet<string> = new Set(
  'balance bank card cash credit bill money home work shop store account city casa banco saldo tarjeta carte compte banque maison bank karte konto geld haus conta cartao'.split(' '),
) // prettier-ignore

/** Words that no shop's name begins with or goes on after. */
export const stops: ReadonlySet<string> = new Set(
  [
    'the a an my our your his her their its it me i we you they he she them him us this that these those which what when where who how why is are was were be been am do does did done have has had having will would can could should may might must not no yes and or but if then than so because as at on in to for from with by of off up out over under about into since until till between before after again still yet already ever never now here there today yesterday tomorrow tonight please pls thanks thank hi hello hey much many more most less least few some any every each all both too very really just only also total all time moment all once least first last next recently lately go went gone come came get got show tell give list find see check need want like know think say said see look buy bought pay paid spend spent charge charged cost costs refund refunded money payment payments purchase purchases transaction transactions card cards account accounts bank banks balance balances bill bills statement statements amount sum shop shops store stores places cities city country countries online abroad home work person agent human someone somebody something anything nothing everything ok okay sure right left enough until payday savings checking visa mastercard amex credit debit double twice wrong week weeks month months year years day days weekend quarter weekends lot bit same way average other one ones another instead up down back near nearby',
    'el la los las un una unos unas mi mis tu tus su sus lo le les me te se nos yo que cual cuales cuando donde quien como cuanto cuantos cuanta cuantas por para con sin de del al a en y o u e pero si no ya es son fue fueron era ser estar esta este esto estas estos ese esa eso aqui alli hoy ayer manana antes despues hasta desde entre durante todo toda todos todas mucho muy mas menos solo tambien he ha han hay tengo tiene puedo puede quiero gaste gastado gasto gastos gastar pague pagado pago pagos pagar compre compra compras comprado cobraron cobro cobrado cargo cargos dinero tarjeta tarjetas cuenta cuentas banco saldo factura facturas recibo importe total efectivo linea favor gracias hola semana semanas mes meses ano anos dia dias vez veces ultimo ultima ultimos ultimas pasado pasada cada tienda tiendas casa persona agente alguien algo nada cual credito debito promedio parte',
    'le la les l un une des du de d au aux a mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces ca c je j tu il elle on nous vous ils elles me m te t se s qui que qu quoi quel quelle quels quelles quand ou comment combien pourquoi est sont etait ete etre ai as avons avez ont avait avoir fait faire y en et mais si ne n pas plus moins tres tout tous toute toutes pour par avec sans sur sous dans chez entre depuis jusqu jusque avant apres pendant hier demain aujourdhui maintenant ici deja encore seulement aussi depense depenses depenser paye payer paiement paiements achat achats achete debite debites preleve argent carte cartes compte comptes banque solde facture factures montant total ligne especes fois semaine semaines mois an annee jour jours dernier derniere derniers passe passee merci bonjour salut personne conseiller quelqu un magasin magasins maison credit debit moyenne peu beaucoup part peux puis voir montre',
    'der die das den dem des ein eine einen einem einer mein meine meinen meinem meiner dein deine sein seine ihr ihre unser unsere ich du er sie es wir mir mich dir dich uns euch ihnen wer was wann wo wie warum welche welcher welches viel viele wieviel ist sind war waren bin habe hab hat haben hatte gehabt wird werden wurde kann konnen muss soll will mochte nicht kein keine ja nein und oder aber wenn dann als ob weil dass fur mit ohne von vom zu zum zur im in am an auf aus bei beim nach vor seit bis zwischen uber unter um durch gegen heute gestern morgen jetzt schon noch nur auch sehr mehr weniger alles alle jeder jede jeden mal ausgegeben ausgaben bezahlt gezahlt zahlung zahlungen gekauft kauf kaufe abgebucht abbuchung abbuchungen geld karte karten konto konten bank kontostand rechnung rechnungen betrag summe gesamt insgesamt internet online woche wochen monat monate monats jahr jahre jahres tag tage letzte letzten letzter letztes diese diesen dieser dieses bitte danke hallo person mensch mitarbeiter jemand laden geschaft hause kredit durchschnitt zeigen zeig erstattung',
    'o a os as um uma uns umas meu minha meus minhas teu tua seu sua seus suas nosso nossa eu tu ele ela nos vos eles elas voce voces me te se lhe que qual quais quando onde quem como quanto quantos quanta quantas por para pra pro com sem de do da dos das em no na nos nas ao aos e ou mas se nao sim ja e sao foi foram era ser estar esta este isto isso esse essa estas estes aqui ali hoje ontem amanha antes depois ate desde entre durante tudo todo toda todos todas muito mais menos so apenas tambem tenho tem ha posso pode quero gastei gasto gastos gastar paguei pago pagamento pagamentos pagar comprei compra compras comprado cobraram cobranca dinheiro cartao cartoes conta contas banco saldo fatura faturas valor total linha favor obrigado obrigada ola oi semana semanas mes meses ano anos dia dias vez vezes ultimo ultima ultimos ultimas passado passada cada loja lojas casa pessoa atendente alguem algo nada credito debito media parte',
  ].flatMap((line) => line.split(' ')),
)
