import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { clientKeysText, makeClientKeys, parseClientKeys, publicJwks } from './client-keys.ts'

test('keys survive the file they are kept in', async () => {
  const keys = await makeClientKeys()
  const again = parseClientKeys(clientKeysText(keys).reveal())
  expect(publicJwks(again)).toEqual(publicJwks(keys))
})

test('what banks get has no private half, and printing keys shows none', async () => {
  const keys = await makeClientKeys()
  const [secret] = keys.set.reveal().keys
  expect(Object.keys(publicJwks(keys).keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  expect(inspect(keys, { depth: 9 }) + JSON.stringify(keys)).not.toContain(secret?.d)
})

test.each(['', '{}', '{"keys":[]}', '{"keys":[{"kty":"EC","d":"s3cret"}]}'])(
  'a broken file, %j, is not quoted',
  (text) => {
    expect(() => parseClientKeys(text)).toThrow(/^banks\/client-keys-malformed$/)
  },
)
