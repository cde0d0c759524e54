import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../setup/eventually.ts'
import { textOf } from '../setup/html-forms.ts'
import { linkIn, linkPerson, openSealed, repliesTo } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import type { ChatMessage } from '../setup/messenger-control.ts'
import { noonZone } from '../setup/notify-world.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

const withinMs = 60_000
const longMs = 300_000

const alertRow = z.object({ id: z.string(), state: z.string(), case_number: z.string().nullable() })
const labelRow = z.object({ is_fraud: z.boolean(), informed: z.boolean(), seconds: z.number() })

describe('from a swipe to a frozen card', () => {
  let parley: ParleyProcesses
  let ada: TestPerson
  let ben: TestPerson
  beforeAll(async () => {
    parley = await startParley({ gateway: { timeZone: noonZone } })
    await parley.messengerControl.turn({ cutRate: 0, previews: false })
    ada = await linkPerson(parley, 'Ada', { bankPerson: 0, alerts: true })
    ben = await linkPerson(parley, 'Ben', { bankPerson: 1 })
  }, longMs)
  afterAll(async () => await parley?.stop(), longMs)

  const questions = async (person: TestPerson): Promise<readonly ChatMessage[]> =>
    (await repliesTo(parley, person)).filter(({ shown }) => shown.text.includes('a question about a card payment'))
  const alerts = () =>
    parley.admin.rows(alertRow, 'SELECT id::text, state, case_number FROM alerts.fraud_alert ORDER BY opened_at')
  const told = async (person: TestPerson, words: string): Promise<void> =>
    eventually(
      `${person.name} hears "${words}"`,
      async () => (await repliesTo(parley, person)).some(({ shown }) => shown.text.includes(words)),
      withinMs,
    )

  test(
    'a coffee asks nothing; a theft asks its customer, sealed, and nobody who did not want it',
    async () => {
      await parley.bankControl.swipe(ada.bankLogin.login, { shop: 'coffee', amount: '4.85' })
      await parley.bankControl.commitFraud(ada.bankLogin.login, 'impossible-travel')
      await parley.bankControl.commitFraud(ben.bankLogin.login, 'impossible-travel')
      await eventually('Ada is asked', async () => (await questions(ada)).length > 0, withinMs)
      const [question] = await questions(ada)
      expect(question?.shown.text).toBe(
        'Your bank has a question about a card payment. Was it you? We will never ask for a code, PIN or password, or tell you to move money.',
      )
      expect(question?.shown.buttons.map(({ title }) => title)).toEqual(['Not me', 'It was me', 'See details'])
      expect(await questions(ben)).toEqual([])
    },
    longMs,
  )

  test(
    'the passkey shows the payment',
    async () => {
      const [question] = await questions(ada)
      if (question === undefined) throw new Error('no question')
      const page = await openSealed(ada, linkIn(question, '/alert/'))
      expect(page.status).toBe(200)
      expect(textOf(page.text)).toContain('$')
      expect(textOf(page.text)).toContain('Was this you?')
    },
    longMs,
  )

  test(
    '"Not me", also while the gateway is killed at once after it, freezes the card at the bank once, and the label is back within seconds',
    async () => {
      const [question] = await questions(ada)
      const button = question?.shown.buttons.find(({ title }) => title === 'Not me')
      await parley.messengerControl.tap(ada.psid, button?.payload ?? '', 'Not me')
      await parley.gateway.kill()
      await parley.gateway.start()
      await parley.messengerControl.retryNow()
      await parley.messengerControl.tap(ada.psid, button?.payload ?? '', 'Not me')
      await told(ada, 'is frozen as of')
      const [alert] = await alerts()
      expect(alert).toMatchObject({ state: 'protected' })
      const changes = (await parley.bankControl.accessLog()).filter(
        ({ method, path }) => method !== 'GET' && path.includes('card'),
      )
      const used = await parley.bankControl.swipe(ada.bankLogin.login, { shop: 'coffee', amount: '4.85' })
      expect(used.outcome).toBe('declined')
      expect(changes.length).toBeGreaterThan(0)
      const labels = await parley.admin.rows(
        labelRow,
        `SELECT l.is_fraud, l.informed, extract(epoch FROM l.arrived_at - a.asked_at)::float8 AS seconds
         FROM alerts.label l JOIN alerts.fraud_alert a ON l.event = ANY (a.events)`,
      )
      expect(labels.length).toBeGreaterThan(0)
      expect(labels.every(({ is_fraud: isFraud, informed }) => isFraud && informed)).toBe(true)
    },
    longMs,
  )

  test(
    'a card that is frozen is asked about no more, and the payments before that were one matter',
    async () => {
      const before = (await questions(ada)).length
      await parley.bankControl.commitFraud(ada.bankLogin.login, 'card-testing')
      await eventually(
        'every event was followed',
        async () =>
          (await parley.admin.run(`SELECT FROM platform.job WHERE kind LIKE 'alerts.%' AND due_at < now()`)) === 0,
        withinMs,
      )
      expect((await questions(ada)).length).toBe(before)
    },
    longMs,
  )

  test(
    'what was counted at merchants is written down at a clean stop, sealed, and read back at the next start',
    async () => {
      const gatewayLog = join(parley.folder.logs, 'gateway.log')
      expect(readFileSync(gatewayLog, 'utf8')).not.toContain('alerts.merchants-restored')
      const events = () => parley.admin.run('SELECT FROM vault.card_event')
      const before = await events()
      await parley.bankControl.swipe(ada.bankLogin.login, { shop: 'coffee', amount: '4.85' })
      await eventually('the event is stored', async () => (await events()) > before, withinMs)
      await eventually(
        'the event was followed',
        async () => (await parley.admin.run(`SELECT FROM platform.job WHERE kind = 'alerts.card-event'`)) === 0,
        withinMs,
      )
      expect(await parley.gateway.stop()).toBe(0)
      expect(await parley.admin.run('SELECT FROM alerts.merchant_window')).toBe(1)
      await parley.gateway.start()
      const said = readFileSync(gatewayLog, 'utf8')
      expect(said).toContain('alerts.merchants-restored')
      expect(said).not.toContain('alerts.merchants-un')
    },
    longMs,
  )
})
