import { endings } from '../consent/index.ts'
import type { BankLinkOf, BankOutcome, RevokingDeps, RevokingPermit, RevokingTicket } from '../consent/index.ts'
import { Fault } from '../kernel/index.ts'
import type { Logger } from '../platform/index.ts'
import { isGivenUp, wasTold } from './follow-plan.ts'
import type { FollowFacts } from './follow-plan.ts'

/**
 * The bank's word: it has taken its tokens back; it could not be asked; it does not know them (any more); they cannot be shown to
 * it; there are none.
 */
export type TakenBack = Exclude<BankOutcome, 'kept'>

export type TakeBackDeps = RevokingDeps & {
  /** Gives refresh and access token back to the bank (RFC 7009). Never throws for what the bank answers. */
  readonly revokeAtBank: (permit: RevokingPermit) => Promise<TakenBack>
  readonly logger: Logger
}

/** How it went. `waiting`: the bank did not answer. `shared`: meanwhile something is shared again. `gone`: the customer was erased. */
export type TakeBackEnd = 'destroyed' | 'waiting' | 'shared' | 'gone'

/**
 * Takes one customer's tokens back from one bank and destroys the key that everything of that bank is sealed under. Each step is
 * written down before the next, so a crash anywhere repeats at most the telling of the bank, which does no harm.
 */
export async function takeBack(deps: TakeBackDeps, ending: FollowFacts['ending'] & BankLinkOf): Promise<TakeBackEnd> {
  const { database } = deps
  const opened = await endings.revoking.openTicket(deps, ending)
  if (!opened.ok) return opened.code === 'consent/erased' ? 'gone' : 'shared'
  const ticket = opened.value
  const version = await endings.revoking.tokenVersion(database, ticket)
  if (!wasTold(ending, version)) {
    const bank = await tellBank(deps, ticket, version)
    if (bank === 'shared') return 'shared'
    if (bank === 'unreachable' && !isGivenUp(ending)) return 'waiting'
    await endings.note.bank(database, ticket, { bank, version })
  }
  return (await destroy(deps, ticket, version)) ? 'destroyed' : 'shared'
}

async function tellBank(
  deps: TakeBackDeps,
  ticket: RevokingTicket,
  version: number | undefined,
): Promise<BankOutcome | 'shared'> {
  if (version === undefined) return 'nothing'
  const released = await endings.revoking.release(deps, ticket)
  if (!released.ok) {
    if (released.code === 'consent/still-shared') return 'shared'
    deps.logger.warn('revocation.tokens-unreadable', { code: released.code, ticketId: ticket.ticket })
    return 'untold'
  }
  try {
    return await deps.revokeAtBank(released.value)
  } catch (thrown) {
    // A record that no key opens, or that is none: nobody can use it, so the bank is not told and the rest goes on.
    if (!(thrown instanceof Fault) || !unreadableCodes.includes(thrown.code)) throw thrown
    deps.logger.fault('revocation.tokens-unreadable', thrown, { ticketId: ticket.ticket })
    return 'untold'
  }
}

const unreadableCodes: readonly string[] = ['platform/seal-broken', 'banks/token-record-malformed']

/**
 * The key first: once it is gone the row is noise, while a row that went first could come back from a backup and be read. A link
 * made in between stores tokens of its own under another version, and those stay.
 */
async function destroy(deps: TakeBackDeps, first: RevokingTicket, version: number | undefined): Promise<boolean> {
  // The bank may have taken longer than a ticket lives.
  const tickets = [async () => first, () => freshTicket(deps, first)]
  for (const find of tickets) {
    const ticket = await find()
    if (ticket === undefined) return false
    const destroyed = await endings.revoking.destroyKey(deps, ticket)
    if (!destroyed.ok) continue
    await deps.database.transaction(async (tx) => {
      if (version !== undefined) await endings.revoking.forgetToken(tx, ticket, version)
      await endings.note.keyDestroyed(tx, ticket, destroyed.value.lastCopyAt)
    })
    return true
  }
  return false
}

async function freshTicket(deps: TakeBackDeps, of: BankLinkOf): Promise<RevokingTicket | undefined> {
  const opened = await endings.revoking.openTicket(deps, of)
  return opened.ok ? opened.value : undefined
}
