import { createOwnDesk } from '../../src/desk/index.ts'
import { askLeave } from '../../src/desk/ask-leave.ts'
import type { LookedClass } from '../../src/desk/leave-classes.ts'
import type { LookDeps } from '../../src/desk/look-for-customer.ts'
import { createReadNames } from '../../src/desk/read-names.ts'
import { signedTerms } from '../../src/consent/index.ts'
import { sessions } from '../../src/customers/index.ts'
import { Secret, success } from '../../src/kernel/index.ts'
import type { Terms } from '../../src/kernel/index.ts'
import { systemClock, systemRandom } from '../../src/platform/index.ts'
import type { OwnDesk } from '../../src/privacy-centre/index.ts'
import type { TestDatabase } from './database.ts'
import type { DeskWorld } from './desk-world.ts'
import type { LinkedCustomer } from './erasure-world.ts'
import { testPromises } from './test-promises.ts'
import { newId, sharingTerms, signTerms, wholeSeconds } from './trust-world.ts'
import type { TrustWorld } from './trust-world.ts'

/** What the bank of these worlds says: canaries, and a counter of how often it was asked. */
export type AskedBank = LookDeps['bank'] & { readonly asked: () => number }

/** A bank that answers every look with one account and one payment. */
export function createAskedBank(): AskedBank {
  let times = 0
  const money = new Secret({ minor: 184_217n, currency: 'USD' })
  return {
    asked: () => times,
    fetchBalances: async () => {
      times += 1
      const balances = [{ kind: 'available', amount: money, asOf: undefined }] as const
      const account = {
        id: 'account-1',
        name: new Secret('Everyday Checking'),
        lastDigits: new Secret('4821'),
      } as const
      return success({ accounts: [{ ...account, category: 'deposit', kind: 'CHECKING', balances }], complete: true })
    },
    fetchTransactions: async () => {
      times += 1
      return success({ transactions: [], from: '2026-11-01', to: '2026-11-22', complete: true })
    },
    fetchCardBills: async () => success([]),
    fetchCards: async () => success({ cards: [], declines: [] }),
  }
}

/** What a look needs, on a trust world's desk. */
export function lookDeps(desk: DeskWorld, world: Pick<TrustWorld, 'keys'>, bank: AskedBank): LookDeps {
  const names = createReadNames()
  return { ...desk.deps, keystore: world.keys.service, promises: testPromises, bank, clock: systemClock, names }
}

/** A customer with their pages open: what they are asked, and how they answer. */
export type LeavingCustomer = {
  readonly own: OwnDesk
  readonly session: Uint8Array
  /** Allows the question that is open, as the page does; `change`: what is signed instead. Gives whether it counted. */
  allow(change?: Partial<Terms>): Promise<boolean>
  refuse(): Promise<boolean>
}

/** Opens the privacy centre for somebody. */
export async function openCentre(
  database: TestDatabase,
  world: Pick<TrustWorld, 'keys'>,
  customer: LinkedCustomer,
): Promise<LeavingCustomer> {
  const consent = database.connect('consent', { poolMax: 2 })
  const own = createOwnDesk({ database: database.connect('centre', { poolMax: 2 }), keystore: world.keys.consent })
  const { credentialId } = customer.passkey
  const begun = { kind: 'me', customer: customer.id, credentialId } as const
  const session = (await sessions.start({ random: systemRandom }, consent, begun)).hash
  const open = async () => (await own.leaves(session)).find(({ answer, isOver }) => answer === undefined && !isOver)
  return {
    own,
    session,
    async allow(change = {}) {
      const leave = await open()
      if (leave === undefined) return false
      const { institution, conversation, classes } = leave
      const terms = sharingTerms(customer.id, {
        ...{ id: newId(), institution, conversation, disclosure: 'sealed' as const },
        purposes: { 'customer-service': classes.toSorted() },
        expiresAt: wholeSeconds(Date.now() + 7 * 3_600_000),
        ...change,
      })
      return await consent.transaction(async (tx) => {
        await signedTerms.record(tx, signTerms(customer.passkey, terms), { unconfirmed: false })
        return await own.allow(tx, { session, leave, terms: terms.id })
      })
    },
    async refuse() {
      const leave = await open()
      return leave !== undefined && (await consent.transaction((tx) => own.refuse(tx, { session, leave })))
    },
  }
}

/** Asks for some classes, as the page does. */
export async function askToSee(
  desk: DeskWorld,
  asked: { readonly session: Uint8Array; readonly handover: Parameters<typeof askLeave>[1]['handover'] },
  classes: readonly LookedClass[] = ['balance'],
): Promise<string> {
  const said = await askLeave(desk.deps, { ...asked, classes })
  return said.ok ? 'asked' : said.code
}
