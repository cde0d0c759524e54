import { salts } from '../audit/index.ts'
import type { PromiseBook } from '../audit/index.ts'
import { Fault, lesserDisclosure, refusal, success } from '../kernel/index.ts'
import type { CustomerId, DataClass, Outcome, Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Database, Random } from '../platform/index.ts'
import { makePermit } from './permit.ts'
import type { HeldToken, Look, Permit } from './permit.ts'
import { openTicket, openTicketWithToken } from './ticket-store.ts'
import type { Ticket } from './ticket-store.ts'

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
 *
 * A look at a linked bank says that it `brings` the bank's token: it comes sealed in the same call, after the entry's commit, and
 * the permit keeps it for the first `bankTokens.read`. No permit, no token: what was brought is dropped where the keystore,
 * which asks for the grant once more, says no.
 */
export async function openPermit<Class extends DataClass>(
  deps: PermitDeps,
  look: Look<Class>,
  brings: 'bank-token' | 'nothing' = 'nothing',
): Promise<Outcome<Permit<Class>, 'consent/no-grant' | 'consent/unsigned'>> {
  const auditKey = await findAuditKey(deps.keystore, look.customer)
  if (auditKey === undefined) return refusal('consent/unsigned')
  const ticket = await commitEntry(deps, look, { auditKey, brings })
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
    token: ticket.token,
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

async function commitEntry(
  { database, random }: PermitDeps,
  look: Look<DataClass>,
  { auditKey, brings }: { readonly auditKey: Secret<Uint8Array>; readonly brings: 'bank-token' | 'nothing' },
): Promise<(Ticket & { readonly token?: HeldToken | undefined }) | undefined> {
  const salt = salts.make(random, auditKey, salts.context(look.customer))
  return await (brings === 'bank-token' ? openTicketWithToken : openTicket)(database, look, salt)
}
