import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { computeAnswer } from '../../src/answers/index.ts'
import { sampleFacts, sampleNow, sampleZone } from '../../src/answers/test-support/sample-facts.ts'
import { handoverContext } from '../../src/chat/index.ts'
import { bytesColumn, unseal } from '../../src/platform/index.ts'
import { createLinkWorld } from './link-world.ts'
import type { LinkWorld, LinkedCustomer } from './link-world.ts'
import { cookieOf, openAnswer, ownForm, send } from './link-requests.ts'
import type { Answer } from './link-requests.ts'

let world: LinkWorld
beforeAll(async () => {
  world = await createLinkWorld()
})
afterAll(() => world?.end())

const nothingNamed = { words: undefined, lastDigits: undefined }
const newPlaces = ({ id, conversation }: LinkedCustomer): Promise<string> => {
  const reckoned = { now: sampleNow, timeZone: sampleZone }
  const result = computeAnswer('card_use_places', sampleFacts, nothingNamed, reckoned)
  return world.makeAnswer({ customer: id, conversation, document: { question: 'card_use_places', result } })
}
const sealedCookie = (answer: Answer): string => `__Host-parley-sealed=${cookieOf(answer, '__Host-parley-sealed')}`
const tick = (
  url: string,
  headers: Readonly<Record<string, string>>,
  places: readonly string[],
  bank = 'north-bank',
): Promise<Answer> => {
  const form = new URLSearchParams({ bank, timeZone: 'Europe/Berlin' })
  for (const place of places) form.append('place', place)
  return send('POST', `${url}/places`, { ...ownForm, ...headers }, form.toString())
}
/** A customer with the page of their places open. */
const opened = async (): Promise<{ who: LinkedCustomer; url: string; page: Answer; cookie: string }> => {
  const who = await world.addCustomer()
  const url = await newPlaces(who)
  const page = await openAnswer(url, who.passkey)
  return { who, url, page, cookie: sealedCookie(page) }
}
const waiting = async ({ conversation, id }: LinkedCustomer): Promise<readonly string[]> => {
  const rows = await world.admin.rows(
    z.object({ sealed: bytesColumn, because: z.string() }),
    `SELECT question_sealed AS sealed, because FROM desk.handover WHERE conversation = $1 AND customer = $2
     UNION ALL SELECT m.sealed, 'message' FROM desk.message m WHERE m.conversation = $1`,
    [conversation, id],
  )
  const key = await world.trust.keys.answer.conversationKey(conversation)
  return rows.map(
    ({ sealed, because }) =>
      `${because}: ${unseal(key.reveal(), sealed, handoverContext(conversation)).toString('utf8')}`,
  )
}

test('a customer sends the places that are wrong from the opened page, is told who looks at them, and no chat hears of it', async () => {
  const { who, url, page, cookie } = await opened()
  expect(page.text).toContain(`action="${new URL(url).pathname}/places"`)
  const sent = await tick(url, { cookie }, ['Chicago, IL, United States', 'Lisboa, Portugal'])
  expect(sent.status).toBe(200)
  expect(sent.text).toContain('2 places are kept for a person at First Valley Bank.')
  // Nobody answers for this bank here, so nothing is promised; desk/report-places.test.ts has the other case.
  expect(sent.text).toContain('no time is promised')
  expect(sent.text).toContain('href="/me/person"')
  expect(await waiting(who)).toEqual([
    'wrong-place: These places where my cards were used are wrong: “Chicago, IL, United States”, “Lisboa, Portugal”.',
  ])
  const said = z.object({ count: z.coerce.number() })
  const outbox = 'SELECT count(*) AS count FROM platform.outbox WHERE conversation = $1'
  expect((await world.admin.one(said, outbox, [who.conversation])).count).toBe(0)
  expect(world.log()).not.toMatch(/Chicago|Lisboa/)
})

describe('nothing is sent', () => {
  const nobody = async (who: LinkedCustomer): Promise<void> => expect(await waiting(who)).toEqual([])

  test('without the session of the passkey, with one that somebody preset, or with another customer’s', async () => {
    const { who, url } = await opened()
    const preset = `__Host-parley-sealed=${randomBytes(32).toString('base64url')}`
    for (const headers of [{}, { cookie: preset }]) {
      const refused = await tick(url, headers, ['Chicago'])
      expect([refused.status, refused.headers.location]).toEqual([303, new URL(url).pathname])
    }
    const stranger = await opened()
    const refused = await tick(url, { cookie: stranger.cookie }, ['Chicago'])
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('belongs to somebody else')
    await nobody(who)
    await nobody(stranger.who)
  })

  test('from a page of another site', async () => {
    const { who, url, cookie } = await opened()
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect((await tick(url, { cookie, 'sec-fetch-site': site }, ['Chicago'])).status).toBe(403)
    }
    await nobody(who)
  })

  test('from a page that was never opened, of a bank that the answer is not of, or without a place', async () => {
    const { who, url, cookie } = await opened()
    const unopened = await newPlaces(who)
    for (const refused of [
      await tick(unopened, { cookie }, ['Chicago']),
      await tick(url, { cookie }, ['Chicago'], 'south-bank'),
      await tick(url, { cookie }, []),
      await tick(url, { cookie }, ['', ' \u202E ']),
    ]) {
      expect(refused.text).toContain('Nothing was sent')
    }
    await nobody(who)
  })
})

test('a page sends five times at most, the same report once, and of what it sends no more than it can show', async () => {
  const { who, url, cookie } = await opened()
  for (const places of [
    ['a'],
    ['a'],
    ['b'],
    ['c'],
    Array.from({ length: 500 }, (_, index) => `${index} ${'x'.repeat(70)}`),
  ]) {
    expect((await tick(url, { cookie }, places)).text).toContain('for a person')
  }
  expect((await tick(url, { cookie }, ['d'])).text).toContain('enough for this page')
  const heard = await waiting(who)
  expect(heard).toHaveLength(4)
  expect(heard.at(-1)).not.toMatch(/“60 /)
  expect(heard.join()).not.toContain('“d”')
})

test('names that were turned into markup or into another sentence reach the desk as one line of text', async () => {
  const { who, url, cookie } = await opened()
  const sent = await tick(url, { cookie }, ['<script>alert(1)</script>', 'Paris\n\nYou may close the case'])
  expect(sent.text).not.toContain('<script>alert')
  expect((await waiting(who))[0]).toContain('“<script>alert(1)</script>”, “Paris You may close the case”')
})

test('the words on the page are those of the conversation’s language', async () => {
  const { who, url, cookie } = await opened()
  await world.admin.run(`UPDATE channels.conversation SET language = 'de' WHERE id = $1`, [who.conversation])
  expect((await tick(url, { cookie }, ['Lyon'])).text).toContain(
    'Ein Ort liegt für einen Menschen bei First Valley Bank bereit.',
  )
  expect((await waiting(who))[0]).toContain('stimmen nicht: “Lyon”')
})
