import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { Permit } from '../../consent/index.ts'
import { decimalText } from '../../kernel/index.ts'
import type { DataClass } from '../../kernel/index.ts'
import type { Bank, BankRefusal } from '../bank.ts'

/** What can be wrong with a bank, however it is brought about. */
export const troubles = {
  'the bank is down': 'banks/unreachable',
  'the bank never answers': 'banks/unreachable',
  'the bank answers 503': 'banks/unreachable',
  'the bank cuts its answer in half': 'banks/unreachable',
  'the bank answers something that is not JSON': 'banks/unreadable',
  'the bank redirects elsewhere': 'banks/unreadable',
  'the bank sends an amount as text': 'banks/unreadable',
  'the bank sends an amount that is no exact number of cents': 'banks/unreadable',
  'the bank sends an account without a currency': 'banks/unreadable',
  'the bank sends pages without end': 'banks/unreadable',
  'the bank names a member twice': 'banks/unreadable',
  'the bank refuses for want of consent': 'banks/consent-ended',
  'the bank asks for a pause': 'banks/over-budget',
  'the bank refuses every access token': 'banks/link-expired',
  'the link is dead at the bank': 'banks/link-expired',
} as const satisfies Readonly<Record<string, BankRefusal>>
export type Trouble = keyof typeof troubles

/** All of them. */
export const everyTrouble: readonly Trouble[] = Object.keys(troubles).filter((name) => isTrouble(name))

function isTrouble(name: string): name is Trouble {
  return Object.hasOwn(troubles, name)
}

/** A connector with a bank behind it that can be made to misbehave. */
export type BankUnderTest = {
  readonly bank: Bank
  /** A permit of a customer with a link; not one whose bank has asked for a pause. */
  permit<Class extends DataClass>(dataClass: Class, accounts?: readonly string[]): Promise<Permit<Class>>
  begin(trouble: Trouble): Promise<void>
  /** Makes the bank well again, with a new link if the old one is dead. */
  end(): Promise<void>
  /** Exact balances of the accounts behind the link: id → kind → decimal text. */
  expected(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>
  /** The FDX requests that the bank has seen since this was last asked. */
  seen(): Promise<readonly { readonly interactionId: string | null; readonly actorType?: string | undefined }[]>
}

/** What every connector must pass, whatever standard it speaks; `can`: the troubles its bank can be brought into. */
export function bankContract(start: () => Promise<BankUnderTest>, can: readonly Trouble[]): void {
  let made: Promise<BankUnderTest> | undefined
  const underTest = (): Promise<BankUnderTest> => (made ??= start())

  test('balances come exactly as the bank has them', async () => {
    const { bank, permit, expected } = await underTest()
    const report = await bank.fetchBalances(await permit('balance'))
    if (!report.ok) throw new Error(report.code)
    const found = Object.fromEntries(
      report.value.accounts.map(({ id, balances }) => [
        id,
        Object.fromEntries(balances.map(({ kind, amount }) => [kind, decimalText(amount.reveal())])),
      ]),
    )
    expect(found).toEqual(await expected())
    expect(report.value.complete).toBe(true)
  })

  test('the account list names accounts and no balance', async () => {
    const { bank, permit, expected } = await underTest()
    const accounts = await bank.fetchAccounts(await permit('account-list'))
    if (!accounts.ok) throw new Error(accounts.code)
    expect(accounts.value.map(({ id }) => id).sort()).toEqual(Object.keys(await expected()).sort())
    expect(accounts.value.flatMap(({ balances }) => balances)).toEqual([])
    expect(accounts.value.every(({ name }) => name.reveal() !== '')).toBe(true)
  })

  test('only the accounts that the permit names come back, and a missing one is told', async () => {
    const { bank, permit, expected } = await underTest()
    const [first = ''] = Object.keys(await expected())
    const one = await bank.fetchBalances(await permit('balance', [first]))
    if (!one.ok) throw new Error(one.code)
    expect(one.value.accounts.map(({ id }) => id)).toEqual([first])
    expect(one.value.complete).toBe(true)
    const two = await bank.fetchBalances(await permit('balance', [first, 'closed-long-ago']))
    expect(two.ok && two.value.complete).toBe(false)
  })

  test('what a bank answered prints as [secret]', async () => {
    const { bank, permit, expected } = await underTest()
    const report = await bank.fetchBalances(await permit('balance'))
    const printed = `${JSON.stringify(report)} ${inspect(report, { depth: 9 })}`
    expect(printed).toContain('[secret]')
    for (const figures of Object.values(await expected())) {
      for (const amount of Object.values(figures)) if (amount !== '0.00') expect(printed).not.toContain(amount)
    }
  })

  test('every request carries the id of its ticket, and says that the customer asked', async () => {
    const { bank, permit, seen } = await underTest()
    await seen()
    const look = await permit('balance')
    await bank.fetchBalances(look)
    const requests = await seen()
    expect(requests.length).toBeGreaterThan(0)
    expect(requests.map(({ interactionId }) => interactionId)).toEqual(requests.map(() => look.lookId))
    expect(requests.filter(({ actorType = 'USER' }) => actorType !== 'USER')).toEqual([])
  })

  for (const trouble of can) {
    test(`${trouble}: a typed refusal, and all is well when it is over`, async () => {
      const { bank, permit, begin, end } = await underTest()
      await begin(trouble)
      try {
        expect(await bank.fetchBalances(await permit('balance'))).toEqual({ ok: false, code: troubles[trouble] })
      } finally {
        await end()
      }
      expect((await bank.fetchBalances(await permit('balance'))).ok).toBe(true)
    })
  }
}
