import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { CustomerId, InstitutionId, PlatformName } from '../../src/kernel/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { cloneDatabase } from './database.ts'
import type { TestDatabase } from './database.ts'
import { addInstitution, banks } from './trust-world.ts'

/** Somebody of the staff who is signed in: what functions are told, and the browser's cookie. */
export type SignedInStaff = { readonly session: Buffer; readonly cookie: string }

/** What a customer did in a week, as the rows that are counted say it. */
export type Act = { readonly measure: 'asked' | 'alert'; readonly cell: string; readonly bank?: InstitutionId }

/** A database with people to count. */
export type StatsWorld = {
  readonly clone: TestDatabase
  /** Login `parley_statistics`. */
  readonly statistics: Database
  /**
   * A Monday. 1 is the newest week that can be asked about whenever a test runs (the last one opens an hour late), 12 the oldest, 13 is gone;
   * 0 is this week, and below lies what is to come.
   */
  week(ago: number): Promise<string>
  addStaff(of: {
    readonly role: 'platform' | 'operator' | 'auditor' | 'analyst' | 'agent'
    readonly platform?: PlatformName
    readonly institutions?: readonly string[]
  }): Promise<SignedInStaff>
  /** A customer who lets themselves be counted at these banks, in a conversation of their own. */
  addCustomer(at?: readonly InstitutionId[], channel?: 'messenger' | 'assistant'): Promise<CountedCustomer>
  /** Writes rows as though the customer had done this in that week. */
  act(customer: CustomerId, week: string, acts: readonly Act[], platform?: PlatformName): Promise<void>
  end(): Promise<void>
}

export type CountedCustomer = { readonly id: CustomerId; readonly conversation: string }

const id = z.object({ id: z.custom<CustomerId>((value) => typeof value === 'string') })

/** Makes one. The region of `north` is North America, that of `south` Latin America. */
export async function createStatsWorld(): Promise<StatsWorld> {
  const clone = await cloneDatabase()
  const { admin } = clone
  for (const bank of Object.values(banks)) await addInstitution(admin, bank)
  for (const [bank, region] of [
    [banks.north, 'north-america'],
    [banks.south, 'latin-america'],
  ] as const) {
    await admin.run('UPDATE institutions.institution SET region = $2 WHERE id = $1', [bank, region])
  }
  return {
    clone,
    statistics: clone.connect('statistics'),
    async week(ago) {
      const row = await admin.one(
        z.object({ week: z.string() }),
        'SELECT (statistics.this_week() - 7 * $1::int)::text AS week',
        [ago > 0 ? ago + 1 : ago],
      )
      return row.week
    },
    async addStaff({ role, platform, institutions }) {
      const member = randomUUID()
      const value = randomBytes(32).toString('base64url')
      const session = createHash('sha256').update(value, 'utf8').digest()
      await admin.run(
        'INSERT INTO staff.member (id, login, role, platform, institutions) VALUES ($1, $2, $3, $4, $5)',
        [member, `p${member.replaceAll('-', '').slice(0, 12)}`, role, platform ?? null, institutions ?? null],
      )
      await admin.run(
        `INSERT INTO staff.session (id_hash, member, expires_at) VALUES ($1, $2, clock_timestamp() + interval '1 hour')`,
        [session, member],
      )
      return { session, cookie: `__Host-parley-staff=${value}` }
    },
    async addCustomer(at = [banks.north], channel = 'messenger') {
      const customer = await admin.one(
        id,
        `INSERT INTO customers.customer (id) VALUES (gen_random_uuid()) RETURNING id`,
      )
      const conversation = randomUUID()
      for (const bank of at) {
        const terms = randomUUID()
        await admin.run(
          `INSERT INTO consent.terms (id, customer, institution, document, credential_id, authenticator_data, client_data, signature)
           VALUES ($1, $2, $3, '{}', '\\x00', '\\x00', '\\x00', '\\x00')`,
          [terms, customer.id, bank],
        )
        await admin.run(
          `INSERT INTO consent.grant_ (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at)
           VALUES ($1, $2, $3, $4, $5, 'service-use', 'service-statistics', 'sealed', clock_timestamp() + interval '90 days')`,
          [terms, customer.id, bank, channel, conversation],
        )
      }
      return { id: customer.id, conversation }
    },
    async act(customer, week, acts, platform = 'meta') {
      for (const { measure, cell, bank = banks.north } of acts) {
        await admin.run(
          `INSERT INTO statistics.contribution (customer, institution, week, platform, measure, cell)
           VALUES ($1, $2, $3::date, $4, $5, $6) ON CONFLICT DO NOTHING`,
          [customer, bank, week, platform, measure, cell],
        )
      }
    },
    end: () => clone.drop(),
  }
}
