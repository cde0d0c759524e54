import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeJson } from './escape-json.ts'

test('the wire form means the same, is plain ASCII and shows none of the escaped characters', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 }), (value) => {
      const text = escapeJson(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(text).toMatch(/^[\x20-\x7e]*$/)
      expect(text.replaceAll('\\/', '')).not.toMatch(/[/<%@]/)
    }),
  )
})
