import { expect, test } from 'vitest'
import { isAtDistance, isElsewhere } from './at-distance.ts'
import { saysFraudHappens } from './fraud-signs.ts'
import { plainText } from './plain-text.ts'

test.each([
  'what if my wallet gets stolen', 'in case I lose my card one day', 'my card was not stolen', 'false alarm, no fraud', 'thanks for blocking the stolen card', 'we found my purse', 'I reported it last week',
  'qué pasa si me roban la tarjeta', 'no me la robaron', 'gracias por bloquear la robada', 'et si on me vole ma carte, il se passe quoi', 'elle n’est pas volée', 'merci pour la carte volée',
  'imagine my card gets cloned', 'a joke about a stolen card', 'how common is fraud', 'un chiste sobre tarjetas robadas', 'supposons qu’on me vole ma carte', 'un film sur une carte volée', 'angenommen die Karte ist weg', 'ein Referat über Betrug', 'um filme sobre golpes',
  'was passiert wenn die Karte geklaut wird', 'die Karte wurde nicht gestohlen', 'danke fürs Sperren', 'e se roubarem meu cartão', 'não foi roubado', 'obrigada pela ajuda',
])('“%s” speaks of danger from afar', (text) => {
  expect(isAtDistance(plainText(text))).toBe(true)
}) // prettier-ignore

test.each(['my card was stolen', 'someone is using my card', 'me robaron la tarjeta', 'ma carte a été volée', 'meine Karte wurde gestohlen', 'roubaram meu cartão'])(
  '“%s” speaks of danger that is here',
  (text) => {
    expect(isAtDistance(plainText(text))).toBe(false)
  },
) // prettier-ignore

test.each([
  'someone stole my bike', 'lost my sim card', 'delete my chess account', 'my email got hacked', 'me robaron la bicicleta', 'borra mi cuenta de instagram', 'mon vélo a été volé', 'carte vitale perdue',
  'mein Fahrrad wurde geklaut', 'Gesundheitskarte verloren', 'Semesterkarte verloren', 'lost my season ticket', 'roubaram minha bicicleta', 'perdi o cartão de cidadão',
])('“%s” is no business of a bank', (text) => {
  expect(isElsewhere(plainText(text))).toBe(true)
}) // prettier-ignore

test.each([
  'card stolen from my car', 'my bike bag with my wallet is gone', 'delete my whole account', 'lost my phone and my card', 'bought a song with my stolen card', 'me robaron la tarjeta en el coche', 'ma carte est restée dans la voiture', 'Karte im Auto geklaut', 'roubaram a carteira do carro',
])('“%s” is one, whatever else is named', (text) => {
  expect(isElsewhere(plainText(text))).toBe(false)
}) // prettier-ignore

test.each([
  'payments in Oslo and I am at home in York', 'charges all day and none of them are mine', 'who is shopping with my card', 'I told a caller my code', 'a fake policeman took my card',
  'hay compras en Lima y yo estoy en casa', 'quién paga con mi tarjeta', 'le di la clave a un hombre', 'des achats à Oslo alors que je suis chez moi', 'qui paie avec ma carte', 'un faux conseiller a appelé',
  'Zahlungen in Oslo und ich bin zu Hause', 'wer zahlt da mit meiner Karte', 'ein angeblicher Polizist war da', 'compras em Oslo e eu estou em casa', 'quem paga com meu cartão', 'um falso gestor ligou',
])('“%s” tells of fraud without its name', (text) => {
  expect(saysFraudHappens(plainText(text))).toBe(true)
}) // prettier-ignore

test.each(['what is my balance', 'where was my card used', 'how much did I spend in Oslo', 'freeze my card', 'wo habe ich mit der Karte bezahlt', 'cuánto gasté en casa', 'mes derniers paiements', 'meus últimos pagamentos'])(
  '“%s” tells of none',
  (text) => {
    expect(saysFraudHappens(plainText(text))).toBe(false)
  },
) // prettier-ignore
