import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Secret, channelNames, dataClasses, disclosures, purposes, toInstant } from '../kernel/index.ts'
import type { AuditEntryId, CustomerId, GrantId, InstitutionId } from '../kernel/index.ts'
import { bytesColumn, systemRandom } from '../platform/index.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { commitmentOf, entryFields, salts } from './index.ts'
import type { AuditEntry } from './index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(async () => {
  await database.drop()
})

const uuid = <Kind extends string>() => fc.uuid().map((text) => text.toLowerCase() as Kind)
const entries: fc.Arbitrary<AuditEntry> = fc.record({
  id: uuid<AuditEntryId>(),
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }).map(toInstant),
  login: fc.stringMatching(/^[a-z][a-z_]{0,20}$/),
  grantId: uuid<GrantId>(),
  customer: uuid<CustomerId>(),
  institution: fc.stringMatching(/^[a-z][a-z0-9]{0,10}(-[a-z0-9]{1,10})?$/).map((text) => text as InstitutionId),
  channel: fc.constantFrom(...channelNames),
  dataClass: fc.constantFrom(...dataClasses),
  purpose: fc.constantFrom(...purposes),
  what: fc.oneof(
    fc.constant({ event: 'opened' } as const),
    fc.constant({ event: 'revoking' } as const),
    fc.record({
      event: fc.constant('disclosed' as const),
      opened: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
      level: fc.constantFrom(...disclosures, 'nothing' as const),
      place: fc.stringMatching(/^[a-z][a-z-]{0,31}$/),
    }),
  ),
})

const sqlRow = z.object({ fields: z.string(), commitment: bytesColumn })

test('the fields and the commitment of an entry are the same, computed here and in SQL', async () => {
  await fc.assert(
    fc.asyncProperty(entries, fc.uint8Array({ minLength: 32, maxLength: 32 }), async (entry, salt) => {
      const disclosed = entry.what.event === 'disclosed' ? entry.what : undefined
      const sql = await database.admin.one(
        sqlRow,
        `SELECT audit.fields(e) AS fields, sha256('\\x50'::bytea || $13 || convert_to(audit.fields(e), 'UTF8')) AS commitment
         FROM (SELECT ROW(1, '1'::xid8, $1::uuid, to_timestamp($2::numeric / 1000), $3, $4::name, $5::uuid, $6::uuid, $7, $8, $9,
           $10, $11::bigint, $12, $14, '', '')::audit.entry AS e) AS given`,
        [
          entry.id, entry.at, entry.what.event, entry.login, entry.grantId, entry.customer, entry.institution, entry.channel,
          entry.dataClass, entry.purpose, disclosed?.opened ?? null, disclosed?.level ?? null, salt, disclosed?.place ?? null,
        ], // prettier-ignore
      )
      expect(entryFields(entry)).toBe(sql.fields)
      expect(commitmentOf(salt, entryFields(entry)).equals(sql.commitment)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('a salt opens under its key and for its customer, and nowhere else', () => {
  const key = new Secret<Uint8Array>(randomBytes(32))
  const [own, other] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'].map((text) =>
    salts.context(text as CustomerId),
  )
  const { salt, sealed } = salts.make(systemRandom, key, own ?? '')
  expect(
    salts
      .open(key, sealed, own ?? '')
      .reveal()
      .equals(salt),
  ).toBe(true)
  expect(() => salts.open(key, sealed, other ?? '')).toThrow('platform/seal-broken')
  expect(() => salts.open(new Secret<Uint8Array>(randomBytes(32)), sealed, own ?? '')).toThrow('platform/seal-broken')
})

test('two entries that say the same have nothing in common to a watcher', () => {
  const fields = '{"v":1}'
  const [first, second] = [randomBytes(32), randomBytes(32)].map((salt) => commitmentOf(salt, fields).toString('hex'))
  expect(first).not.toBe(second)
})
