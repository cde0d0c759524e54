import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../setup/eventually.ts'
import { readForms, textOf } from '../setup/html-forms.ts'
import type { BrowserPage } from '../setup/http-browser.ts'
import { ask, linkPerson, repliesTo } from '../setup/link-person.ts'
import type { LinkWishes, TestPerson } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

const bankName = 'First Valley Bank'
const withinMs = 90_000

describe('what is shared can be ended on either side', () => {
  let parley: ParleyProcesses
  beforeAll(async () => {
    parley = await startParley()
    await eventually(
      'the gateway has told the bank where to send',
      async () => (await callback()) !== undefined,
      withinMs,
    )
  })
  afterAll(async () => await parley?.stop())

  test('ended on the bank’s page: answers stop at once, the chat says so, and what is left here is destroyed', async () => {
    const person = await link('Ada')
    const page = await endAtBank(person)
    expect(textOf(page.text)).toContain('Parley can no longer see your accounts.')
    await eventually('everything has ended here', async () => (await liveGrants(person)) === 0, withinMs)
    await told(person)
    await eventually('it was followed to its end', async () => (await endingOf(person))?.done === true, withinMs)
    expect(await endingOf(person)).toMatchObject({ because: 'bank', destroyed: true })
    expect(await tokensOf(person)).toBe(0)
    const answer = await ask(parley, person, 'what is my balance?')
    expect(answer.shown.buttons.some(({ url }) => url?.includes('/link/') === true)).toBe(true)
    expect(answer.shown.text).not.toMatch(/\d{2,}[.,]\d{2}/)
  })

  test('ended while the gateway is down: the bank goes on telling, and it ends when the gateway is back', async () => {
    const person = await link('Ben')
    await parley.gateway.kill()
    await endAtBank(person)
    await parley.gateway.start()
    await eventually('everything has ended here', async () => (await liveGrants(person)) === 0, withinMs)
    await told(person)
  })

  test('a notice that never arrives is found out by asking, and said in the chat as what it is', async () => {
    const person = await link('Cleo', { disclosure: 'full' })
    await parley.bankControl.turn({ dropNotices: true })
    await endAtBank(person)
    // Sealed answers carry the same words whatever the bank says; with full ones the chat may say it.
    await ask(parley, person, 'what is my balance?', ({ shown }) => /ended the sharing/.test(shown.text))
    await told(person)
    await eventually('everything has ended here', async () => (await liveGrants(person)) === 0, withinMs)
    await parley.bankControl.turn({ dropNotices: false })
  })

  /** The person signs in on the bank's own page and presses the button of the newest sharing. */
  async function endAtBank(person: TestPerson): Promise<BrowserPage> {
    const url = `${parley.addresses.bankIssuer}/connected-apps`
    const login = await person.browser.open(url)
    const { login: name, password } = person.bankLogin
    const page = await person.browser.submit(login, `${url}/login`, [
      ['login', name],
      ['password', password],
    ])
    // The newest stands first; earlier people of these tests bank under the same name.
    const form = readForms(page.text).find(({ attributes }) => attributes['action'] === '/connected-apps/end')
    if (form === undefined) throw new Error(`nothing to end: ${textOf(page.text)}`)
    return await person.browser.submit(page, `${url}/end`, form.fields)
  }

  async function told(person: TestPerson): Promise<void> {
    const notice = `Sharing with ${bankName} has ended`
    const isThere = async (): Promise<boolean> =>
      (await repliesTo(parley, person)).some(({ shown }) => shown.text.includes(notice))
    await eventually(`${person.name} is told`, isThere, withinMs)
  }

  async function callback(): Promise<string | undefined> {
    const query = 'SELECT callback_url FROM institutions.notice_poll WHERE callback_url IS NOT NULL'
    return (await parley.admin.maybe(z.object({ callback_url: z.string() }), query))?.callback_url
  }

  /** People link one after the other, so the newest consent is theirs. */
  async function link(name: string, wishes: LinkWishes = {}): Promise<TestPerson> {
    const person = await linkPerson(parley, name, wishes)
    const query = 'SELECT customer FROM institutions.bank_consent ORDER BY linked_at DESC LIMIT 1'
    customers.set(name, (await parley.admin.one(z.object({ customer: z.string() }), query)).customer)
    return person
  }
  const customers = new Map<string, string>()
  const customerOf = ({ name }: TestPerson): string => customers.get(name) ?? ''

  async function liveGrants(person: TestPerson): Promise<number> {
    const query = 'SELECT FROM consent.grant_ g WHERE g.customer = $1 AND consent.holds_now(g)'
    return await parley.admin.run(query, [customerOf(person)])
  }

  async function tokensOf(person: TestPerson): Promise<number> {
    return await parley.admin.run('SELECT FROM vault.bank_token WHERE customer = $1', [customerOf(person)])
  }

  async function endingOf(person: TestPerson) {
    const shape = z.object({
      because: z.string(),
      done: z.boolean(),
      destroyed: z.boolean(),
      bank: z.string().nullable(),
    })
    const query = `SELECT because, done_at IS NOT NULL AS done, key_destroyed_at IS NOT NULL AS destroyed, bank
      FROM consent.ending WHERE customer = $1 AND because = 'bank' ORDER BY at DESC LIMIT 1`
    return await parley.admin.maybe(shape, query, [customerOf(person)])
  }
})
