import { type Phrases, makeTable } from './phrase-table.ts'

// Words around amounts. All five languages share each table: none of these phrases means something else in another one.

/** What multiplies the numeral before it; a currency may follow. */
export const factors = makeTable<bigint>([
  ['k|mil|mille|tausend|tsd|tsd .|thousand', 1000n],
  ['hundred|hundert', 100n],
  ['million|millions|mio|mio .|millon|millones|millionen|milhao|milhoes|mn', 1_000_000n],
])

/** Which side of an amount is meant. */
export type Bound = 'least' | 'most' | 'about'

export const bounds = makeTable<Bound>([
  [
    'over|more than|above|at least|greater than|bigger than|larger than|higher than|upwards of|minimum|min|no less than|not less than|exceeding|mas de|mayor de|mayores de|mayor a|mayores a|mas que|superior a|superiores a|al menos|por lo menos|como minimo|por encima de|arriba de|minimo|plus de|superieur a|superieure a|superieurs a|superieures a|au moins|au dessus de|minimum|depassant|mehr als|uber|ueber|grosser als|mindestens|hoher als|ab|mais de|mais que|maior que|maiores que|acima de|pelo menos|no minimo|superiores a',
    'least',
  ],
  [
    'under|less than|below|up to|at most|smaller than|lower than|cheaper than|no more than|not more than|maximum|max|menos de|menor de|menor a|menores de|menores a|inferior a|inferiores a|hasta|por debajo de|debajo de|como mucho|maximo|moins de|inferieur a|inferieurs a|inferieure a|inferieures a|en dessous de|au plus|au maximum|jusqu a|jusque|weniger als|unter|kleiner als|hochstens|bis zu|maximal|menos de|menor que|menores que|abaixo de|ate|no maximo|inferiores a',
    'most',
  ],
  [
    'about|around|roughly|approximately|approx|circa|ca|ca .|some|~|unos|unas|alrededor de|aproximadamente|cerca de|mas o menos|environ|autour de|a peu pres|dans les|etwa|ungefahr|rund|so um die|um die|uns|umas|por volta de|mais ou menos|cerca de',
    'about',
  ],
])

/** Between the two ends of a range. */
export const rangeWords = makeTable<true>([['-|–|—|to|and|or|bis|und|bis zu|oder|y|a|o|hasta|et|ou|e|ate', true]])

/** Between whole units and hundredths: "two euros and fifty". */
export const andWords = makeTable<true>([['and|y|con|et|und|e|com', true]])

/** What makes the number before it no amount. */
export const percentWords = makeTable<true>([
  ['%|‰|percent|per cent|pct|prozent|por ciento|porciento|pour cent|pourcent|por cento|°', true],
])

/** After these a bare number is plainly money. */
export const moneyVerbs = makeTable<true>([
  [
    'limit|limit to|limit of|salary|salary of|wage|wages|wages of|pay of|rent of|rent|afford|pay|paid|paying|payed|spend|spent|spending|charge|charged|charges|charging|cost|costs|costing|debited|debit|debit of|took|taken|withdrew|withdraw|refund|refunded|refund of|worth|amount|payment|payment of|payment for|amount of|charge of|transaction of|transaction for|fee of|price of|priced at|purchase of|bill of|deposit of',
    true,
  ],
  [
    'limite a|limite de|limite en|salario de|sueldo de|nomina de|alquiler de|renta de|permitirme|pagar|pague|pagado|pago de|gastar|gaste|gastado|cobraron|cobrado|cobro|cobro de|cargo de|cargaron|cuesta|cuestan|costo|costaba|compra de|compra por|importe de|importe|vale|devolucion de|retire|saque|permitir',
    true,
  ],
  [
    'plafond a|plafond de|limite a|salaire de|paie de|loyer de|permettre|payer|paye|payee|depenser|depense|depenses|coute|coutait|debite|debites|preleve|preleves|prelevement de|montant de|montant|paiement de|achat de|achat a|remboursement de|retire|vaut|offrir',
    true,
  ],
  [
    'limit|limit auf|limit von|gehalt|gehalt von|lohn|lohn von|miete|miete von|rente von|leisten|bezahlt|bezahlen|zahlen|gezahlt|ausgegeben|ausgeben|abgebucht|abgehoben|belastet|gekostet|kostet|kosten|betrag von|betrag|zahlung von|zahlung uber|abbuchung von|abbuchung uber|erstattung von|kauf fur|belastung von',
    true,
  ],
  [
    'limite para|limite pra|limite de|limite em|salario de|ordenado de|aluguel de|renda de|bancar|gastar|pagar|paguei|pagou|gastei|gastou|cobraram|cobrou|cobranca de|custa|custou|custava|compra de|pagamento de|valor de|debitaram|descontaram|estorno de|reembolso de|saquei|tirei',
    true,
  ],
])

/** Somebody asks whether the money is enough. */
export const affordWords = makeTable<true>([
  [
    'afford|enough for|enough to|enough money|enough left|have enough|make it to|make it until|make it till|last until|last till|last me until|last me till|get by until|survive until|survive till|can i buy|could i buy|can i spend|safe to spend|until payday|stretch to|stretch until|stretch till|stretch',
    true,
  ],
  [
    'permitirme|puedo permitir|me alcanza|alcanza|alcanzara|me llega|llego a|llegar a|llegare|suficiente|puedo comprar|puedo gastar|aguanto hasta|aguantar hasta',
    true,
  ],
  [
    'me permettre|me offrir|m offrir|assez|suffisamment|suffira|suffit|tenir jusqu|tenir jusque|tiendrai|puis je acheter|je peux acheter|peux acheter|peux depenser',
    true,
  ],
  [
    'leisten|reicht|reichen|genug|auskommen|komme ich bis|hinkommen|kann ich kaufen|kann ich ausgeben|kann ich mir',
    true,
  ],
  [
    'bancar|suficiente|da para|da pra|dinheiro para|consigo comprar|posso comprar|posso gastar|posso pagar|aguento ate|chega ate|chego ate|chega para|sobra para',
    true,
  ],
])

/** After a bare amount comes the rest of the sentence, or nothing; another word would be what was counted. */
const connecting: Phrases =
  'instead|besides|plus|back|each|altogether|at|on|for|to|from|in|by|with|of|and|or|but|was|is|that|which|last|this|yesterday|today|please|pls|now|again|twice|more|extra|this|right|then|if|when|without|through|per|a|until|till|before|after|since|is|i|arrive|arrived' +
  '|en|para|por|de|del|a|al|el|la|y|o|que|ayer|hoy|con|este|esta|ahora|fue|hasta|sin|desde|no|es|me|si' +
  '|chez|pour|a|au|aux|dans|sur|le|la|les|du|et|ou|hier|aujourdhui|ce|cette|avec|qui|jusqu|sans|depuis|est|s|il|svp' +
  '|bei|fur|an|am|im|in|auf|vom|von|zu|zum|und|oder|gestern|heute|fur|mit|die|der|das|diese|letzte|bis|abgebucht|bezahlt|ausgegeben|gekostet|belastet|ausgeben|leisten|kosten|rauf|runter|hoch|erhohen|setzen|anheben|ist|war|wurde|hat|gerade|schon|seit' +
  '|num|numa|nuns|numas|pelo|pela|no|na|em|pra|pro|do|da|ontem|hoje|e|ou|com|neste|nesta|ate|sem|desde|nao|foi|que|se'

export const connectingWords = makeTable<true>([[connecting, true]])

/** What is counted and is no money, after any number. */
export const countedWords = makeTable<true>([
  [
    'times|time|days|day|weeks|week|months|month|years|year|hours|hour|hrs|minutes|minute|mins|min|seconds|points|point|pts|miles|stars|cards|card|accounts|account|payments|payment|transactions|transaction|people|persons|kids|nights|items|km|kg|steps|followers|pm|h|x|th|st|nd|rd|apr|rate',
    true,
  ],
  [
    'veces|vez|dias|dia|semanas|semana|meses|mes|anos|ano|horas|hora|minutos|puntos|millas|tarjetas|cuentas|pagos|movimientos|transacciones|personas|noches|cuotas',
    true,
  ],
  [
    'fois|jours|jour|semaines|semaine|mois|ans|an|annees|heures|heure|minutes|points|cartes|comptes|paiements|operations|personnes|nuits',
    true,
  ],
  [
    'mal|tage|tagen|tag|wochen|woche|monate|monaten|monat|jahre|jahren|jahr|stunden|stunde|std|minuten|uhr|punkte|punkten|meilen|karten|konten|zahlungen|umsatze|buchungen|personen|nachte|prozent',
    true,
  ],
  ['vezes|pontos|milhas|cartoes|contas|pagamentos|transacoes|pessoas|noites|parcelas', true],
])

/** Who paid: stands between an amount and its verb, "the 35 I paid". */
export const payers = makeTable<true>([
  [
    'i|we|you|they|he|she|it|that|which|was|were|que|me|nos|se|j|je|on|ils|m|ont|ai|qui|ich|man|sie|mir|die|wurden|wurde|eu|eles|foram|foi|got|a|have|had',
    true,
  ],
])

/** What stands between a verb and its amount. */
export const fillers = makeTable<true>([
  [
    'a|an|the|me|us|of|for|that|this|un|una|unos|unas|el|la|de|por|me|nos|le|une|les|ein|eine|einen|einem|mir|uns|fur|um|uma|o|mehr|another|extra|was|is|exactly|only|about|al|les|der|die|das',
    true,
  ],
])

/** Before a bare price: "a 1200 laptop". */
export const articles = makeTable<true>([
  ['a|an|un|una|une|ein|eine|einen|einem|um|uma|the|for|de|por|para|fur|pour|a|zu', true],
])
