import { z } from 'zod'
import { Secret } from '../kernel/index.ts'
import type { DataClass } from '../kernel/index.ts'
import { bytesColumn, seal, unseal } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { takeHeldToken } from './permit.ts'
import type { Permit } from './permit.ts'

/** What a bank gave us to come back with (the connector knows its shape), and which version of it this is. */
export type BankToken = { readonly version: number; readonly plain: Secret<string> }

const tokenRow = z.object({ version: z.number(), sealed: bytesColumn })

/**
 * The tokens behind a permit: first what the permit brought with it, from then on what the gate gives (another process may have
 * refreshed them). Undefined: none are stored, or the permit is over (too old, its grant ended).
 */
async function readBankToken(database: Tx, permit: Permit<DataClass>): Promise<BankToken | undefined> {
  const row =
    takeHeldToken(permit) ??
    (await database.maybe(tokenRow, 'SELECT version, sealed FROM gate.bank_token($1)', [permit.ticket]))
  if (row === undefined) return undefined
  const plain = unseal(permit.keys.bankToken.reveal(), row.sealed, contextOf(permit))
  return { version: row.version, plain: new Secret(plain.toString('utf8')) }
}

/**
 * Stores tokens: for a fresh link (`expectedVersion` 0, replaces what was there), or in place of the version that was
 * refreshed. False: the permit is over, or another refresh was quicker; read again.
 */
async function storeBankToken(
  database: Tx,
  permit: Permit<DataClass>,
  token: { readonly expectedVersion: number; readonly plain: Secret<string> },
): Promise<boolean> {
  const sealed = seal(permit.keys.bankToken.reveal(), Buffer.from(token.plain.reveal(), 'utf8'), contextOf(permit))
  const row = await database.one(storedRow, 'SELECT gate.store_bank_token($1, $2, $3) AS stored', [
    permit.ticket,
    token.expectedVersion,
    sealed,
  ])
  return row.stored
}

const storedRow = z.object({ stored: z.boolean() })

/** How long one refresh may take before another may try: the bank call's deadline and some. */
const refreshLeaseSeconds = 15

/** Takes the right to refresh this version. False: somebody else is at it, or was; read the token again soon. */
async function leaseRefresh(database: Tx, permit: Permit<DataClass>, version: number): Promise<boolean> {
  const row = await database.one(leasedRow, 'SELECT gate.lease_refresh($1, $2, $3) AS leased', [
    permit.ticket,
    version,
    refreshLeaseSeconds,
  ])
  return row.leased
}

const leasedRow = z.object({ leased: z.boolean() })

function contextOf(permit: Permit<DataClass>): string {
  return `bank_token|${permit.customer}|${permit.institution}`
}

/** A bank's tokens, sealed behind the gate: read and stored under a permit, refreshed by one at a time. */
export const bankTokens = { read: readBankToken, store: storeBankToken, leaseRefresh } as const
