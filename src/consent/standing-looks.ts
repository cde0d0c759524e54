import { salts } from '../audit/index.ts'
import { Fault, refusal, success } from '../kernel/index.ts'
import type { CustomerId, GrantId, InstitutionId, Outcome } from '../kernel/index.ts'
import { elapsedMs } from '../platform/index.ts'
import type { Clock } from '../platform/index.ts'
import type { PermitDeps } from './open-permit.ts'
import { type StandingLook, makeStandingLook } from './standing-look.ts'
import { accountsMax, findCardLeave, findCardLeaveOf, openStanding } from './standing-store.ts'
import type { CardLeave, StandingEntry } from './standing-store.ts'

/** Login `parley_fraud` and the keystore's caller `fraud`. */
export type StandingDeps = PermitDeps & { readonly clock: Clock }

/** The standing looks of this hour that this process has opened or found open. */
export type StandingLooks = {
  /** Who of these accounts' holders gave leave, with a look each; accounts without any are not in it, and nothing is kept of them. */
  cover(institution: InstitutionId, accounts: readonly string[]): Promise<ReadonlyMap<string, readonly StandingLook[]>>
  /** The look at one customer's cards at a bank. */
  of(customer: CustomerId, institution: InstitutionId): Promise<Outcome<StandingLook, 'consent/no-grant'>>
  /** The database said that these hold no more, or that the hour is over: asked anew next time. */
  forget(looks: readonly StandingLook[]): void
  /** Forgets every key. */
  close(): void
}

/** Keys held at once; the oldest go first. A few hundred bytes each. */
const looksMax = 200_000
/** For so long it is not asked again whose account it is: somebody else who gives leave for the same one is seen within it. */
const coverMs = 30_000
/** Releases asked of the keystore at once. */
const releasesMax = 16

type Held = { readonly look: StandingLook; readonly untilMs: number }
type Cover = { readonly grants: readonly GrantId[]; readonly untilMs: number }

/**
 * Opens and remembers standing looks. A key is remembered until its hour is over at most; what lies under it, and whether anything
 * more may be stored, the database decides row by row.
 */
export function createStandingLooks(deps: StandingDeps): StandingLooks {
  const held = new Map<GrantId, Held>()
  const covers = new Map<string, Cover>()
  const opening = new Map<GrantId, Promise<StandingLook | undefined>>()
  let cancel: (() => void) | undefined

  return {
    async cover(institution, accounts) {
      const covered = new Map<string, readonly StandingLook[]>()
      const unknown: string[] = []
      for (const account of accounts) {
        const looks = remembered(institution, account)
        if (looks === undefined) unknown.push(account)
        else covered.set(account, looks)
      }
      for (let from = 0; from < unknown.length; from += accountsMax) {
        await find(institution, unknown.slice(from, from + accountsMax), covered)
      }
      return covered
    },
    async of(customer, institution) {
      const leave = await findCardLeaveOf(deps.database, customer, institution)
      if (leave === undefined) return refusal('consent/no-grant')
      const look = await (await open(institution, [leave])).get(leave.grantId)
      return look === undefined ? refusal('consent/no-grant') : success(look)
    },
    forget(looks) {
      for (const { grantId } of looks) held.delete(grantId)
    },
    close() {
      cancel?.()
      held.clear()
      covers.clear()
    },
  }

  function remembered(institution: InstitutionId, account: string): readonly StandingLook[] | undefined {
    const cover = covers.get(`${institution} ${account}`)
    if (cover === undefined || cover.untilMs <= elapsedMs()) return undefined
    const looks = cover.grants.flatMap((grant) => heldLook(grant) ?? [])
    return looks.length === cover.grants.length ? looks : undefined
  }

  function heldLook(grant: GrantId): StandingLook | undefined {
    const known = held.get(grant)
    return known !== undefined && known.untilMs > elapsedMs() ? known.look : undefined
  }

  async function find(
    institution: InstitutionId,
    accounts: readonly string[],
    covered: Map<string, readonly StandingLook[]>,
  ): Promise<void> {
    const untilMs = elapsedMs() + coverMs
    const leaves = await findCardLeave(deps.database, institution, accounts)
    if (leaves.length === 0) return
    const looks = await open(institution, leaves)
    for (const { place, grantId } of leaves) {
      const account = accounts[place] ?? ''
      const look = await looks.get(grantId)
      // What the customer signed decides, whatever the rows say.
      if (look === undefined || !look.accounts.includes(account)) continue
      covered.set(account, [...(covered.get(account) ?? []), look])
    }
    for (const account of accounts) {
      const grants = (covered.get(account) ?? []).map(({ grantId }) => grantId)
      if (grants.length > 0) covers.set(`${institution} ${account}`, { grants, untilMs })
    }
    trim(covers, looksMax)
  }

  /** A look for each of these grants; callers who want the same at the same time share one. */
  async function open(
    institution: InstitutionId,
    leaves: readonly CardLeave[],
  ): Promise<ReadonlyMap<GrantId, Promise<StandingLook | undefined> | StandingLook>> {
    const looks = new Map<GrantId, Promise<StandingLook | undefined> | StandingLook>()
    const wanted = new Map<GrantId, CardLeave>()
    for (const leave of leaves) {
      const look = heldLook(leave.grantId) ?? opening.get(leave.grantId)
      if (look === undefined) wanted.set(leave.grantId, leave)
      else looks.set(leave.grantId, look)
    }
    if (wanted.size === 0) return looks
    const opened = openAll(deps, institution, [...wanted.values()])
    for (const grant of wanted.keys()) {
      const own = opened.then((found) => remember(grant, found.get(grant)))
      opening.set(grant, own)
      const settled = (): void => void opening.delete(grant)
      void own.then(settled, settled)
      looks.set(grant, own)
    }
    await opened
    return looks
  }

  function remember(grant: GrantId, found: Held | undefined): StandingLook | undefined {
    if (found === undefined) return undefined
    held.set(grant, found)
    trim(held, looksMax)
    cancel ??= deps.clock.after(Math.max(0, found.untilMs - elapsedMs()), () => {
      cancel = undefined
      const now = elapsedMs()
      for (const [key, { untilMs }] of held) if (untilMs <= now) held.delete(key)
      for (const [key, { untilMs }] of covers) if (untilMs <= now) covers.delete(key)
    })
    return found.look
  }
}

function trim<Key>(map: Map<Key, unknown>, sizeMax: number): void {
  for (const key of map.keys()) {
    if (map.size <= sizeMax) return
    map.delete(key)
  }
}

/** Commits the entries that are missing, then has the keys released. A grant that ended, or that no passkey signed, has none. */
async function openAll(
  deps: StandingDeps,
  institution: InstitutionId,
  leaves: readonly CardLeave[],
): Promise<ReadonlyMap<GrantId, Held>> {
  const askedAtMs = elapsedMs()
  const open = leaves.flatMap(({ customer, grantId, ticket, msLeft }) =>
    ticket === undefined ? [] : [{ customer, grantId, ticket, msLeft }],
  )
  const entries = await commitEntries(
    deps,
    leaves.filter(({ ticket }) => ticket === undefined),
  )
  const found = new Map<GrantId, Held>()
  await inLanes([...open, ...entries], releasesMax, async ({ customer, grantId, ticket, msLeft }) => {
    const released = await deps.keystore.release(ticket)
    if (!released.ok) return
    const { data: key, accounts } = released.value
    const look = makeStandingLook({ customer, institution, grantId, ticket, accounts, key })
    found.set(grantId, { look, untilMs: askedAtMs + msLeft })
  })
  return found
}

type Opened = {
  readonly customer: CustomerId
  readonly grantId: GrantId
  readonly ticket: bigint
  readonly msLeft: number
}

async function commitEntries(deps: StandingDeps, leaves: readonly CardLeave[]): Promise<readonly Opened[]> {
  if (leaves.length === 0) return []
  const salted: { readonly grantId: GrantId; readonly salt: ReturnType<typeof salts.make> }[] = []
  const customers = new Map<GrantId, CustomerId>()
  await inLanes(leaves, releasesMax, async ({ customer, grantId }) => {
    const auditKey = await findAuditKey(deps, customer)
    if (auditKey === undefined) return
    customers.set(grantId, customer)
    salted.push({ grantId, salt: salts.make(deps.random, auditKey, salts.context(customer)) })
  })
  const entries = await openStanding(deps.database, salted)
  for (const entry of entries) if (entry.opened) promise(deps, entry)
  return entries.flatMap(({ grant_id: grantId, ticket, ms_left: msLeft }) => {
    const customer = customers.get(grantId)
    return customer === undefined ? [] : [{ customer, grantId, ticket, msLeft }]
  })
}

function promise({ promises }: StandingDeps, { ticket, commitment, at }: StandingEntry): void {
  promises.promise({ ticket, commitment, at })
}

// A customer whom the keystore does not know never enrolled a passkey with it: whatever the rows say, nothing is signed.
async function findAuditKey({ keystore }: StandingDeps, customer: CustomerId) {
  try {
    return await keystore.auditKey(customer)
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'keystore/no-such-customer') return undefined
    throw thrown
  }
}

/** Does each, so many at once. */
async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  await Promise.all(
    Array.from({ length: Math.min(lanes, items.length) }, async () => {
      for (const item of waiting) await work(item)
    }),
  )
}
