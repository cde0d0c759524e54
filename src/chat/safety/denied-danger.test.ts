import { describe, expect, test } from 'vitest'
import { checkSafety } from './check-safety.ts'

describe('a danger that is denied is none', () => {
  test.each([
    'my card was not stolen', 'my card wasn’t stolen', 'nobody stole my card', 'no one took my wallet', 'I haven’t lost my card', 'they didn’t take my bag', 'my phone and card were never lost or stolen', 'it isn’t fraud', 'none of my cards are missing',
    'no me robaron la tarjeta', 'nadie me ha robado la cartera', 'la tarjeta no fue robada', 'no he perdido la tarjeta', 'no me han hackeado', 'no es un fraude', 'nadie usó mi tarjeta',
    'personne ne m’a volé ma carte', 'ma carte n’a pas été volée', 'on ne m’a pas volé ma carte', 'j’ai pas perdu ma carte', 'ce n’est pas une fraude', 'personne n’a pris mon sac',
    'niemand hat meine Karte gestohlen', 'die Karte wurde nicht gestohlen', 'keiner hat mir die Handtasche geklaut', 'ich habe sie gar nicht verloren', 'das ist kein Betrug', 'mir wurde nichts geklaut',
    'ninguém roubou meu cartão', 'não me roubaram a carteira', 'o cartão não foi roubado', 'não perdi o cartão', 'não é golpe', 'ninguém usou meu cartão',
  ])('“%s”', (text) => {
    expect(checkSafety(text)).toMatchObject({ denied: true, priority: undefined })
  }) // prettier-ignore
})

describe('a "not" that belongs to something else takes no danger back', () => {
  test.each([
    'my card was stolen and my phone does not stop ringing', 'I didn’t lose my card, somebody stole it', 'my wallet was not lost, it was stolen', 'my card was stolen, not lost', 'nobody knows who stole my card', 'nobody told me my card was stolen', 'not only was my card stolen', 'no, my card was stolen', 'has nobody noticed that someone is using my card', 'I can’t believe my card was stolen', 'I never lost a card before but now my card is gone',
    'no la perdí, me robaron la tarjeta', 'nadie me ayuda, me robaron la tarjeta', 'no sé quién me robó la tarjeta', 'no solo me robaron la tarjeta, también el móvil', 'no encuentro mi tarjeta', 'no, me robaron la tarjeta',
    'personne ne répond, ma carte a été volée', 'je ne l’ai pas perdue, on m’a volé ma carte', 'je ne sais pas qui a volé ma carte', 'une personne a pris ma carte', 'je ne retrouve pas ma carte',
    'niemand hilft mir, meine Karte wurde geklaut', 'die Karte ist nicht verloren, die Karte ist geklaut', 'nicht nur die Karte wurde gestohlen', 'ich weiß nicht, wer meine Karte gestohlen hat', 'ich finde meine Karte nicht',
    'ninguém atende e roubaram meu cartão', 'não perdi o cartão, roubaram', 'não só roubaram o cartão como o celular', 'não sei quem roubou a carteira, levaram meu cartão', 'meu cartão não apareceu', 'caí no golpe do pix',
  ])('“%s”', (text) => {
    expect(checkSafety(text)).toMatchObject({ denied: false, priority: expect.any(String), atDistance: false })
  }) // prettier-ignore
})

test.each([
  'I did not make this payment', 'I didn’t authorise this', 'I didn’t take that money out of the cash machine', 'I did not use my card yesterday', 'it was not me who paid in Lima',
  'no reconozco este pago', 'no he hecho esta compra', 'no fui yo', 'je ne reconnais pas ce paiement', 'je n’ai pas fait ce paiement', 'ce n’est pas moi', 'das war ich nicht', 'diese Abbuchung ist nicht von mir', 'não reconheço essa compra', 'não fui eu',
])('“%s” disowns a payment and denies no danger', (text) => {
  expect(checkSafety(text).denied).toBe(false)
}) // prettier-ignore

test.each([
  'my card was not stolen, was it?', 'nobody stole my card but there is a strange charge', 'nobody stole my card, freeze it all the same', 'the man on the phone said my card was not stolen', 'it’s not lost, my ex has taken the card',
  'no me robaron la tarjeta, ¿qué hago?', 'no fue robada pero no encuentro la tarjeta', 'ma carte n’est pas perdue mais je ne sais pas', 'die Karte wurde nicht gestohlen, aber da ist eine Abbuchung', 'não roubaram meu cartão mas sumiu',
])('“%s” leaves it open, and help is at least offered', (text) => {
  const { denied, priority, atDistance } = checkSafety(text)
  expect([denied, priority !== undefined || atDistance]).toEqual([false, true])
}) // prettier-ignore

test('what was looked for and not found is lost', () => {
  for (const text of [
    'my card hasn’t turned up',
    'I still haven’t found my card',
    'la tarjeta no apareció',
    'je ne retrouve plus ma carte',
    'die Karte ist nicht wieder aufgetaucht',
    'o cartão não apareceu',
  ]) {
    expect([text, checkSafety(text)]).toMatchObject([text, { priority: 'card', atDistance: false }])
  }
})
