import { expect, test } from 'vitest'
import { understandPayload } from '../choices.ts'
import { loadUnderstand } from '../load-understand.ts'

const understand = loadUnderstand()

test.each([
  'erase me',
  'please delete all my data',
  'Borra mis datos, por favor',
  'Effacez mes données',
  'Lösche meine Daten',
  'bitte alles löschen',
  'Quero apagar meus dados',
])('a wish to be erased is understood: %s', (text) => {
  expect(understand(text).intent).toBe('erase_me')
})

test.each(['don’t delete my data', 'erase the last payment', 'stop', 'someone stole my card, delete everything'])(
  'what is less than that, or more urgent, is not: %s',
  (text) => {
    expect(understand(text).intent).not.toBe('erase_me')
  },
)

test('no words confirm an erasure; the tap does', () => {
  for (const text of ['yes', 'yes erase this chat', 'confirm', 'erase this chat', 'erase me now, yes']) {
    expect(understand(text).intent, text).not.toBe('confirm_erase')
  }
  expect(understandPayload('intent:confirm_erase')?.intent).toBe('confirm_erase')
})
