// Threat row 6: a link's token is guessed, or leaks. A million guesses go through the very hash and the very comparison that
// the pages use; then everything that was written down is searched for the tokens that were really out.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findAnswerLink } from '../../src/answers/answer-links-store.ts'
import { hashToken } from '../../src/answers/make-answer-link.ts'
import { hashLinkToken } from '../../src/linking/offer-link.ts'
import { bigintColumn } from '../../src/platform/index.ts'
import { searchTables, textNeedles } from '../setup/canary.ts'
import { createLinkWorld } from './link-world.ts'
import type { LinkWorld, LinkedCustomer } from './link-world.ts'
import { cookieOf, openAnswer, ownForm, ownScript, send } from './link-requests.ts'

const guesses = 1_000_000
/** Hashes sent to the database at once. */
const batch = 20_000
const liveOfEach = 50

let world: LinkWorld
let customer: LinkedCustomer
beforeAll(async () => {
  world = await createLinkWorld()
  customer = await world.addCustomer()
})
afterAll(() => world?.end())

const newAnswer = (): Promise<string> =>
  world.makeAnswer({ customer: customer.id, conversation: customer.conversation })
const tokenIn = (url: string): string => url.split('/').at(-1) ?? ''

/** How many of these hashes lead to a link, by the comparison of `findAnswerLink` and of `openOffered`; sent as one piece. */
async function hits(hashes: readonly Buffer[]): Promise<number> {
  const text = `WITH guess AS MATERIALIZED
      (SELECT substring($1::bytea FROM at * 32 + 1 FOR 32) AS hash FROM generate_series(0, $2 - 1) AS g (at))
    SELECT count(*) AS n FROM guess
    JOIN (SELECT token_hash FROM answers.link UNION ALL SELECT token_hash FROM linking.link) l ON l.token_hash = guess.hash`
  return Number((await world.admin.one(z.object({ n: bigintColumn }), text, [Buffer.concat(hashes), hashes.length])).n)
}

describe('threat 6: a token is guessed', () => {
  test('a million guesses lead to none of a hundred live links', async () => {
    const conversation = await world.addConversation()
    const answers = await inTurn(liveOfEach, newAnswer)
    const offers = await inTurn(liveOfEach, () => world.offer(conversation))
    let found = 0
    for (let done = 0; done < guesses; done += batch) {
      const bytes = randomBytes(32 * batch)
      const tokens = Array.from({ length: batch }, (_, at) => bytes.toString('base64url', at * 32, at * 32 + 32))
      found += await hits(tokens.map(hashToken))
    }
    expect(found).toBe(0)
    // The same search finds the real ones, and the pages' own function says the same of them.
    expect(await hits(answers.map(tokenIn).map(hashToken))).toBe(liveOfEach)
    expect(await hits(offers.map(tokenIn).map(hashLinkToken))).toBe(liveOfEach)
    // One hash was tried for both kinds: they are made alike.
    expect(hashLinkToken('x')).toEqual(hashToken('x'))
    const [first = ''] = answers
    expect((await findAnswerLink(world.answer, hashToken(tokenIn(first))))?.state).toBe('live')
    expect(await findAnswerLink(world.answer, hashToken(randomBytes(32).toString('base64url')))).toBeUndefined()
  })

  test('tokens are drawn from all 256 bits: none short, none alike', async () => {
    const conversation = await world.addConversation()
    const tokens = (await inTurn(200, () => world.offer(conversation))).map(tokenIn)
    expect(new Set(tokens).size).toBe(tokens.length)
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    // Each of the 256 bits is seen as 0 and as 1: for 200 fair tosses the chance of less is 2⁻¹⁹⁰.
    for (let bit = 0; bit < 256; bit += 1) {
      const values = new Set(tokens.map((token) => ((Buffer.from(token, 'base64url')[bit >> 3] ?? 0) >> (bit & 7)) & 1))
      expect(values.size).toBe(2)
    }
  })
})

describe('threat 6: a token leaks', () => {
  test('no log line, no metric and no row holds a token of a link or a session, whatever was done with it', async () => {
    const answer = await newAnswer()
    const offer = await world.offer(await world.addConversation())
    for (const url of [answer, offer]) {
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) await send(method, url)
      await send('GET', `${url}/nowhere`, { referer: url, 'x-request-id': tokenIn(url) })
      await send('POST', url, { ...ownForm, 'sec-fetch-site': 'cross-site', referer: url })
      await send('POST', `${url}/challenge`, ownScript)
      await send('POST', `${url}/open`, { 'content-type': 'application/json' }, `{"token":"${tokenIn(url)}`)
    }
    await openAnswer(answer, customer.passkey)
    const used = await openAnswer(answer, customer.passkey)
    const opened = await send('POST', await world.offer(await world.addConversation()), ownForm)
    const secrets = [tokenIn(answer), tokenIn(offer)].concat(
      cookieOf(used, '__Host-parley-sealed') ?? [],
      cookieOf(opened, '__Host-parley-link') ?? [],
    )
    expect(secrets).toHaveLength(4)
    expect(world.log()).toContain('answer.opened')
    expect(world.log()).toContain('link.opened')
    const metrics = await send('GET', `${world.origin}/metrics`)
    expect([metrics.status, metrics.text.includes('parley_http_request_seconds')]).toEqual([200, true])
    for (const secret of secrets) {
      expect(world.log()).not.toContain(secret)
      expect(metrics.text).not.toContain(secret)
    }
    expect(
      await searchTables(
        world.admin,
        secrets.flatMap((secret) => textNeedles(secret)),
      ),
    ).toEqual([])
  })
})

/** One after the other: the answers of one customer are looks that wait for each other anyway. */
async function inTurn<T>(times: number, make: () => Promise<T>): Promise<readonly T[]> {
  const made: T[] = []
  for (let count = 0; count < times; count += 1) made.push(await make())
  return made
}
