import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanText, textCharactersMax } from './clean-text.ts'

test('a card number is masked before the text is cut, wherever the cut falls', () => {
  for (let shift = 0; shift < 40; shift += 1) {
    const { text } = cleanText(`${'x '.repeat(textCharactersMax / 2 - 20)}${'y'.repeat(shift)} 4111 1111 1111 1111 z`)
    expect(text).not.toContain('4111')
  }
})

test('what is kept is short enough for its row, well-formed, and free of control characters', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 9_000 })
  fc.assert(
    fc.property(anyText, (input) => {
      const { text } = cleanText(input)
      expect(text.length).toBeLessThanOrEqual(textCharactersMax)
      expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(13_000)
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cs}/u)
    }),
  )
})
