import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ChatWorld, createChatWorld, only, stepsOf, textOf } from '../../test/setup/chat-world.ts'
import { eventually } from '../../test/setup/eventually.ts'
import { banks } from '../../test/setup/trust-world.ts'
import { createAlertsPort } from './chat-port.ts'

let world: ChatWorld

beforeAll(async () => {
  world = await createChatWorld()
})
beforeEach(async () => {
  await world.open({ alerts: createAlertsPort() })
})
afterEach(() => world.close())
afterAll(() => world.end())

/** Somebody with so many open questions, and no leave to answer anything unless a test says so. */
async function asked(count: number, state = 'asked'): Promise<readonly string[]> {
  const { conversation, customer } = await world.link('1', 'sealed', { classes: ['balance'] })
  await world.clone.admin.run('UPDATE consent.grant_ SET revoked_at = clock_timestamp() WHERE customer = $1', [
    customer.id,
  ])
  const ids = Array.from({ length: count }, () => randomUUID())
  for (const id of ids) {
    await world.clone.admin.run(
      `INSERT INTO alerts.fraud_alert (id, customer, institution, conversation, origin, events, card_hash, merchant_hash, declined, state, asked_at)
       VALUES ($1, $2, $3, $4, 'question', ARRAY[gen_random_uuid()], sha256('c'), sha256('m'), false, $5, clock_timestamp())`,
      [id, customer.id, banks.north, conversation, state],
    )
  }
  return ids
}

const replyRow = z.object({ alert: z.string(), says: z.string() })

/** What was handed on to alerts, once there is as much as expected. */
async function handedOn(count: number): Promise<readonly z.infer<typeof replyRow>[]> {
  const list = () =>
    world.clone.admin.rows(
      replyRow,
      `SELECT payload ->> 'alert' AS alert, payload ->> 'says' AS says FROM platform.job WHERE kind = 'alerts.reply' ORDER BY id`,
    )
  await eventually(`${count} answers`, async () => (await list()).length >= count)
  return list()
}

describe('an answer to a question about card use', () => {
  test.each([
    ['en', "that wasn't me"],
    ['en', 'no'],
    ['es', 'no fui yo'],
    ['fr', 'ce n’était pas moi'],
    ['de', 'das war ich nicht'],
    ['pt', 'não fui eu'],
    ['en', 'yes it was NOT me'],
  ])('in words (%s: %s) reaches alerts without any leave to answer questions', async (_language, words) => {
    const [alert] = await asked(1)
    await world.ask('1', words, 0)
    expect(await handedOn(1)).toEqual([{ alert, says: 'not-me' }])
  })

  test('by a tap names its alert, also late, and twice', async () => {
    const [first = '', second = ''] = await asked(2, 'genuine')
    await world.tap('1', `alert:${second}:not-me`, 0)
    await world.tap('1', `alert:${second}:not-me`, 0)
    await world.tap('1', `alert:${first}:it-was-me`, 0)
    expect(await handedOn(3)).toEqual([
      { alert: second, says: 'not-me' },
      { alert: second, says: 'not-me' },
      { alert: first, says: 'it-was-me' },
    ])
  })

  test('"yes" to one of several is never guessed; "not me" protects all of them', async () => {
    const ids = await asked(2)
    const reply = only(await world.ask('1', 'yes that was me'))
    expect(textOf(reply)).toContain('More than one question about a card is open')
    await world.ask('1', 'not me', 0)
    const heard = await handedOn(2)
    expect(heard.map(({ alert }) => alert).sort()).toEqual([...ids].sort())
    expect(heard.every(({ says }) => says === 'not-me')).toBe(true)
  })

  test('that somebody does not know asks for a person through alerts', async () => {
    const [alert] = await asked(1)
    await world.ask('1', "I'm not sure", 0)
    expect(await handedOn(1)).toEqual([{ alert, says: 'not-sure' }])
  })

  test('words of danger help at once and protect as well', async () => {
    const [alert] = await asked(1)
    await world.ask('1', 'somebody stole my card and is using it')
    expect(await handedOn(1)).toEqual([{ alert, says: 'not-me' }])
  })

  test('of somebody else’s alert, or of one that is gone, is said to be gone, with help', async () => {
    await asked(1)
    await world.link('2', 'sealed')
    const [row] = await world.clone.admin.rows(z.object({ id: z.string() }), 'SELECT id::text FROM alerts.fraud_alert')
    for (const alert of [row?.id ?? '', randomUUID()]) {
      const reply = only(await world.tap('2', `alert:${alert}:not-me`))
      expect(textOf(reply)).toContain("I don't have that question about your card any more")
      expect(stepsOf(reply)).toContain('Freeze all cards')
    }
    expect(await world.count(`platform.job WHERE kind = 'alerts.reply'`)).toBe(0)
  })

  test('is none where no question is open: a bare "no" stays what it was', async () => {
    await asked(0)
    expect(textOf(only(await world.ask('1', 'no')))).not.toContain('question about your card')
    expect(await world.count(`platform.job WHERE kind = 'alerts.reply'`)).toBe(0)
  })
})
