import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ask, linkPerson, repliesTo } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'
import { sentTo } from '../setup/sent-chat.ts'
import { waitUntilQuiet } from '../setup/wait-until-quiet.ts'

const longMs = 240_000
const quietWithinMs = 90_000

/** What both people write, word for word. */
const phrasings = ['what is my balance?', 'balance', 'how much money do I have', 'how much is left on my card?']

type Pair = readonly [TestPerson, TestPerson]

describe('what a messenger can tell two customers apart by', () => {
  let parley: ParleyProcesses
  let sealed: Pair
  let others: Pair
  let full: Pair

  beforeAll(async () => {
    parley = await startParley()
    await parley.messengerControl.turn({ cutRate: 0, previews: false })
    const link = (name: string, bankPerson: number, disclosure: 'sealed' | 'full'): Promise<TestPerson> =>
      linkPerson(parley, name, { bankPerson, disclosure })
    sealed = [await link('Sealed one', 0, 'sealed'), await link('Sealed two', 1, 'sealed')]
    others = [await link('Sealed three', 2, 'sealed'), await link('Sealed four', 3, 'sealed')]
    full = [await link('Full one', 0, 'full'), await link('Full two', 1, 'full')]
  }, longMs)
  afterEach(async () => {
    await parley.bankControl.turn({ down: false, budgetPerDay: 0 })
  })
  afterAll(async () => {
    await parley?.stop()
  }, longMs)

  /** Both write the same, one after the other; gives what each was sent because of it. */
  async function bothWrite(pair: Pair, words: readonly string[]): Promise<readonly [string[], string[]]> {
    const before = await Promise.all(pair.map(async ({ psid }) => (await sentTo(parley, psid)).length))
    for (const text of words) {
      for (const person of pair) await ask(parley, person, text)
      await waitUntilQuiet(parley, quietWithinMs)
    }
    const [one = [], two = []] = await Promise.all(
      pair.map(async ({ psid }, index) => (await sentTo(parley, psid)).slice(before[index])),
    )
    const texts = JSON.stringify([one, two].map((sent) => sent.map(({ named }) => named)))
    expect(
      one.map(({ raw }) => Buffer.byteLength(raw)),
      texts,
    ).toEqual(two.map(({ raw }) => Buffer.byteLength(raw)))
    return [one.map(({ named }) => named), two.map(({ named }) => named)]
  }

  test('the two have different balances, so there is something to tell apart', async () => {
    const people = await parley.bankControl.people()
    const balances = people.slice(0, 2).map(({ accounts }) => accounts.map(({ availableMinor }) => availableMinor))
    expect(balances[0]).not.toEqual(balances[1])
  })

  test('linking itself is the same chat, byte for byte', async () => {
    const [one, two] = await Promise.all(sealed.map(({ psid }) => sentTo(parley, psid)))
    expect(one?.length).toBeGreaterThan(2)
    expect(one?.map(({ named }) => named)).toEqual(two?.map(({ named }) => named))
  })

  test('a confirmed linking code is held no longer: digits that are named later are not put beside it', async () => {
    const held = z.object({ held: z.bigint() })
    expect(await parley.admin.one(held, 'SELECT count(*) AS held FROM channels.held_digits')).toEqual({ held: 0n })
  })

  test(
    'the same words get the same bytes, whatever the balance is',
    async () => {
      const [one, two] = await bothWrite(sealed, phrasings)
      expect(one.length).toBeGreaterThanOrEqual(phrasings.length)
      expect(one).toEqual(two)
    },
    longMs,
  )

  test(
    'an account that one has and the other has not is answered in the same bytes',
    async () => {
      const people = await parley.bankControl.people()
      const names = people.slice(0, 2).map(({ accounts }) => accounts.map(({ nickname }) => nickname))
      const digits = people.slice(0, 2).map(({ accounts }) => accounts.map(({ display }) => display))
      const words = [...(names[0] ?? []), ...(names[1] ?? [])].map((name) => `how much is in my ${name} account?`)
      const cards = [digits[0]?.[0], digits[1]?.[0]].map((last) => `balance of the account ending ${last}`)
      const [one, two] = await bothWrite(sealed, [...new Set([...words, ...cards, 'balance of my yacht fund'])])
      expect(one).toEqual(two)
    },
    longMs,
  )

  test(
    'help, a greeting, change, and words that mean nothing get the same bytes',
    async () => {
      const [one, two] = await bothWrite(sealed, ['hi', 'help', 'show me only rounded numbers', 'qwertz', 'thanks'])
      expect(one).toEqual(two)
    },
    longMs,
  )

  test(
    'a bank that is down, then back, is told in the same bytes',
    async () => {
      await parley.bankControl.turn({ down: true })
      const before = await Promise.all(sealed.map(({ psid }) => sentTo(parley, psid)))
      for (const person of sealed) await ask(parley, person, 'balance')
      await parley.bankControl.turn({ down: false })
      await waitUntilQuiet(parley, quietWithinMs)
      const after = await Promise.all(sealed.map(({ psid }) => sentTo(parley, psid)))
      const [one, two] = after.map((sent, index) => sent.slice(before[index]?.length).map(({ named }) => named))
      expect(one?.length).toBeGreaterThanOrEqual(2)
      expect(one).toEqual(two)
    },
    longMs,
  )

  test(
    'a bank that ended it for one of them says so on the page; the chat gives the same answer, and then that sharing has ended',
    async () => {
      const consents = await parley.bankControl.consents()
      const first = consents.find(({ status, personId }) => status === 'ACTIVE' && personId === consents[0]?.personId)
      expect(first).toBeDefined()
      // The bank's own notice is lost: what is left is what a question meets.
      await parley.bankControl.turn({ expireTokens: true, dropNotices: true })
      await parley.bankControl.revokeConsent(first?.id ?? '')
      const before = await Promise.all(sealed.map(({ psid }) => sentTo(parley, psid)))
      for (const person of sealed) await ask(parley, person, 'balance')
      await waitUntilQuiet(parley, quietWithinMs)
      const said = await Promise.all(
        sealed.map(async ({ psid }, index) => (await sentTo(parley, psid)).slice(before[index]?.length)),
      )
      const [[one, ...oneLater] = [], [two, ...twoLater] = []] = said
      expect(one?.named).toBe(two?.named)
      expect(Buffer.byteLength(one?.raw ?? '')).toBe(Buffer.byteLength(two?.raw ?? ''))
      expect(one?.named).toMatch(/answer is ready/i)
      // That nothing is shared any more is told by itself, since every further question shows it.
      expect(twoLater).toEqual([])
      for (const { named } of oneLater) expect(named).not.toMatch(/\d[.,]\d\d/)
    },
    longMs,
  )

  test(
    'a used-up call budget is told in the same bytes',
    async () => {
      await parley.bankControl.turn({ budgetPerDay: 1 })
      const [one, two] = await bothWrite(others, ['balance'])
      expect(one).toEqual(two)
      expect(one.join()).toMatch(/only so often/)
    },
    longMs,
  )

  test(
    'control: in full mode the same words get different bytes, so the comparison can fail',
    async () => {
      const replies = []
      for (const person of full) {
        await ask(parley, person, 'what is my balance?')
        await waitUntilQuiet(parley, quietWithinMs)
        replies.push((await repliesTo(parley, person)).at(-1)?.shown.text)
      }
      expect(replies[0]).toMatch(/\d/)
      expect(replies[0]).not.toEqual(replies[1])
    },
    longMs,
  )
})
