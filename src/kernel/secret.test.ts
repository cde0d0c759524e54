import { format, inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret, canonicalJson } from './index.ts'

test('a secret shows itself in no usual way of printing, and only reveal gives it', () => {
  const secret = new Secret('184217')
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ deep: { secret } }),
  ]
  for (const text of [...shown, format('%s %o %j', secret, secret, secret)]) {
    expect(text).toContain('[secret]')
    expect(text).not.toContain('184217')
  }
  expect(secret.reveal()).toBe('184217')
})

test('the canonical form sorts keys, drops white space, and refuses what has no single text', () => {
  expect(canonicalJson({ b: [1, 'é'], a: { z: null, y: true } })).toBe('{"a":{"y":true,"z":null},"b":[1,"é"]}')
  expect(() => canonicalJson(1.5)).toThrow(RangeError)
  expect(() => canonicalJson(-0)).toThrow(RangeError)
  expect(() => canonicalJson('\ud800')).toThrow(RangeError)
})
