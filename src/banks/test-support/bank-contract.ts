import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { Permit } from '../../consent/index.ts'
import { decimalText } from '../../kernel/index.ts'
import type { DataClass } from '../../kernel/index.ts'
import type { Bank, BankRefusal } from '../bank.ts'
import type { Days, TransactionReport } from '../facts.ts'

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

/** Those that show in what an account's balance looks like; the others meet every call. */
const ofBalancesOnly: readonly Trouble[] = [
  'the bank sends an amount as text',
  'the bank sends an amount that is no exact number of cents',
  'the bank sends an account without a currency',
]

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

/** What the bank itself has in its books about the person behind the link, asked past its API. */
export type BankBooks = {
  /** A stretch of days in which something was made on one day and booked on a later one. */
  readonly days: Days
  /** A day of that kind. */
  readonly oneDay: string
  /** Payments made on these days (UTC), each once: `account id direction status amount`, with the id it has now. */
  transactions(days: Days): Promise<readonly string[]>
  /** `account total minimum due-date`. */
  bills(): Promise<readonly string[]>
  /** The accounts that a card draws on. */
  cards(): Promise<readonly string[]>
  /** Ids of refused payments. */
  declines(): Promise<readonly string[]>
  /** Account numbers by account. */
  numbers(): Promise<Readonly<Record<string, string>>>
}

/**
 * What every connector must pass, whatever standard it speaks; `can`: the troubles its bank can be brought into, `books`: what
 * its answers are held against, where the bank has more to tell than balances.
 */
export function bankContract(
  start: () => Promise<BankUnderTest>,
  can: readonly Trouble[],
  books?: () => Promise<BankBooks>,
): void {
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
      const refused = { ok: false, code: troubles[trouble] }
      try {
        expect(await bank.fetchBalances(await permit('balance'))).toEqual(refused)
        if (!ofBalancesOnly.includes(trouble)) {
          expect(await Promise.all(await otherCalls())).toEqual([refused, refused, refused, refused, refused])
        }
      } finally {
        await end()
      }
      expect((await bank.fetchBalances(await permit('balance'))).ok).toBe(true)
    })
  }

  async function otherCalls(): Promise<readonly Promise<unknown>[]> {
    const { bank, permit } = await underTest()
    const [payments, bills, cards, act, details] = [
      await permit('transactions'),
      await permit('card-bills'),
      await permit('card-status'),
      await permit('card-status'),
      await permit('account-list'),
    ]
    const [accountId = ''] = cards.accounts
    return [
      bank.fetchTransactions(payments, { from: '2026-11-01', to: '2026-11-22' }),
      bank.fetchCardBills(bills),
      bank.fetchCards(cards),
      bank.changeCard(act, { accountId, to: 'frozen', key: crypto.randomUUID() }),
      bank.fetchAccountDetails(details),
    ]
  }

  if (books !== undefined) factsContract(underTest, books)
}

function factsContract(underTest: () => Promise<BankUnderTest>, books: () => Promise<BankBooks>): void {
  test('payments come exactly as the bank has them, and none of them twice', async () => {
    const { bank, permit } = await underTest()
    const { days, transactions } = await books()
    const report = await bank.fetchTransactions(await permit('transactions'), days)
    if (!report.ok) throw new Error(report.code)
    const expected = await transactions(days)
    expect(expected.length).toBeGreaterThan(50)
    expect(linesOf(report.value)).toEqual([...expected].sort())
    expect(report.value).toMatchObject({ from: days.from, to: days.to, complete: true })
    const times = report.value.transactions.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => b - a))
  })

  test('what was made on a day is found on that day, also if the bank booked it later', async () => {
    const { bank, permit } = await underTest()
    const { oneDay, transactions } = await books()
    const day = { from: oneDay, to: oneDay }
    const report = await bank.fetchTransactions(await permit('transactions'), day)
    if (!report.ok) throw new Error(report.code)
    expect(linesOf(report.value)).toEqual([...(await transactions(day))].sort())
    expect(report.value.transactions.some(({ at, postedAt }) => postedAt !== undefined && postedAt - at > 43_200_000)).toBe(true) // prettier-ignore
  })

  test('payments of accounts that the permit does not name stay at the bank', async () => {
    const { bank, permit } = await underTest()
    const { days, cards } = await books()
    const [only = ''] = await cards()
    const report = await bank.fetchTransactions(await permit('transactions', [only]), days)
    if (!report.ok) throw new Error(report.code)
    expect(new Set(report.value.transactions.map(({ accountId }) => accountId))).toEqual(new Set([only]))
  })

  test('card bills come with what is due, the minimum and the day', async () => {
    const { bank, permit } = await underTest()
    const bills = await bank.fetchCardBills(await permit('card-bills'))
    if (!bills.ok) throw new Error(bills.code)
    const found = bills.value.map(({ accountId, totalDue, minimumDue, dueDate }) =>
      [accountId, decimalText(totalDue.reveal()), minimumDue && decimalText(minimumDue.reveal()), dueDate].join(' '),
    )
    expect(found).toEqual(await (await books()).bills())
  })

  test('cards and refused payments are told, and what was not shared is not', async () => {
    const { bank, permit } = await underTest()
    const { cards, declines } = await books()
    const report = await bank.fetchCards(await permit('card-status'))
    if (!report.ok) throw new Error(report.code)
    expect(report.value.cards.map(({ accountId }) => accountId).sort()).toEqual([...(await cards())].sort())
    expect(report.value.declines.map(({ id }) => id).sort()).toEqual([...(await declines())].sort())
    const [only = ''] = await cards()
    const one = await bank.fetchCards(await permit('card-status', [only]))
    expect(one.ok && one.value.cards.map(({ accountId }) => accountId)).toEqual([only])
  })

  test('a card is frozen once for one key and thawed by another; a key of another act is a conflict', async () => {
    const { bank, permit } = await underTest()
    const [accountId = ''] = await (await books()).cards()
    const change = async (to: 'frozen' | 'active', key: string): ReturnType<Bank['changeCard']> =>
      bank.changeCard(await permit('card-status', [accountId]), { accountId, to, key })
    const statusNow = async (): Promise<string | undefined> => {
      const report = await bank.fetchCards(await permit('card-status', [accountId]))
      return report.ok ? report.value.cards[0]?.status : report.code
    }
    const freeze = crypto.randomUUID()
    const first = await change('frozen', freeze)
    expect(first).toMatchObject({ ok: true, value: { accountId, status: 'frozen' } })
    expect(await change('frozen', freeze)).toEqual(first)
    expect(await statusNow()).toBe('frozen')
    expect(await change('active', freeze)).toEqual({ ok: false, code: 'banks/conflict' })
    expect(await statusNow()).toBe('frozen')
    expect(await change('active', crypto.randomUUID())).toMatchObject({ ok: true, value: { status: 'active' } })
    // Whoever repeats the old order late gets the old answer, and the card stays as it is.
    expect(await change('frozen', freeze)).toEqual(first)
    expect(await statusNow()).toBe('active')
  })

  test('account numbers, rates and limits come when they are asked for, and print as [secret]', async () => {
    const { bank, permit, seen } = await underTest()
    await seen()
    const plain = await bank.fetchAccountDetails(await permit('account-list'), [])
    const calls = (await seen()).length
    const full = await bank.fetchAccountDetails(await permit('account-list'))
    if (!plain.ok || !full.ok) throw new Error('no details')
    expect((await seen()).length).toBeGreaterThan(calls)
    expect(plain.value.every(({ numbers, rewards }) => numbers === undefined && rewards === undefined)).toBe(true)
    const found = full.value.flatMap(({ accountId, numbers }) => {
      const number = numbers?.reveal().accountNumber
      return number === undefined ? [] : [[accountId, number] as const]
    })
    expect(Object.fromEntries(found)).toEqual(await (await books()).numbers())
    expect(full.value.some(({ interestRate }) => interestRate !== undefined)).toBe(true)
    const printed = `${JSON.stringify(full)} ${inspect(full, { depth: 9 })}`
    for (const [, number] of found) expect(printed).not.toContain(number)
  })

  test('what a bank said of payments, bills and declines prints as [secret]', async () => {
    const { bank, permit } = await underTest()
    const report = await bank.fetchTransactions(await permit('transactions'), (await books()).days)
    const bills = await bank.fetchCardBills(await permit('card-bills'))
    if (!report.ok || !bills.ok) throw new Error('no answer')
    const printed = `${JSON.stringify([report, bills])} ${inspect([report, bills], { depth: 9 })}`
    const said = report.value.transactions.flatMap(({ merchant, description, place }) => [
      merchant?.reveal(),
      description.reveal(),
      place?.reveal().city,
    ])
    expect(new Set(said).size).toBeGreaterThan(5)
    for (const text of new Set(said)) if (text !== undefined && text !== '') expect(printed).not.toContain(text)
  })
}

function linesOf(report: TransactionReport): readonly string[] {
  return report.transactions
    .map(({ accountId, id, direction, status, amount }) =>
      [accountId, id, direction, status, decimalText(amount.reveal())].join(' '),
    )
    .sort()
}
