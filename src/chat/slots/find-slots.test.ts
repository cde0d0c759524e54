import { expect, test } from 'vitest'
import { decimalText, toInstant } from '../../kernel/index.ts'
import { findSlots } from './find-slots.ts'

// A Sunday, the same day in every zone used below.
const now = toInstant(Date.parse('2026-11-22T12:00:00Z'))

// Our own sentences: language, time zone, text, then what is found: first day, last day, amount. Nothing found is ''.
const sentences = [
  ['en', 'Europe/Berlin', 'spend since march', '2026-03-01', '2026-11-22', ''],
  ['en', 'Europe/London', 'what did i spend last friday', '2026-11-20', '2026-11-20', ''],
  ['en', 'Europe/London', 'how much between 3 and 10 october at tesco', '2026-10-03', '2026-10-10', ''],
  ['en', 'Europe/London', '20 quid', '', '', '20.00 GBP'],
  ['en', 'America/New_York', 'can I afford a 1.200 euro laptop', '', '', '1200.00 EUR'],
  ['en', 'America/New_York', 'did I pay twenty bucks on 10/3', '2026-10-03', '2026-10-03', '20.00 USD'],
  ['en', 'Europe/London', 'did I pay £45.50 on 10/3', '2026-03-10', '2026-03-10', '45.50 GBP'],
  ['en', 'America/Mexico_City', '$500 at oxxo yesterday', '2026-11-21', '2026-11-21', '500.00 MXN'],
  ['en', 'America/New_York', 'groceries in q3', '2026-07-01', '2026-09-30', ''],
  ['en', 'America/New_York', 'third quarter of 2025', '2025-07-01', '2025-09-30', ''],
  ['en', 'America/New_York', 'year to date', '2026-01-01', '2026-11-22', ''],
  ['en', 'America/New_York', 'payments on the 15th', '2026-11-15', '2026-11-15', ''],
  ['en', 'America/New_York', 'payments on the 25th', '2026-10-25', '2026-10-25', ''],
  ['en', 'America/New_York', 'last 5 payments', '', '', ''],
  ['en', 'America/New_York', 'what went out in the last 24 hours', '2026-11-21', '2026-11-22', ''],
  ['en', 'America/New_York', 'two hundred and fifty dollars', '', '', '250.00 USD'],
  ['en', 'America/New_York', 'a grand', '', '', '1000.00 USD'],
  ['en', 'America/New_York', '1.5k', '', '', '1500.00 USD'],
  ['en', 'America/New_York', 'card ending 4821', '', '', ''],
  ['en', 'America/New_York', 'call me on 555-123-4567', '', '', ''],
  ['en', 'America/New_York', 'from monday to wednesday', '2026-11-16', '2026-11-18', ''],
  ['en', 'America/New_York', 'may i see my balance', '', '', ''],
  ['en', 'America/New_York', 'spent in may', '2026-05-01', '2026-05-31', ''],
  ['en', 'America/New_York', '3% of 20', '', '', ''],
  ['en', 'America/New_York', 'will my money last until friday', '2026-11-22', '2026-11-27', ''],
  ['en', 'America/New_York', 'day before yesterday', '2026-11-20', '2026-11-20', ''],
  ['en', 'America/New_York', 'oct 3rd to nov 5th', '2026-10-03', '2026-11-05', ''],
  ['en', 'America/New_York', 'december', '2025-12-01', '2025-12-31', ''],
  ['en', 'America/New_York', 'in december last year', '2025-12-01', '2025-12-31', ''],
  ['en', 'America/New_York', '3 days ago', '2026-11-19', '2026-11-19', ''],
  ['en', 'America/New_York', 'friday last week', '2026-11-20', '2026-11-20', ''],
  ['en', 'America/New_York', '2026-10-03', '2026-10-03', '2026-10-03', ''],
  ['en', 'America/New_York', 'over 50 dollars last month', '2026-10-01', '2026-10-31', '50.00 USD'],
  ['en', 'America/New_York', 'why was i charged 12.99', '', '', '12.99 USD'],
  ['en', 'America/New_York', 'they took 40 from me', '', '', '40.00 USD'],
  ['en', 'America/New_York', 'i have 2 cards', '', '', ''],
  ['de', 'Europe/Berlin', 'zwei Euro fünfzig', '', '', '2.50 EUR'],
  ['de', 'Europe/Berlin', '1.234,56 EUR an Ikea', '', '', '1234.56 EUR'],
  ['de', 'Europe/Berlin', 'zwischen dem 3. und 10. Oktober', '2026-10-03', '2026-10-10', ''],
  ['de', 'Europe/Berlin', 'vom 3. bis zum 10. Oktober', '2026-10-03', '2026-10-10', ''],
  ['de', 'Europe/Berlin', 'letzten Freitag', '2026-11-20', '2026-11-20', ''],
  ['de', 'Europe/Berlin', 'vorgestern', '2026-11-20', '2026-11-20', ''],
  ['de', 'Europe/Berlin', 'am 15.', '2026-11-15', '2026-11-15', ''],
  ['de', 'Europe/Berlin', 'seit März', '2026-03-01', '2026-11-22', ''],
  ['de', 'Europe/Berlin', 'letzte Woche', '2026-11-09', '2026-11-15', ''],
  ['de', 'Europe/Berlin', 'in den letzten 30 Tagen', '2026-10-24', '2026-11-22', ''],
  ['de', 'Europe/Berlin', 'vor drei Tagen', '2026-11-19', '2026-11-19', ''],
  ['de', 'Europe/Berlin', 'im dritten Quartal', '2026-07-01', '2026-09-30', ''],
  ['de', 'Europe/Berlin', 'am 03.04.25', '2025-04-03', '2025-04-03', ''],
  ['de', 'Europe/Berlin', 'fünfundzwanzigtausend Euro', '', '', '25000.00 EUR'],
  ['de', 'Europe/Berlin', '50,- €', '', '', '50.00 EUR'],
  ['de', 'Europe/Berlin', '3.-10. Oktober', '2026-10-03', '2026-10-10', ''],
  ['de', 'Europe/Berlin', 'seit Jahresbeginn', '2026-01-01', '2026-11-22', ''],
  ['es', 'Europe/Madrid', 'veinte pavos', '', '', '20.00 EUR'],
  ['es', 'Europe/Madrid', 'la semana pasada', '2026-11-09', '2026-11-15', ''],
  ['es', 'Europe/Madrid', 'entre el 3 y el 10 de octubre', '2026-10-03', '2026-10-10', ''],
  ['es', 'Europe/Madrid', 'del 3 al 10 de octubre', '2026-10-03', '2026-10-10', ''],
  ['es', 'America/Mexico_City', '2 mil pesos', '', '', '2000.00 MXN'],
  ['es', 'America/Mexico_City', 'mil quinientos pesos ayer', '2026-11-21', '2026-11-21', '1500.00 MXN'],
  ['es', 'Europe/Madrid', 'el viernes pasado', '2026-11-20', '2026-11-20', ''],
  ['es', 'Europe/Madrid', 'hace dos semanas', '2026-11-08', '2026-11-08', ''],
  ['es', 'Europe/Madrid', 'desde el 1 de enero de 2025', '2025-01-01', '2026-11-22', ''],
  ['es', 'Europe/Madrid', '1.234,56 € en Mercadona', '', '', '1234.56 EUR'],
  ['es', 'Europe/Madrid', 'los últimos 7 días', '2026-11-16', '2026-11-22', ''],
  ['es', 'Europe/Madrid', 'en lo que va de año', '2026-01-01', '2026-11-22', ''],
  ['es', 'Europe/Madrid', 'dos euros con cincuenta', '', '', '2.50 EUR'],
  ['fr', 'Europe/Paris', 'vingt balles', '', '', '20.00 EUR'],
  ['fr', 'Europe/Paris', '1 234,56 €', '', '', '1234.56 EUR'],
  ['fr', 'Europe/Paris', 'quatre-vingt-dix-sept euros', '', '', '97.00 EUR'],
  ['fr', 'Europe/Paris', 'deux cents euros', '', '', '200.00 EUR'],
  ['fr', 'Europe/Paris', 'les 30 derniers jours', '2026-10-24', '2026-11-22', ''],
  ['fr', 'Europe/Paris', 'la semaine dernière', '2026-11-09', '2026-11-15', ''],
  ['fr', 'Europe/Paris', 'depuis mars', '2026-03-01', '2026-11-22', ''],
  ['fr', 'Europe/Paris', 'du 3 au 10 octobre', '2026-10-03', '2026-10-10', ''],
  ['fr', 'Europe/Paris', 'il y a trois jours', '2026-11-19', '2026-11-19', ''],
  ['fr', 'Europe/Paris', '12€50 chez Lidl', '', '', '12.50 EUR'],
  ['fr', 'Europe/Paris', 'avant-hier', '2026-11-20', '2026-11-20', ''],
  ['fr', 'Europe/Paris', 'le 1er octobre', '2026-10-01', '2026-10-01', ''],
  ['fr', 'Europe/Paris', 'depuis le début de l\'année', '2026-01-01', '2026-11-22', ''],
  ['pt', 'America/Sao_Paulo', 'cinquenta reais', '', '', '50.00 BRL'],
  ['pt', 'America/Sao_Paulo', 'R$ 1.234,56', '', '', '1234.56 BRL'],
  ['pt', 'America/Sao_Paulo', 'na semana passada', '2026-11-15', '2026-11-21', ''],
  ['pt', 'America/Sao_Paulo', 'de 3 a 10 de outubro', '2026-10-03', '2026-10-10', ''],
  ['pt', 'America/Sao_Paulo', 'nos últimos 3 meses', '2026-08-23', '2026-11-22', ''],
  ['pt', 'America/Sao_Paulo', 'na sexta', '2026-11-20', '2026-11-20', ''],
  ['pt', 'America/Sao_Paulo', 'no dia 15', '2026-11-15', '2026-11-15', ''],
  ['pt', 'America/Sao_Paulo', 'desde o início do ano', '2026-01-01', '2026-11-22', ''],
  ['pt', 'America/Sao_Paulo', 'dois mil e quinhentos reais', '', '', '2500.00 BRL'],
  ['pt', 'Europe/Lisbon', 'há três dias', '2026-11-19', '2026-11-19', ''],
  ['pt', 'Europe/Lisbon', 'anteontem', '2026-11-20', '2026-11-20', ''],
  ['en', 'Europe/London', 'did the gas company take £84.17 on the 3rd', '2026-11-03', '2026-11-03', '84.17 GBP'],
  ['en', 'Europe/Dublin', 'what have i spent so far this week', '2026-11-16', '2026-11-22', ''],
  ['en', 'Europe/London', 'show me everything between the 1st and the 7th of september', '2026-09-01', '2026-09-07', ''],
  ['en', 'America/Chicago', 'any charge over $100 since labor day', '', '', '100.00 USD'],
  ['en', 'Europe/London', 'list payments from 1 Jan 2026 to 31 Mar 2026', '2026-01-01', '2026-03-31', ''],
  ['en', 'America/Toronto', 'what did i spend in the last six months', '2026-05-23', '2026-11-22', ''],
  ['en', 'Australia/Sydney', 'a hundred and twenty bucks at woolies on tuesday', '2026-11-17', '2026-11-17', '120.00 AUD'],
  ['en', 'Europe/London', 'three fifty pound', '', '', ''],
  ['en', 'Europe/London', 'charged 4.99 twice on 12th nov', '2026-11-12', '2026-11-12', '4.99 GBP'],
  ['en', 'America/New_York', 'between 11/01 and 11/15 how much went to fuel', '2026-11-01', '2026-11-15', ''],
  ['en', 'Europe/London', 'tell me about june and july', '2026-06-01', '2026-07-31', ''],
  ['en', 'Europe/London', 'spending this year compared to last year', '2026-01-01', '2026-11-22', ''],
  ['en', 'Europe/London', 'Nov 3 - Nov 9', '2026-11-03', '2026-11-09', ''],
  ['en', 'America/New_York', 'where\'s my 2k deposit', '', '', '2000.00 USD'],
  ['en', 'Europe/London', 'I got 3 cards and 2 accounts', '', '', ''],
  ['en', 'Europe/London', 'call 0800 123 456', '', '', ''],
  ['en', 'Europe/London', 'in 2024 what did i pay tesco', '2024-01-01', '2024-12-31', ''],
  ['en', 'Europe/London', 'will 400 quid last me until the 30th', '2026-11-22', '2026-11-30', '400.00 GBP'],
  ['de', 'Europe/Berlin', 'was hab ich letztes Wochenende ausgegeben', '2026-11-14', '2026-11-15', ''],
  ['de', 'Europe/Berlin', 'Abbuchung über 1.299 Euro vom 2.11.', '2026-11-02', '2026-11-02', '1299.00 EUR'],
  ['de', 'Europe/Berlin', 'alle Zahlungen vom 1. Januar bis 31. März', '2026-01-01', '2026-03-31', ''],
  ['de', 'Europe/Berlin', 'wieviel im August 2025', '2025-08-01', '2025-08-31', ''],
  ['de', 'Europe/Vienna', 'hundertfünfzig Euro beim Billa am Montag', '2026-11-16', '2026-11-16', '150.00 EUR'],
  ['de', 'Europe/Zurich', 'CHF 1\'250.50 Miete diesen Monat', '2026-11-01', '2026-11-22', '1250.50 CHF'],
  ['de', 'Europe/Berlin', 'mehr als 200 € seit Oktober', '2026-10-01', '2026-11-22', '200.00 EUR'],
  ['de', 'Europe/Berlin', 'Dienstag letzter Woche', '2026-11-10', '2026-11-10', ''],
  ['de', 'Europe/Berlin', 'die letzten drei Monate', '2026-08-23', '2026-11-22', ''],
  ['de', 'Europe/Berlin', 'vorletzten Monat', '2026-09-01', '2026-09-30', ''],
  ['de', 'Europe/Berlin', 'reicht mein Geld bis zum 30.', '2026-11-22', '2026-11-30', ''],
  ['de', 'Europe/Berlin', 'zwischen Montag und Mittwoch', '2026-11-16', '2026-11-18', ''],
  ['es', 'Europe/Madrid', 'cuánto gasté en gasolina en agosto', '2026-08-01', '2026-08-31', ''],
  ['es', 'Europe/Madrid', 'recibos de más de 100 euros este trimestre', '2026-10-01', '2026-11-22', '100.00 EUR'],
  ['es', 'America/Mexico_City', 'compra de $1,250.00 el 14 de noviembre', '2026-11-14', '2026-11-14', '1250.00 MXN'],
  ['es', 'America/Bogota', 'doscientos mil pesos el mes pasado', '2026-10-01', '2026-10-31', '200000.00 COP'],
  ['es', 'Europe/Madrid', 'desde el lunes hasta ayer', '2026-11-16', '2026-11-21', ''],
  ['es', 'Europe/Madrid', 'hace tres meses', '2026-08-01', '2026-08-31', ''],
  ['es', 'Europe/Madrid', 'en los últimos quince días', '2026-11-08', '2026-11-22', ''],
  ['es', 'Europe/Madrid', 'el martes de la semana pasada', '2026-11-10', '2026-11-10', ''],
  ['es', 'Europe/Madrid', 'primer trimestre de 2026', '2026-01-01', '2026-03-31', ''],
  ['es', 'America/Argentina/Buenos_Aires', 'me sacaron 15.000 pesos anteayer', '2026-11-20', '2026-11-20', '15000.00 ARS'],
  ['es', 'Europe/Madrid', 'tengo 2 tarjetas', '', '', ''],
  ['fr', 'Europe/Paris', 'combien j\'ai dépensé entre le 10 et le 20 octobre', '2026-10-10', '2026-10-20', ''],
  ['fr', 'Europe/Paris', 'prélèvement de 45,90 € le 5 novembre', '2026-11-05', '2026-11-05', '45.90 EUR'],
  ['fr', 'Europe/Paris', 'mes dépenses du mois dernier', '2026-10-01', '2026-10-31', ''],
  ['fr', 'Europe/Paris', 'ce trimestre', '2026-10-01', '2026-11-22', ''],
  ['fr', 'Europe/Paris', 'les trois derniers mois', '2026-08-23', '2026-11-22', ''],
  ['fr', 'Europe/Paris', 'mille deux cents euros vendredi dernier', '2026-11-20', '2026-11-20', '1200.00 EUR'],
  ['fr', 'America/Toronto', '75 $ au resto samedi', '2026-11-21', '2026-11-21', '75.00 CAD'],
  ['fr', 'Europe/Paris', 'en mars 2025', '2025-03-01', '2025-03-31', ''],
  ['fr', 'Europe/Paris', 'plus de 50 balles cette semaine', '2026-11-16', '2026-11-22', '50.00 EUR'],
  ['fr', 'Europe/Paris', 'de lundi à mercredi', '2026-11-16', '2026-11-18', ''],
  ['fr', 'Europe/Paris', 'est-ce que j\'ai assez pour tenir jusqu\'au 30', '2026-11-22', '2026-11-30', ''],
  ['pt', 'America/Sao_Paulo', 'quanto gastei no ifood em outubro', '2026-10-01', '2026-10-31', ''],
  ['pt', 'America/Sao_Paulo', 'compra de R$ 89,90 no dia 12/11', '2026-11-12', '2026-11-12', '89.90 BRL'],
  ['pt', 'Europe/Lisbon', 'mais de 30 euros esta semana', '2026-11-16', '2026-11-22', '30.00 EUR'],
  ['pt', 'America/Sao_Paulo', 'entre 1 e 15 de setembro', '2026-09-01', '2026-09-15', ''],
  ['pt', 'Europe/Lisbon', 'cento e vinte euros na terça', '2026-11-17', '2026-11-17', '120.00 EUR'],
  ['pt', 'America/Sao_Paulo', 'mês retrasado', '2026-09-01', '2026-09-30', ''],
  ['pt', 'America/Sao_Paulo', 'últimos 15 dias', '2026-11-08', '2026-11-22', ''],
  ['pt', 'America/Sao_Paulo', 'tenho 2 cartões e 24 parcelas', '', '', ''],
  ['pt', 'Europe/Lisbon', 'desde segunda-feira até ontem', '2026-11-16', '2026-11-21', ''],
  ['pt', 'America/Sao_Paulo', 'dá para comprar uma tv de 2.500 reais', '', '', '2500.00 BRL'],
  ['pt', 'Europe/Lisbon', 'o segundo trimestre', '2026-04-01', '2026-06-30', ''],
] as const // prettier-ignore

test('days, periods and amounts are read as people of five languages mean them', () => {
  for (const [language, timeZone, text, from, to, amount] of sentences) {
    const slots = findSlots(text, { language, timeZone, now })
    const said = slots.amount === undefined ? '' : `${decimalText(slots.amount)} ${slots.amount.currency}`
    expect([slots.from ?? '', slots.to ?? '', said], `${language} ${text}`).toEqual([from, to, amount])
  }
})

const english = { language: 'en', timeZone: 'Europe/London', now } as const

test('a range has both ends, and a bound its side', () => {
  const money = (minor: bigint) => ({ minor, currency: 'EUR' })
  const between = findSlots('payments between 20 and 50 euros', english)
  expect([between.amount, between.amountLeast, between.amountMost]).toEqual([undefined, money(2000n), money(5000n)])
  const over = findSlots('anything over €50', english)
  expect([over.amount, over.amountLeast, over.amountMost]).toEqual([money(5000n), money(5000n), undefined])
  const under = findSlots('alles unter 10 Euro', { ...english, language: 'de' })
  expect(under.amountMost).toEqual(money(1000n))
})

test('"$" is the money of where the customer lives, and a code beside it decides', () => {
  const inZone = (text: string, timeZone: string) => findSlots(text, { ...english, timeZone }).amount?.currency
  expect(inZone('$50', 'America/Mexico_City')).toBe('MXN')
  expect(inZone('$50', 'America/Toronto')).toBe('CAD')
  expect(inZone('$50', 'Europe/Berlin')).toBe('USD')
  expect(inZone('$50 USD', 'America/Mexico_City')).toBe('USD')
  expect(inZone('US$ 50', 'America/Mexico_City')).toBe('USD')
  expect(inZone('i paid 50', 'UTC')).toBeUndefined()
})

test('card digits, phone numbers, years, percentages, times and counts are no amounts', () => {
  for (const text of [
    'card ending 4821', '•••• 4821', 'call me on 020 7946 0018', '+44 20 7946 0018', 'in 2025', '19.9% interest', '2 cards', '24 hours', 'last 5 payments',
    'at 9.30 am', 'order 1234567890', 'my flight at 14:30', 'i have 3 accounts', 'ref 2026/1188', 'version 1.2.3', 'it happened 2 times', 'paid 3 times', '500 points', 'spent 2 hours on hold',
  ]) expect(findSlots(text, english).amount, text).toBeUndefined() // prettier-ignore
})

test('the words a period was read from can be echoed', () => {
  expect(findSlots('how much did i spend last week at tesco', english).periodWords).toBe('last week')
  expect(findSlots('show my balance', english)).toEqual({})
})

test('accounts are named by sort, by a name of their own, or by last digits', () => {
  const account = (text: string, language: 'en' | 'es' | 'fr' | 'de' | 'pt' = 'en') => {
    const { account: words, card_last4: digits } = findSlots(text, { ...english, language })
    return [words, digits]
  }
  expect(account('what is in my savings')).toEqual(['savings', undefined])
  expect(account('the joint one please')).toEqual(['joint', undefined])
  expect(account('balance of my holiday fund')).toEqual(['holiday fund', undefined])
  expect(account('freeze the card ending in 4821')).toEqual([undefined, '4821'])
  expect(account('•••• 4821')).toEqual([undefined, '4821'])
  expect(account('visa …4821')).toEqual(['visa', '4821'])
  expect(account('Kontostand vom Girokonto', 'de')).toEqual(['girokonto', undefined])
  expect(account('la tarjeta terminada en 4821', 'es')).toEqual([undefined, '4821'])
  expect(account('saldo de la cuenta corriente', 'es')).toEqual(['corriente', undefined])
  expect(account('ma carte finissant par 4821', 'fr')).toEqual([undefined, '4821'])
  expect(account('o cartão com final 4821', 'pt')).toEqual([undefined, '4821'])
})

test('a shop is found behind its preposition, in quotes, by its own fame, or by a capital', () => {
  const shop = (text: string, language: 'en' | 'es' | 'fr' | 'de' | 'pt' = 'en') =>
    findSlots(text, { ...english, language }).merchant
  expect(shop('how much at ikea last month')).toBe('ikea')
  expect(shop('did netflix go up')).toBe('netflix')
  expect(shop('what did i spend at balance gym in october')).toBe('balance gym')
  expect(shop('find “the corner house”')).toBe('the corner house')
  expect(shop('is the Vattenfall charge right')).toBe('vattenfall')
  expect(shop('was habe ich bei Edeka ausgegeben', 'de')).toBe('edeka')
  expect(shop('die Zahlung über 20 Euro', 'de')).toBeUndefined()
  expect(shop('dépenses chez la fnac', 'fr')).toBe('fnac')
  expect(shop('gasté en mercadona ayer', 'es')).toBe('mercadona')
  expect(shop('compras no mercado livre', 'pt')).toBe('mercado livre')
  expect(shop('TGI Fridays last month')).toBe('tgi fridays')
  expect(shop('what is my balance')).toBeUndefined()
})

test('a shop is found as a statement prints it, with a word of ours in its name, and before a German “bezahlt”', () => {
  const shop = (text: string, language: 'en' | 'es' | 'fr' | 'de' | 'pt' = 'en') =>
    findSlots(text, { ...english, language }).merchant
  expect(shop('SQ *BLUE HERON 0412 what is this')).toBe('sq *blue heron 0412')
  expect(shop('WLGRN Phcy?')).toBe('wlgrn phcy')
  expect(shop('SUMUP Rotkehl wer ist das', 'de')).toBe('sumup rotkehl')
  expect(shop('PRLV Lumiere c’est quoi', 'fr')).toBe('prlv lumiere')
  expect(shop('pagos a Teatro Banco este mes', 'es')).toBe('teatro banco')
  expect(shop('habe ich Blaue Lagune bezahlt', 'de')).toBe('blaue lagune')
  // No shop: shorthand of banks, a message that is written in capitals, what has an article, one noun alone.
  expect(shop('PIN what is this')).toBeUndefined()
  expect(shop('IBAN was ist das', 'de')).toBeUndefined()
  expect(shop('MY BALANCE WHAT IS THIS')).toBeUndefined()
  expect(shop('hab ich die Rote Karte schon bezahlt', 'de')).toBeUndefined()
  expect(shop('habe ich Trinkgeld bezahlt', 'de')).toBeUndefined()
})

test('what money went on is one of our categories, in every language', () => {
  const category = (text: string, language: 'en' | 'es' | 'fr' | 'de' | 'pt') =>
    findSlots(text, { ...english, language }).category
  expect(category('how much on groceries', 'en')).toBe('groceries')
  expect(category('spending at restaurants', 'en')).toBe('eating-out')
  expect(category('cuánto en gasolina', 'es')).toBe('transport')
  expect(category('mes dépenses de loisirs', 'fr')).toBe('leisure')
  expect(category('Ausgaben für Lebensmittel', 'de')).toBe('groceries')
  expect(category('quanto gastei com farmácia', 'pt')).toBe('health')
})

test('the order of a numeric date is that of language and place, and a zone knows its own day', () => {
  const day = (text: string, timeZone: string) => findSlots(text, { ...english, timeZone }).from
  expect(day('on 03/04/2026', 'America/New_York')).toBe('2026-03-04')
  expect(day('on 03/04/2026', 'Europe/London')).toBe('2026-04-03')
  expect(day('on 25/12/2025', 'America/New_York')).toBe('2025-12-25')
  const late = toInstant(Date.parse('2026-11-22T23:30:00Z'))
  expect(findSlots('today', { ...english, now: late, timeZone: 'Asia/Tokyo' }).from).toBe('2026-11-23')
  expect(findSlots('today', { ...english, now: late, timeZone: 'America/New_York' }).from).toBe('2026-11-22')
  expect(findSlots('this week', { ...english, timeZone: 'America/New_York' }).from).toBe('2026-11-22')
  expect(findSlots('this week', english).from).toBe('2026-11-16')
  expect(findSlots('today', { ...english, timeZone: 'Nowhere/Nothing' }).from).toBe('2026-11-22')
})

test('last friday on a saturday is the day before; a friday before friday is last week’s', () => {
  const on = (text: string, day: string) =>
    findSlots(text, { ...english, now: toInstant(Date.parse(`${day}T12:00:00Z`)) }).from
  expect(on('last friday', '2026-11-21')).toBe('2026-11-20')
  expect(on('last friday', '2026-11-20')).toBe('2026-11-13')
  expect(on('on friday', '2026-11-20')).toBe('2026-11-20')
  expect(on('on friday', '2026-11-19')).toBe('2026-11-13')
  expect(on('last weekend', '2026-11-23')).toBe('2026-11-21')
  expect(on('since march', '2027-01-10')).toBe('2026-03-01')
})

test('words of time that mean no period are none', () => {
  const period = (text: string, language: 'en' | 'es' | 'fr' | 'de' | 'pt' = 'en') => {
    const { from, to } = findSlots(text, { ...english, language })
    return from ?? to
  }
  for (const text of ['freeze my card now', 'what is my balance right now', 'good morning', 'may i see my balance', 'what is my apr', 'last payments', 'open 24/7', 'from now on hide figures', 'twice a week', 'per month'])
    expect(period(text), text).toBeUndefined() // prettier-ignore
  expect(period('bloquea mi tarjeta ahora', 'es')).toBeUndefined()
  expect(period('ces derniers jours', 'fr')).toBeUndefined()
  expect(period('so 120 im Monat, die Beträge hier', 'de')).toBeUndefined()
  expect(period('último dia pra pagar, até amanhã', 'pt')).toBeUndefined()
  expect(period('dez milhas de ter passado', 'pt')).toBeUndefined()
  expect(period('from monday to now')).toBe('2026-11-16')
})

test('small numbers in words and rates are no amounts', () => {
  const amount = (text: string, language: 'en' | 'es' | 'fr' | 'de' | 'pt') =>
    findSlots(text, { now, timeZone: 'Europe/Madrid', language }).amount
  expect(amount('quiero reclamar un cobro', 'es')).toBeUndefined()
  expect(amount('me cobraron tres', 'es')).toBeUndefined()
  expect(amount('bloquer un prélèvement', 'fr')).toBeUndefined()
  expect(amount('stimmt der Kurs von 1,04', 'de')).toBeUndefined()
  expect(amount('me cobraron veinte', 'es')).toEqual({ minor: 2000n, currency: 'EUR' })
})
