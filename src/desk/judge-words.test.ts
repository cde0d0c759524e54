import { expect, test } from 'vitest'
import { judgeWords } from './judge-words.ts'

const judged = (text: string): string => {
  const outcome = judgeWords(text)
  return outcome.ok ? outcome.value.reveal() : outcome.code
}

test.each([
  'Please send me your PIN.',
  'What is the code you got?',
  'Tell me the P.I.N',
  'your p i n please',
  'your pass\u200bword',
  'ＰＩＮ?',
  'I need the CVV on the back',
  'the OTP we sent you',
  'Dime tu contraseña',
  'el código que recibiste',
  'Donnez-moi votre mot de passe',
  'Bitte nennen Sie Ihr Paßwort oder Passwort',
  'Ihre Geheimzahl?',
  'Bestätigungscode',
  'smsTAN',
  'Qual é a sua senha?',
  'the answer to your security question',
])('words that speak of a code, PIN or password are never sent: %s', (text) => {
  expect(judged(text)).toBe('desk/words-ask-for-secrets')
})

test.each([
  'see https://evil.test/login',
  'go to evil-bank.com please',
  'www.evil.test',
  'call +44 20 7946 0958',
  'call (020) 7946 0958',
])('a link or a telephone number is never sent: %s', (text) => {
  expect(judged(text)).toBe('desk/words-hold-link')
})

test.each(['4111 1111 1111 1111', 'GB82 WEST 1234 5698 7654 32'])(
  'a card or account number is never sent: %s',
  (text) => {
    expect(judged(`it is ${text}`)).toBe('desk/words-hold-secrets')
  },
)

test('what nobody sees is taken out, lines stay, and nothing is not sent', () => {
  expect(judged('\u001b[31mHello\u0007\u202e there\r\n\r\n\r\n\r\nline two  ')).toBe('[31mHello there\n\nline two')
  expect(judged(' \u200b\n ')).toBe('desk/words-empty')
  expect(judged('a'.repeat(1_000))).toHaveLength(1_000)
  expect(judged('a'.repeat(1_001))).toBe('desk/words-too-long')
})

test.each([
  'Good morning. I am looking at it now.',
  'You have $1,842.17 available, and a payment of 60.00 on 2026-11-22 at 14:07.',
  'Bitte rufen Sie die Nummer auf der Rückseite der Karte an.',
  'Ihr Anliegen ist angekommen, ich spinne nicht.',
  'Je regarde cela maintenant; vous pouvez continuer à écrire.',
  'Ahora lo miro. ¿La tarjeta está contigo?',
  'Vou ver isso agora.',
  'Case 4821-0937 is open.',
])('ordinary words are sent as they are: %s', (text) => {
  expect(judged(text)).toBe(text)
})
