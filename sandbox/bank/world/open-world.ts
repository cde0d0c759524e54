import { z } from 'zod'
import { readOfxAccounts } from '../ofx/read-ofx-accounts.ts'
import type { StateStore } from '../state/state-store.ts'
import type { Account, AccountBook, Person, World } from './book.ts'
import { bankDayAt } from './calendar.ts'
import type { BankDay } from './calendar.ts'
import { daytime } from './daytime.ts'
import { beginLife, ledgersOf } from './life.ts'
import type { Life } from './life.ts'
import { morning } from './morning.ts'
import { PROFILES } from './profiles.ts'
import { bookOfLedger } from './ledger-book.ts'

/** Twelve months of history before the first day this data folder saw. */
const HISTORY_DAYS = 366

const startShape = z.object({ seed: z.string(), startDay: z.number().int() })

/** What the history depends on. */
export type WorldOptions = {
  readonly seed: string
  /** People with accounts and nothing on them. */
  readonly empty: boolean
  readonly ofxFiles: readonly string[]
  readonly store: StateStore
  readonly now: () => number
}

/**
 * The bank's people. Histories are retold from the seed at each start and grow day by day; where they start is kept, so
 * that what was booked stays booked.
 */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { now } = options
  const startDay = await findStart(options)
  const lives = PROFILES.map((profile) => beginLife(options.seed, profile, startDay))
  const people = lives.map((life) => life.person)
  const imported = await readOfxAccounts(options.ofxFiles, people[0]?.id ?? '')
  const importedBooks = new Map(imported.map((book) => [book.account.id, book]))

  let toldUpTo = startDay - 1
  let books = new Map<string, AccountBook>()

  function today(): BankDay {
    const day = bankDayAt(now())
    if (day > toldUpTo) {
      if (!options.empty) for (const life of lives) tell(life, toldUpTo + 1, day)
      toldUpTo = day
      books = new Map()
    }
    return toldUpTo
  }

  function accountsOf(personId: string): readonly Account[] {
    if (imported.length > 0 && personId === people[0]?.id) return imported.map((book) => book.account)
    const life = lives.find((each) => each.person.id === personId)
    return life === undefined ? [] : ledgersOf(life).map((ledger) => ledger.account)
  }

  const ledgers = new Map(lives.flatMap(ledgersOf).map((ledger) => [ledger.account.id, ledger]))
  today()
  return {
    people: () => people satisfies readonly Person[],
    accountsOf,
    book(accountId) {
      const fromFile = importedBooks.get(accountId)
      if (fromFile !== undefined) return fromFile
      const day = today()
      const known = books.get(accountId)
      const ledger = ledgers.get(accountId)
      if (known !== undefined || ledger === undefined) return known
      const book = bookOfLedger(ledger, day)
      books.set(accountId, book)
      return book
    },
  }
}

/** Tells a life from one day to another, both included: first what was left of the day before, then the morning. */
export function tell(life: Life, from: BankDay, to: BankDay): void {
  for (let day = from; day <= to; day += 1) {
    if (day > life.startDay) daytime(life, day - 1)
    morning(life, day)
  }
}

async function findStart({ seed, store, now }: WorldOptions): Promise<BankDay> {
  const kept = startShape.safeParse(store.get('world-start')).data
  if (kept?.seed === seed) return kept.startDay
  const startDay = bankDayAt(now()) - HISTORY_DAYS
  await store.set('world-start', { seed, startDay })
  return startDay
}
