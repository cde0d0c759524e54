import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../setup/eventually.ts'
import { textOf } from '../setup/html-forms.ts'
import { ask, linkIn, linkPerson, openSealed, repliesTo } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import type { ChatMessage } from '../setup/messenger-control.ts'
import { noonZone } from '../setup/notify-world.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'
import { sentTo } from '../setup/sent-chat.ts'

const withinMs = 60_000
const longMs = 240_000

describe('messages without a question', () => {
  let parley: ParleyProcesses
  let ada: TestPerson
  let ben: TestPerson
  let cleo: TestPerson
  beforeAll(async () => {
    // Nobody is written to at night, so it is noon at this bank.
    parley = await startParley({ gateway: { timeZone: noonZone } })
    await parley.messengerControl.turn({ cutRate: 0, previews: false })
    ada = await linkPerson(parley, 'Ada', { bankPerson: 0, notices: true })
    ben = await linkPerson(parley, 'Ben', { bankPerson: 1, notices: true })
    cleo = await linkPerson(parley, 'Cleo', { bankPerson: 2 })
    const subscribed = `SELECT FROM institutions.notice_poll WHERE callback_url IS NOT NULL`
    await eventually('the bank knows where to send', async () => (await parley.admin.run(subscribed)) === 1, withinMs)
  }, longMs)
  afterAll(async () => await parley?.stop(), longMs)

  const notices = async (person: TestPerson): Promise<readonly ChatMessage[]> =>
    (await repliesTo(parley, person)).filter(({ shown }) => shown.text.includes('something new for you'))
  const noticed = async (person: TestPerson, count: number): Promise<ChatMessage> => {
    await eventually(`${person.name} is told`, async () => (await notices(person)).length >= count, withinMs)
    const all = await notices(person)
    const last = all.at(-1)
    if (last === undefined || all.length !== count) throw new Error(`${all.length} notices for ${person.name}`)
    return last
  }

  test(
    'what two banks’ customers are told about different things is the same message, sealed',
    async () => {
      const before = await Promise.all([ada, ben].map(async ({ psid }) => (await sentTo(parley, psid)).length))
      await parley.bankControl.happen(ada.bankLogin.login, 'bill-due')
      await parley.bankControl.happen(ben.bankLogin.login, 'refund')
      await parley.bankControl.happen(cleo.bankLogin.login, 'refund')
      await noticed(ada, 1)
      await noticed(ben, 1)
      const [one, two] = await Promise.all(
        [ada, ben].map(async ({ psid }, index) => (await sentTo(parley, psid)).slice(before[index])),
      )
      expect(one?.map(({ named }) => named)).toEqual(two?.map(({ named }) => named))
      expect(one?.map(({ raw }) => raw.length)).toEqual(two?.map(({ raw }) => raw.length))
      // Cleo shares for questions only.
      expect(await notices(cleo)).toEqual([])
    },
    longMs,
  )

  test('each look stands in the log under its own purpose, and the bank saw its id', async () => {
    const entry = z.object({ id: z.string(), data_class: z.string() })
    const looks = await parley.admin.rows(
      entry,
      `SELECT id::text, data_class FROM audit.entry WHERE event = 'opened' AND purpose = 'notify-customer'`,
    )
    expect(new Set(looks.map(({ data_class }) => data_class))).toEqual(new Set(['card-bills', 'transactions']))
    const seen = new Set((await parley.bankControl.accessLog()).map(({ interactionId }) => interactionId))
    for (const { id } of looks) expect(seen.has(id), id).toBe(true)
  })

  test('the page behind the link looks once more, after the passkey, and opens once', async () => {
    const link = linkIn(await noticed(ada, 1), '/a/')
    const page = await openSealed(ada, link)
    expect(textOf(page.text)).toContain('What is new')
    expect(textOf(page.text)).toMatch(/To pay in all, due on/)
    expect(textOf((await openSealed(ada, link)).text)).toContain('This notice is over')
    const refund = await openSealed(ben, linkIn(await noticed(ben, 1), '/a/'))
    expect(textOf(refund.text)).toContain('Money that came back')
  })

  test('after “stop sharing” nothing is looked at and nothing comes', async () => {
    await ask(parley, ben, 'stop sharing')
    const looks = `SELECT FROM audit.entry WHERE purpose = 'notify-customer' AND event = 'opened'`
    const before = await parley.admin.run(looks)
    await parley.admin.run(`UPDATE notify.watch SET looked_at = looked_at - interval '1 hour', time_zone = NULL`)
    await parley.bankControl.happen(ben.bankLogin.login, 'charged-twice')
    await parley.bankControl.happen(ada.bankLogin.login, 'charged-twice')
    // Ada's arrives, so Ben's had its time.
    await noticed(ada, 2)
    expect(await notices(ben)).toHaveLength(1)
    expect(await parley.admin.run(looks)).toBe(before + 2)
  })
})
