// Fraud alerts as their customer has them: chosen on the link page, not to be silenced by words, ended by the passkey.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../setup/eventually.ts'
import { readForms, textOf } from '../setup/html-forms.ts'
import type { BrowserPage } from '../setup/http-browser.ts'
import { addPerson, ask, linkIn, linkPerson, repliesTo, submitWithPasskey } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

const withinMs = 60_000
const longMs = 240_000

describe('fraud alerts', () => {
  let parley: ParleyProcesses
  let ada: TestPerson
  beforeAll(async () => {
    parley = await startParley()
    await parley.messengerControl.turn({ cutRate: 0, previews: false })
    ada = await linkPerson(parley, 'Ada', { alerts: true })
  }, longMs)
  afterAll(async () => await parley?.stop(), longMs)

  /** The kinds of leave that hold, of the only customer there is. */
  const held = async (): Promise<readonly string[]> => {
    const rows = await parley.admin.rows(
      z.object({ held: z.string() }),
      `SELECT DISTINCT purpose || ' ' || data_class AS held FROM consent.grant_ g
       WHERE consent.holds_now(g) AND purpose = 'fraud-alerts' ORDER BY 1`,
    )
    return rows.map((row) => row.held)
  }
  const warned = ['fraud-alerts card-events', 'fraud-alerts card-status']

  const saidTo = async (person: TestPerson, text: string): Promise<boolean> =>
    (await repliesTo(parley, person)).some(({ shown }) => shown.text.includes(text))

  test('are off for whoever does not choose them, and the chat leads to the passkey', async () => {
    const ben = await addPerson(parley, 'Ben', 1)
    const offer = await ask(parley, ben, 'warn me about card fraud')
    expect(offer.shown.text).toContain('Fraud alerts come with a linked bank')
    expect(linkIn(offer, '/link/')).toContain('/link/')
  })

  test('are on once the code is in the chat, and the chat says so', async () => {
    expect(await held()).toEqual(warned)
    expect(await saidTo(ada, 'Fraud alerts are on here')).toBe(true)
    expect((await ask(parley, ada, 'turn on fraud alerts')).shown.text).toContain('are on in this chat')
  })

  test('outlive every word in the chat: “stop” spares them, “stop fraud alerts” takes a day', async () => {
    const stopped = await ask(parley, ada, 'stop sharing')
    expect(stopped.shown.text).toContain('Fraud alerts go on')
    const asked = await ask(parley, ada, 'stop fraud alerts')
    expect(asked.shown.text).toContain('one more day')
    expect(linkIn(asked, '/me/alerts')).toContain('/me/alerts')
    expect(await held()).toEqual(warned)
  })

  test('are kept with one press in the privacy centre, and ended there with the passkey, and the chat hears of it', async () => {
    let page = await signIn(ada)
    expect(textOf(page.text)).toContain('Somebody asked in a chat to end your fraud alerts')
    page = await ada.browser.submit(page, '/me/alerts/keep', [])
    expect(textOf(page.text)).toContain('Your fraud alerts go on')
    const form = readForms(page.text).find(({ attributes }) => attributes['action']?.endsWith('/end') === true)
    if (form === undefined) throw new Error(textOf(page.text))
    page = await submitWithPasskey(ada, page, form)
    expect(textOf(page.text)).toContain('Fraud alerts have ended')
    expect(await held()).toEqual([])
    await eventually('Ada is told', () => saidTo(ada, 'were ended with your passkey'), withinMs)
    // Nothing else was shared any more, so the bank takes its access back and the key goes.
    const done = `SELECT FROM consent.ending WHERE because = 'customer-on-page' AND bank = 'revoked' AND key_destroyed_at IS NOT NULL AND done_at IS NOT NULL`
    await eventually('the bank was told', async () => (await parley.admin.run(done)) === 1, withinMs)
  })

  async function signIn(person: TestPerson): Promise<BrowserPage> {
    const page = await person.browser.open(`${parley.addresses.gateway}/me/alerts`)
    const form = readForms(page.text).find(({ attributes }) => attributes['data-passkey'] === 'get')
    if (form === undefined) throw new Error(textOf(page.text))
    return submitWithPasskey(person, page, form)
  }
})
