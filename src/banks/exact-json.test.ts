import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExactNumber, parseExactJson } from './exact-json.ts'
import type { ExactJson } from './exact-json.ts'

test('whatever JSON writes is read as JSON reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(plain(parseExactJson(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('a number keeps every digit it was written with', () => {
  const digits = fc.stringMatching(/^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?$/)
  fc.assert(
    fc.property(digits, (text) => {
      expect(parseExactJson(` {"amount": ${text} }`)).toEqual(new Map([['amount', new ExactNumber(text)]]))
    }),
  )
})

test('text that JSON refuses is refused, whatever it is', () => {
  const almost = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0123456789.eE+-truefalsn \n\t'.split('')) }),
    fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, change]) => {
      const place = at % (json.length + 1)
      return json.slice(0, place) + change + json.slice(place + 1)
    }),
  )
  fc.assert(
    fc.property(almost, (text) => {
      const expected = read(() => JSON.parse(text))
      const got = read(() => plain(parseExactJson(text)))
      // Two members of one name are the one thing that JSON.parse lets pass; text with both faults is refused for either.
      if (got.ok) expect(got).toEqual(expected)
      else if (expected.ok) expect(got.error).toContain('named twice')
    }),
    { numRuns: 2000 },
  )
})

test('a member named twice is refused, however it is escaped', () => {
  expect(() => parseExactJson('{"a":1,"\\u0061":2}')).toThrow('named twice')
})

test('a member named like a prototype is only a member', () => {
  expect(plain(parseExactJson('{"__proto__":{"x":1}}'))).toEqual(JSON.parse('{"__proto__":{"x":1}}'))
})

test('a hundred thousand open brackets are refused, not a crash', () => {
  expect(() => parseExactJson('['.repeat(100_000))).toThrow('too deeply')
})

type Read = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string }

function read(make: () => unknown): Read {
  try {
    return { ok: true, value: make() }
  } catch (error) {
    const text = String(error)
    return { ok: false, error: text.includes('named twice') ? text : 'refused' }
  }
}

function plain(value: ExactJson): unknown {
  if (value instanceof ExactNumber) return Number(value.text)
  if (value instanceof Map) {
    // As JSON.parse does: `__proto__` becomes an own member.
    const object = {}
    for (const [name, member] of value) {
      Object.defineProperty(object, name, {
        value: plain(member),
        enumerable: true,
        writable: true,
        configurable: true,
      })
    }
    return object
  }
  return Array.isArray(value) ? value.map((item: ExactJson) => plain(item)) : value
}
