import { phraseFinder } from './plain-text.ts'

// Danger that is spoken of from afar: asked about, imagined, denied, over, or thanked for. Each list in the order en, es, fr, de, pt.
const imagined = phraseFinder([
  'what if', 'in case', 'supposing', 'assuming', 'imagine', 'lets say', 'how (?:safe|secure|common|often)', 'if (?:i|we|you|he|she|my|someone|somebody|a|the|it|ever|one day) (?:\\S+ ){0,5}?(?:lose|loses|lost|steals?|stolen|gets?|got|hack\\w*|scam\\w*|used?)', 'when should i', 'should i (?:ever )?(?:report|lose)', '(?:can|could|do|would|are) (?:you|i|we) (?:\\S+ ){0,3}?report', 'suppose', 'how (?:does|do|long|would|is|are)', 'what (?:happens|would happen|kind of|counts as)', 'difference between',
  'supongamos', 'imagina\\w*', 'es seguro', 'que tan segur[oa]', 'que pasa(?:ria)? (?:si|cuando|despues)', 'si (?:un dia|alguna vez|pierdo|perdiera|me roban|me robaran|roban)', 'como (?:funciona|se hace|es)', 'en caso de', 'puedes reportar', 'cuanto tarda',
  'supposons', 'admettons', 'imaginons', 'c ?est (?:fiable|frequent|securise)', 'si (?:un jour|jamais|je perds|je me fais|on me vole|on vole|quelqu ?un)', 'en cas de', 'que se passe', 'il se passe quoi', 'comment (?:se passe|marche|fonctionne|ca)', 'combien de temps',
  'angenommen', 'nehmen wir an', 'wie (?:sicher|oft|haufig)', '(?:was|wie) (?:ware|passiert|lauft|funktioniert|lange)', '(?:wenn|falls) (?:\\S+ ){0,5}?(?:verliere|verlieren|geklaut|gestohlen|verloren|gehackt)', 'was mache ich wenn', 'konnt ihr', 'kannst du',
  'suponh\\w+', 'imagin[ae]', 'e seguro', 'o que (?:acontece|faco) (?:se|quando|depois)', 'se (?:um dia|eu perder|perder|roubarem|me roubarem|alguem)', 'como (?:funciona|e que)', 'em caso de', 'quanto tempo', 'e se',
]) // prettier-ignore
const denied = phraseFinder([
  '(?:not|isnt|wasnt|arent|werent|no longer|never) (?:\\S+ )?(?:stolen|lost|missing|robbed|hacked|fraud|a fraud|a scam)', 'no (?:fraud|scam|emergency)', 'false alarm',
  'no (?:me )?(?:la |lo |las |los |esta |estaba |fue |es |era )+(?:robad[oa]|robaron|perdid[oa]|perdi|robo|un fraude|fraude|estafa|una estafa)', 'falsa alarma',
  '(?:pas|plus|jamais) (?:ete |une |un )?(?:volee?|perdue?|fraude|arnaque|piratee?)', 'fausse alerte',
  '(?:nicht|doch nicht|nie) (?:\\S+ )?(?:gestohlen|geklaut|verloren|weg|gehackt)', 'kein(?:en)? (?:betrug|diebstahl|notfall)', 'fehlalarm',
  'nao (?:\\S+ ){0,2}?(?:roubad[oa]|perdid[oa]|fraude|golpe|burla)', 'alarme falso', 'falso alarme',
]) // prettier-ignore
const over = phraseFinder([
  '(?:found|got|have) (?:it|them|my \\S+|the \\S+) back', '(?:we|i|ive|we ve|weve|just|have) (?:just )?found', 'turned up', 'thank(?:s| you) (?:\\S+ )?(?:for|the)', 'cheers for', 'appreciate', 'sorted', 'solved', 'replacement', 'replaces?', 'replaced', 'new (?:card|one)', '(?:i|we|already|been|was|card|ive) (?:\\S+ )?reported',
  'ya (?:la |lo )?(?:encontre|aparecio|tengo)', 'encontre', 'aparecio', 'gracias por', 'nueva', 'reemplazo', 'sustituye', '(?:reporte|denuncie|reportada|denunciada)', 'resuelt[oa]', 'se resolvio',
  'retrouvee?s?', 'merci (?:pour|de|d)', 'nouvelle', 'rempla\\w+', 'signalee', 'declaree?', 'reglee?',
  'wieder (?:da|gefunden|aufgetaucht)', 'habs? (?:sie |ihn |die karte )?(?:wieder|gefunden)', 'danke (?:fur|furs|dass)', 'neue', 'ersatz\\w*', 'gemeldete?', 'geklart',
  'achei', 'achamos', 'encontrei', 'apareceu', 'obrigad[oa] (?:por|pela|pelo)', 'novo', 'substitui\\w*', 'comuniquei', 'comunicado', 'resolvid[oa]',
]) // prettier-ignore

// What is written, filmed or joked about.
const told = phraseFinder([
  '(?:essay|poem|article|homework|podcast|documentary|joke|lecture|presentation) (?:on|about|is about)', '(?:film|movie|novel|book|song|series|news|stories|statistics|quiz) about', 'in the news',
  '(?:ensayo|poema|articulo|deberes|podcast|documental|pelicula|novela|libro|chiste|cancion|serie|noticias?) (?:\\S+ ){0,2}?sobre',
  '(?:dissertation|expose|poeme|article|devoirs?|podcast|documentaire|film|roman|livre|blague|chanson|serie|actus?) (?:\\S+ ){0,2}?sur',
  '(?:aufsatz|referat|gedicht|artikel|hausaufgaben?|podcast|doku|film|roman|buch|witz|lied|serie|nachrichten) (?:\\S+ ){0,2}?uber',
  '(?:redacao|poema|artigo|trabalho|podcast|documentario|filme|novela|livro|piada|musica|serie|noticias?) (?:\\S+ ){0,2}?sobre',
]) // prettier-ignore

/** Whether a plain text (`plainText`) speaks of danger from afar: nobody can tell then whether help is wanted now, so it is offered. */
export function isAtDistance(plain: string): boolean {
  return imagined.test(plain) || denied.test(plain) || over.test(plain) || told.test(plain)
}

// What is lost, stolen or hacked out there and is no business of a bank.
const things = phraseFinder([
  '(?:bike|bicycle|car|van|scooter|moped|motorbike|dog|cat|keys?|glasses|umbrella|coat|hat|shoes?|ring|passport|ticket|luggage|suitcase|parcel|package|lunch|seat|parking (?:space|spot)|job|game|match|election|heart|voice|temper|weight|wifi|wi fi|netflix|spotify|facebook|instagram|insta|tiktok|snapchat|whatsapp|twitter|gmail|hotmail|icloud|steam|fortnite|roblox|e ?mails?|screen|photos?|pictures|browser|chrome|history|tinder|fitbit|alexa|location|music|reminders?|whiteboard|printer|bluetooth|youtube|iphone|android|laptop|computer|pc|app|game|newsletter|membership|appointment|flight|system\\d+|landlord|fence|soup|bread|chicken|milk|dishwasher|washing machine)',
  '(?:delete|erase|remove|close|wipe|clear|hacked|got into|broke into) (?:my|the|our) (?!(?:bank|parley|whole|entire|own|personal|current|savings|joint|credit|debit|customer|user|complete|full|data) )\\S+ (?:account|profile|page)', '(?:season|train|bus|concert) tickets?', '(?:rail|season|oyster) cards?', 'router', 'airpods', 'headphones', 'earbuds', 'reddit', 'discord', 'twitch', 'linkedin', 'pinterest', 'playstation', 'xbox',
  '(?:sim|library|student|gym|id|identity|health|insurance|medicare|membership|loyalty|memory|sd|graphics|bus|travel|business|birthday|greeting|report|green|playing|pokemon|donor|vaccination) (?:pass|cards?)',
  '(?:bici|bicicleta|coche|carro|auto|moto|patinete|perro|gato|llaves?|gafas|lentes|paraguas|abrigo|anillo|pasaporte|billete|maleta|paquete|sitio|trabajo|empleo|partido|corazon|correos?|fotos?|historial|navegador|pizarra|musica|recordatorios|pantalla|ubicacion|gimnasio|multa|casero|bache|ordenador|pan|sopa)', '(?:cuenta|perfil) (?:de|en|del) (?!(?:parley|banco|ahorro|ahorros|nomina|la|mi|credito|cliente) )\\S+', 'enrutador', 'auriculares', '(?:tarjeta|targeta) (?:sim|sanitaria|de la biblioteca|de embarque|de memoria|de cumpleanos|del gimnasio|roja|grafica)', 'carnet',
  '(?:velo|voiture|scooter|chien|chat|cles?|lunettes|parapluie|manteau|bague|passeport|billet|valise|colis|boulot|travail|match|coeur|mails?|photos?|historique|navigateur|tableau|musique|ecran|salle de sport|amende|proprietaire|ordi|ordinateur|pain|soupe|evier|per)', '(?:routeur|trottinette|ecouteurs|telecommande)', 'carte (?:sim|vitale|d identite|didentite|grise|postale|de bibliotheque|de fidelite|graphique|memoire|de voeux)', 'carton rouge',
  '(?:kopfhorer|tretroller|facebook|insta)', '(?:fahrrad|rad|auto|wagen|roller|hund|katze|schlussel|brille|schirm|regenschirm|jacke|mantel|ring|pass|reisepass|ausweis|ticket|koffer|paket|platz|parkplatz|job|spiel|herz|wlan|mails?|fotos?|verlauf|browserverlauf|browser|tafel|musik|bildschirm|standort|fitnessstudio|strafzettel|vermieter|schlagloch|pc|rechner|brot|suppe|speisekarte|klo|abfluss)', '(?:sim|speicher|grafik|jahres|fahr|wochen|semester|eintritts|dauer|mitglieds|skipass|gesundheits|versicherten|geburtstags|speise|bahn|monats|kunden|treue|bibliotheks|sd) ?(?:karte|ausweis)',
  '(?:roteador|patinete|fones?)', '(?:bicicleta|bike|carro|moto|cachorro|cao|gato|chaves?|oculos|guarda chuva|casaco|anel|passaporte|bilhete|mala|encomenda|vaga|emprego|jogo|coracao|emails?|fotos?|historico|navegador|quadro|musica|tela|localizacao|academia|multa|senhorio|buraco|computador|pao|sopa|pia)', 'cartao (?:sim|do sus|de saude|da biblioteca|de embarque|de memoria|de aniversario|de cidadao|vermelho|do ginasio)',
]) // prettier-ignore
const ofTheBank = phraseFinder([
  '(?:bank|debit|credit)?cards?', 'wallet', 'purse', 'handbag', 'bag', 'phone', 'visa', 'mastercard', 'account', 'bank\\w*', 'money', 'payments?', 'charges?', 'codes?', 'pin', 'password',
  'tarjetas?', 'cartera', 'billetera', 'monedero', 'bolso', 'mochila', 'movil', 'celular', 'cuenta', 'banco', 'dinero', 'pagos?', 'cargos?', 'claves?',
  'cartes?', 'portefeuille', 'sac', 'telephone', 'compte', 'banque', 'argent', 'paiements?', 'codes?', 'cb',
  '(?:bank|kredit|ec|debit)?karten?', 'geldbeutel', 'geldborse', 'portemonnaie', 'tasche', 'handtasche', 'rucksack', 'handy', 'konto', 'geld', 'zahlungen', 'abbuchungen', 'tan',
  'cartao', 'cartoes', 'carteira', 'bolsa', 'mochila', 'telemovel', 'celular', 'conta', 'dinheiro', 'pagamentos?', 'compras', 'senhas?',
]) // prettier-ignore

/** Whether what is lost or hacked is a thing of another world: "someone stole my bike", "me hackearon el correo". */
export function isElsewhere(plain: string): boolean {
  // "sim card": the card of a telephone is no card of ours.
  return things.test(plain) && !ofTheBank.test(plain.replace(new RegExp(things, 'g'), ' '))
}
