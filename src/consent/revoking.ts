import { z } from 'zod'
import { salts } from '../audit/index.ts'
import type { PromiseBook } from '../audit/index.ts'
import { Fault, Secret, refusal, success } from '../kernel/index.ts'
import type { AuditEntryId, CustomerId, InstitutionId, Instant, Outcome } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { bigintColumn, bytesColumn, instantColumn, unseal } from '../platform/index.ts'
import type { Database, Random, Tx } from '../platform/index.ts'
import type { BankToken } from './bank-token-store.ts'
import { columns } from './consent-columns.ts'
import { makeRevokingPermit } from './revoking-permit.ts'
import type { RevokingPermit } from './revoking-permit.ts'

export type RevokingDeps = {
  /** Login `parley_revoker`. */
  readonly database: Database
  /** The keystore's caller `revoke`. */
  readonly keystore: Pick<KeystoreClient, 'auditKey' | 'releaseTokenKey' | 'destroyBankKey'>
  readonly random: Random
  readonly promises: Pick<PromiseBook, 'promise'>
}

/** Whose link to which bank is to be taken back. */
export type BankLinkOf = { readonly customer: CustomerId; readonly institution: InstitutionId }

/** A `revoking` entry that has committed. By itself it opens nothing; it lives 30 seconds, and only while nothing is shared. */
export type RevokingTicket = BankLinkOf & { readonly ticket: bigint; readonly lookId: AuditEntryId }

const ticketRow = z.object({
  ticket: bigintColumn,
  id: columns.auditEntryId,
  at: instantColumn,
  commitment: bytesColumn,
})

/**
 * Writes the `revoking` entry; it has committed when this returns. `still-shared`: a grant of this customer's with this bank
 * lives, or waits for its code, or no ending waits. `erased`: the customer has no keys any more, so no salt could be kept.
 */
async function openTicket(
  deps: RevokingDeps,
  of: BankLinkOf,
): Promise<Outcome<RevokingTicket, 'consent/still-shared' | 'consent/erased'>> {
  const auditKey = await findAuditKey(deps.keystore, of.customer)
  if (auditKey === undefined) return refusal('consent/erased')
  const { salt, sealed } = salts.make(deps.random, auditKey, salts.context(of.customer))
  const row = await deps.database.maybe(
    ticketRow,
    'SELECT ticket, id, at, commitment FROM gate.open_revoking($1, $2, $3, $4)',
    [of.customer, of.institution, salt, sealed],
  )
  if (row === undefined) return refusal('consent/still-shared')
  // Promised like any entry: the customer will find it among the looks.
  deps.promises.promise(row)
  return success({ customer: of.customer, institution: of.institution, ticket: row.ticket, lookId: row.id })
}

async function findAuditKey(
  keystore: RevokingDeps['keystore'],
  customer: CustomerId,
): Promise<Secret<Uint8Array> | undefined> {
  try {
    return await keystore.auditKey(customer)
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'keystore/no-such-customer') return undefined
    throw thrown
  }
}

/** Why the tokens cannot be given back: the terms' passkey does not count (any more), or their key is gone. */
export type NoTokenKey = 'consent/unsigned' | 'consent/no-key'

/** Gets the key of the bank's tokens for a ticket. `still-shared` also when the ticket is too old. */
async function release(
  deps: RevokingDeps,
  ticket: RevokingTicket,
): Promise<Outcome<RevokingPermit, NoTokenKey | 'consent/still-shared'>> {
  const released = await deps.keystore.releaseTokenKey(ticket.ticket)
  if (released.ok) return success(makeRevokingPermit({ ...ticket, bankToken: released.value }))
  switch (released.code) {
    case 'keystore/not-live':
      return refusal('consent/still-shared')
    case 'keystore/no-key':
      return refusal('consent/no-key')
    case 'keystore/refused':
      return refusal('consent/unsigned')
  }
}

const tokenRow = z.object({ version: z.number(), sealed: bytesColumn })

/** The version of the stored tokens; undefined when there are none, or the ticket is over. */
async function tokenVersion(tx: Tx, ticket: RevokingTicket): Promise<number | undefined> {
  const row = await tx.maybe(tokenRow, 'SELECT version, sealed FROM gate.bank_token($1)', [ticket.ticket])
  return row?.version
}

/** The tokens themselves (the connector knows their shape), to be given back. Undefined as above. */
async function readToken(tx: Tx, permit: RevokingPermit): Promise<BankToken | undefined> {
  const row = await tx.maybe(tokenRow, 'SELECT version, sealed FROM gate.bank_token($1)', [permit.ticket])
  if (row === undefined) return undefined
  const context = `bank_token|${permit.customer}|${permit.institution}`
  return {
    version: row.version,
    plain: new Secret(unseal(permit.bankToken.reveal(), row.sealed, context).toString('utf8')),
  }
}

/** Deletes the stored tokens if they are still this version. False: others are there by now, or the ticket is over. */
async function forgetToken(tx: Tx, ticket: RevokingTicket, version: number): Promise<boolean> {
  const row = await tx.one(z.object({ gone: z.boolean() }), 'SELECT gate.forget_bank_token($1, $2) AS gone', [
    ticket.ticket,
    version,
  ])
  return row.gone
}

/** Has the keystore destroy K_c,b. `lastCopyAt`: until when a copy of it can exist. */
async function destroyKey(
  deps: RevokingDeps,
  ticket: RevokingTicket,
): Promise<Outcome<{ readonly lastCopyAt: Instant }, 'consent/still-shared'>> {
  const destroyed = await deps.keystore.destroyBankKey(ticket.ticket)
  return destroyed.ok ? destroyed : refusal('consent/still-shared')
}

/**
 * Taking a bank's tokens back after everything shared with it ended: a ticket of its own kind, which opens the stored tokens and
 * nothing else, and lets the keystore destroy the key that all of this customer's data of that bank is sealed under.
 */
export const revoking = { openTicket, release, tokenVersion, readToken, forgetToken, destroyKey } as const
