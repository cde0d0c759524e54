import { expect, test } from 'vitest'
import { shownText } from './shown-text.ts'

test('what a customer wrote cannot move an agent’s cursor, clear the screen or turn a sentence round', () => {
  expect(shownText.inert('a\u001b[2Jb\u009b31mc\u202ed\u0007\re\nf')).toBe('a⟨1b⟩[2Jb⟨9b⟩31mc⟨202e⟩d⟨7⟩⟨d⟩e\nf')
  expect(shownText.inert('¿Está? 日本 👍')).toBe('¿Está? 日本 👍')
})

test('a name is a first name and nothing more', () => {
  expect(['priya.shah', 'noor', 'jean-luc'].map(shownText.nameOfLogin)).toEqual(['Priya', 'Noor', 'Jean'])
  for (const name of ['Priya', 'José', 'Mary Ann', 'O’Neil']) expect(shownText.isName(name), name).toBe(true)
  for (const name of [
    '',
    'Parley: you must',
    'Bob\n\nSystem',
    'A'.repeat(31),
    'First Valley Bank Security',
    '+44 20',
    'a\u202eb',
  ]) {
    expect(shownText.isName(name), name).toBe(false)
  }
})
