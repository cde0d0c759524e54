import { z } from 'zod'
import { salts } from '../audit/index.ts'
import type { PromiseBook } from '../audit/index.ts'
import { Fault, lesserDisclosure, refusal, success } from '../kernel/index.ts'
import type { CustomerId, DataClass, Outcome, Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { bigintColumn, bytesColumn, instantColumn } from '../platform/index.ts'
import type { Database, Random } from '../platform/index.ts'
import { columns } from './consent-columns.ts'
import { makePermit } from './permit.ts'
import type { Look, Permit } from './permit.ts'

export type PermitDeps = {
  /** The login of the purpose; the purpose of the look is this login. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'auditKey' | 'release'>
  readonly random: Random
  /** Promises that the entry will stand in the log; those of this database's looks. */
  readonly promises: Pick<PromiseBook, 'promise'>
}

/**
 * Opens a look: the audit entry commits, then the keystore checks the signed terms behind it and releases the keys.
 * `no-grant`: nothing live covers the look. `unsigned`: a row says yes, but no pinned passkey signed terms that say so.
 * Must not be called inside a transaction: the entry would not have committed.
 */
export async function openPermit<Class extends DataClass>(
  deps: PermitDeps,
  look: Look<Class>,
): Promise<Outcome<Permit<Class>, 'consent/no-grant' | 'consent/unsigned'>> {
  const auditKey = await findAuditKey(deps.keystore, look.customer)
  if (auditKey === undefined) return refusal('consent/unsigned')
  const ticket = await openTicket(deps, look, auditKey)
  if (ticket === undefined) return refusal('consent/no-grant')
  // The entry has committed, so it is promised whatever becomes of the look.
  const promise = deps.promises.promise(ticket)
  const released = await deps.keystore.release(ticket.ticket)
  if (!released.ok) return refusal(released.code === 'keystore/not-live' ? 'consent/no-grant' : 'consent/unsigned')
  const keys = released.value
  const permit = makePermit({
    ...look,
    ticket: ticket.ticket,
    lookId: ticket.id,
    channel: ticket.channel,
    grantId: ticket.grant_id,
    disclosure: lesserDisclosure(ticket.disclosure, keys.disclosure),
    accounts: keys.accounts,
    keys,
    auditKey,
    openedAt: ticket.at,
    promise,
  })
  return success(permit)
}

// A customer whom the keystore does not know never enrolled a passkey with it: whatever the rows say, nothing is signed.
async function findAuditKey(
  keystore: PermitDeps['keystore'],
  customer: CustomerId,
): Promise<Secret<Uint8Array> | undefined> {
  try {
    return await keystore.auditKey(customer)
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'keystore/no-such-customer') return undefined
    throw thrown
  }
}

const ticketRow = z.object({
  ticket: bigintColumn,
  id: columns.auditEntryId,
  at: instantColumn,
  grant_id: columns.grantId,
  channel: columns.channel,
  disclosure: columns.disclosure,
  commitment: bytesColumn,
})

async function openTicket(
  deps: PermitDeps,
  look: Look<DataClass>,
  auditKey: Secret<Uint8Array>,
): Promise<z.infer<typeof ticketRow> | undefined> {
  const { salt, sealed } = salts.make(deps.random, auditKey, salts.context(look.customer))
  // A statement of its own: it has committed when the answer is here.
  return await deps.database.maybe(
    ticketRow,
    'SELECT ticket, id, at, grant_id, channel, disclosure, commitment FROM gate.open($1, $2, $3, $4, $5, $6)',
    [look.customer, look.institution, look.conversation, look.dataClass, salt, sealed],
  )
}
