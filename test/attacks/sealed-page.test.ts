import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { leafHashOf } from '../../src/audit/leaf.ts'
import { openPromise } from '../../src/audit/promise.ts'
import { toBase64 } from '../../src/kernel/index.ts'
import { bytesColumn } from '../../src/platform/index.ts'
import { testPromiseKey } from '../setup/test-promises.ts'
import { createLinkWorld, canary } from './link-world.ts'
import type { LinkWorld, LinkedCustomer } from './link-world.ts'
import { cookieOf, openAnswer, ownForm, ownScript, send, sendAnswer, signFor, withoutNonce } from './link-requests.ts'

let world: LinkWorld
let customer: LinkedCustomer
const newAnswer = (): Promise<string> =>
  world.makeAnswer({ customer: customer.id, conversation: customer.conversation })

beforeAll(async () => {
  world = await createLinkWorld()
  customer = await world.addCustomer()
})
afterAll(() => world?.end())

const crawlers = [
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 'Facebot', 'meta-externalagent/1.1',
  'WhatsApp/2.23.20.0', 'TelegramBot (like TwitterBot)', 'Twitterbot/1.0', 'Slackbot-LinkExpanding 1.0',
  'Discordbot/2.0', 'LinkedInBot/1.0', 'SkypeUriPreview', 'Googlebot/2.1', 'bingbot/2.0', 'Applebot/0.1',
  'Iframely/1.3.1', 'Viber', 'redditbot/1.0', 'Mimecast', 'BarracudaCentral', 'Proofpoint', 'curl/8.5.0',
] as const // prettier-ignore

test('the opened page carries the log’s signed promise for the look, and where to check it', async () => {
  const { text } = await openAnswer(await newAnswer(), customer.passkey)
  const [, shown = ''] = /<pre class="document" tabindex="0">([^<]*)<\/pre>/.exec(text) ?? []
  const promise = openPromise(testPromiseKey.noteKey, shown.replaceAll('&#43;', '+'))
  const query = `SELECT commitment FROM audit.entry WHERE event = 'opened' ORDER BY seq DESC LIMIT 1`
  const { commitment } = await world.admin.one(z.object({ commitment: bytesColumn }), query)
  expect(toBase64(promise?.leafHash ?? Buffer.of())).toBe(toBase64(leafHashOf(commitment)))
  expect(text).toMatch(/<a href="\/verify">[^<]+<\/a> · <a href="\/me">/)
})

describe('threat 1: a preview crawler opens the link', () => {
  test('a hundred visits by each of twenty crawlers show nothing and burn nothing; then it opens, once', async () => {
    const url = await newAnswer()
    for (const agent of crawlers) {
      const visits = await Promise.all(
        Array.from({ length: 100 }, (_, index) => send(index % 2 === 0 ? 'GET' : 'HEAD', url, { 'user-agent': agent })),
      )
      for (const visit of visits) {
        expect(visit.status).toBe(200)
        expect(visit.text).not.toContain(canary.shown)
        expect(visit.text).not.toMatch(/og:|twitter:|itemprop|\$\d/)
        expect(visit.headers['set-cookie']).toBeUndefined()
      }
    }
    expect((await openAnswer(url, customer.passkey)).text).toContain(canary.shown)
    expect((await openAnswer(url, customer.passkey)).status).toBe(410)
  })

  test('live, used, expired and invented tokens are the same page, byte for byte', async () => {
    const [live, used, expired] = [await newAnswer(), await newAnswer(), await newAnswer()]
    await openAnswer(used, customer.passkey)
    await expire(expired)
    const invented = `${world.origin}/a/${randomBytes(32).toString('base64url')}`
    const pages = await Promise.all([live, used, expired, invented].map((url) => send('GET', url)))
    expect(new Set(pages.map((page) => withoutNonce(page.text))).size).toBe(1)
    const offers = await Promise.all(
      [live, used, expired, invented].map((url) => send('POST', `${url}/challenge`, ownScript)),
    )
    const shapes = offers.map((offer) => offer.text.replace(/"challenge":"[^"]+"/, ''))
    expect(new Set(shapes).size).toBe(1)
  })
})

describe('threat 2: the messenger’s own browser', () => {
  const inApp = 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 [FBAN/MessengerForiOS;FBAV/440.0.0.31.105]'

  test('gets a page without form, script or token, no data route answers it, and the link stays good', async () => {
    const url = await newAnswer()
    const page = await send('GET', url, { 'user-agent': inApp })
    expect(page.text).not.toMatch(/<form|<script/)
    expect(page.text).not.toContain(url.split('/').at(-1))
    const response = await signFor(url, customer.passkey)
    const challenge = await send('POST', `${url}/challenge`, { ...ownScript, 'user-agent': inApp })
    expect(challenge.text).not.toContain('challenge')
    const opened = await sendAnswer(url, response, { ...ownForm, 'user-agent': inApp })
    expect(opened.text).not.toContain(canary.shown)
    expect((await openAnswer(url, customer.passkey)).text).toContain(canary.shown)
  })

  test('script cannot fetch or frame the figures, nor can another page send the form', async () => {
    const url = await newAnswer()
    const response = await signFor(url, customer.passkey)
    const forged = [
      { ...ownForm, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
      { ...ownForm, 'sec-fetch-dest': 'iframe' },
      { ...ownForm, 'sec-fetch-site': 'same-site' },
      { ...ownForm, 'sec-fetch-site': 'cross-site' },
      { ...ownForm, 'sec-fetch-site': 'none' },
      { 'content-type': ownForm['content-type'], origin: 'null' },
      { 'content-type': ownForm['content-type'], origin: 'http://localhost:1' },
    ]
    for (const headers of forged) {
      const refused = await sendAnswer(url, response, headers)
      expect(refused.status).toBe(403)
      expect(refused.text).not.toContain(canary.shown)
    }
    expect((await sendAnswer(url, response)).text).toContain(canary.shown)
  })
})

describe('threat 3: the messenger account is stolen', () => {
  test('whoever holds the conversation but not the passkey gets no byte of bank data and burns nothing', async () => {
    const url = await newAnswer()
    const thief = await world.addCustomer()
    const refused = await openAnswer(url, thief.passkey)
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('belongs to somebody else')
    expect(refused.text).not.toMatch(/\d,\d{3}|Everyday|First Valley/)
    expect(cookieOf(refused, '__Host-parley-sealed')).toBeUndefined()
    expect((await openAnswer(url, customer.passkey)).text).toContain(canary.shown)
  })

  test('a passkey that nobody enrolled, a wrong origin and a missing check of the person are refused', async () => {
    const url = await newAnswer()
    for (const flaws of [
      { origin: 'https://parley.example.evil' },
      { isUnverified: true },
      { rpId: 'evil' },
      { type: 'webauthn.create' },
    ]) {
      const { text } = await send('POST', `${url}/challenge`, ownScript)
      const { challenge } = z.object({ challenge: z.string() }).parse(JSON.parse(text))
      const response = JSON.stringify(customer.passkey.assert(Buffer.from(challenge, 'base64url'), flaws))
      const refused = await sendAnswer(url, response)
      expect(refused.status).toBe(403)
      expect(refused.text).not.toContain(canary.shown)
    }
    expect((await openAnswer(url, customer.passkey)).text).toContain(canary.shown)
  })

  test('a challenge for one link does not open another', async () => {
    const [one, other] = [await newAnswer(), await newAnswer()]
    const refused = await sendAnswer(other, await signFor(one, customer.passkey))
    expect(refused.status).toBe(403)
    expect((await openAnswer(other, customer.passkey)).text).toContain(canary.shown)
  })
})

describe('threat 5: a preset cookie', () => {
  test('is not honoured where a question is asked again', async () => {
    const url = await newAnswer()
    await openAnswer(url, customer.passkey)
    const preset = { cookie: `__Host-parley-sealed=${randomBytes(32).toString('base64url')}` }
    const refused = await send('POST', `${url}/again`, { ...ownForm, ...preset })
    expect([refused.status, refused.headers.location]).toEqual([303, new URL(url).pathname])
    expect(await jobsFor(customer)).toBe(0)
    const used = await openAnswer(url, customer.passkey)
    const own = { cookie: `__Host-parley-sealed=${cookieOf(used, '__Host-parley-sealed')}` }
    expect((await send('POST', `${url}/again`, { ...ownForm, ...own })).text).toContain('Asked again')
    expect((await send('POST', `${url}/again`, { ...ownForm, ...own })).text).toContain('asked again before')
    expect(await jobsFor(customer)).toBe(1)
  })

  test('the session cookie is host-bound, secure, unreadable for script and strict', async () => {
    const url = await newAnswer()
    await openAnswer(url, customer.passkey)
    const used = await openAnswer(url, customer.passkey)
    expect(used.headers['set-cookie']?.[0]).toMatch(
      /^__Host-parley-sealed=[\w-]{43}; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Strict$/,
    )
  })
})

describe('threat 6: the token is guessed or leaks', () => {
  test('two thousand guesses open nothing', async () => {
    const guess = async (): Promise<boolean> => {
      const url = `${world.origin}/a/${randomBytes(32).toString('base64url')}`
      const opened = await openAnswer(url, customer.passkey)
      return opened.text.includes(canary.shown) || opened.status !== 404
    }
    let hits = 0
    for (let round = 0; round < 40; round += 1) {
      hits += (await Promise.all(Array.from({ length: 50 }, guess))).filter((hit) => hit).length
    }
    expect(hits).toBe(0)
  })

  test('the token is stored only as a hash, and no log line holds it or a figure', async () => {
    const url = await newAnswer()
    await send('GET', url)
    await openAnswer(url, customer.passkey)
    const token = url.split('/').at(-1) ?? ''
    const rows = await world.admin.rows(z.object({ text: z.string() }), 'SELECT l::text AS text FROM answers.link l')
    expect(rows.length).toBeGreaterThan(0)
    for (const { text } of rows) expect(text).not.toContain(token)
    expect(world.log()).toContain('answer.opened')
    expect(world.log()).not.toContain(token)
    expect(world.log()).not.toMatch(/1,?842\.17|184217|Everyday/)
  })

  test('every answer carries the headers of the threat sheet, the figures too', async () => {
    const url = await newAnswer()
    const locked = await send('GET', url)
    const opened = await openAnswer(url, customer.passkey)
    for (const { headers } of [locked, opened]) {
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'nonce-[A-Za-z0-9+/=]{22,}' 'strict-dynamic'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'$/,
      )
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'publickey-credentials-get=(self)',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex',
        'x-content-type-options': 'nosniff',
      })
      expect(headers['strict-transport-security']).toContain('preload')
    }
    expect(opened.text).not.toContain('<script')
    // Nothing is shown before its script has run: a button pressed earlier would send the form without the passkey's answer.
    const [head = ''] = locked.text.split('</head>')
    expect(head).toMatch(/<script type="module" blocking="render" src="[^"]*answer[^"]*\.js"/)
  })
})

describe('threat 7: one link, many at once', () => {
  test('of two hundred good passkey answers at the same moment exactly one shows the figures', async () => {
    const url = await newAnswer()
    const responses: string[] = []
    for (let count = 0; count < 200; count += 1) responses.push(await signFor(url, customer.passkey))
    const answers = await Promise.all(responses.map((response) => sendAnswer(url, response)))
    expect(answers.filter((answer) => answer.text.includes(canary.shown))).toHaveLength(1)
    expect(await shownCount(url)).toBe(1)
  })

  test('of two hundred copies of one answer exactly one does', async () => {
    const url = await newAnswer()
    const response = await signFor(url, customer.passkey)
    const answers = await Promise.all(Array.from({ length: 200 }, () => sendAnswer(url, response)))
    expect(answers.filter((answer) => answer.text.includes(canary.shown))).toHaveLength(1)
  })
})

describe('an answer that may not be shown any more', () => {
  test('has run out after ten minutes, and offers to ask again', async () => {
    const url = await newAnswer()
    await expire(url)
    const refused = await openAnswer(url, customer.passkey)
    expect([refused.status, refused.text.includes('Ask again')]).toEqual([410, true])
    expect(refused.text).not.toContain(canary.shown)
  })

  test('stays closed and unburnt when the customer has stopped sharing meanwhile', async () => {
    const other = await world.addCustomer()
    const url = await world.makeAnswer({ customer: other.id, conversation: other.conversation })
    await world.answer.run('SELECT consent.stop_answers($1)', [other.conversation])
    const refused = await openAnswer(url, other.passkey)
    expect(refused.text).toContain('Sharing has been stopped')
    expect(refused.text).not.toContain(canary.shown)
    expect(await usedAt(url)).toBeNull()
  })

  test('is not burnt by a keystore that does not answer', async () => {
    const url = await newAnswer()
    const response = await signFor(url, customer.passkey)
    // It stops, and cannot start again like this.
    await expect(world.trust.restart({ origins: [] })).rejects.toThrow()
    const broken = await sendAnswer(url, response)
    expect(broken.status).toBeGreaterThanOrEqual(500)
    expect(broken.text).toContain('Something broke on our side')
    expect(await usedAt(url)).toBeNull()
    await world.trust.restart({ origins: [world.origin] })
    expect((await openAnswer(url, customer.passkey)).text).toContain(canary.shown)
  })
})

function hashOf(url: string): string {
  return `sha256(convert_to('${url.split('/').at(-1)}', 'UTF8'))`
}

async function expire(url: string): Promise<void> {
  await world.admin.run(
    `UPDATE answers.link SET expires_at = clock_timestamp() - interval '1 second' WHERE token_hash = ${hashOf(url)}`,
  )
}

async function usedAt(url: string): Promise<number | null> {
  const shape = z.object({ used_at: z.number().nullable() })
  return (await world.admin.one(shape, `SELECT used_at FROM answers.link WHERE token_hash = ${hashOf(url)}`)).used_at
}

async function shownCount(url: string): Promise<number> {
  const shape = z.object({ count: z.coerce.number() })
  const text = `SELECT count(*) AS count FROM audit.entry e, answers.link l WHERE l.token_hash = ${hashOf(url)}
    AND e.event = 'disclosed' AND e.place = 'sealed-page' AND e.at >= l.created_at`
  return (await world.admin.one(shape, text)).count
}

async function jobsFor({ conversation }: LinkedCustomer): Promise<number> {
  const shape = z.object({ count: z.coerce.number() })
  const text = `SELECT count(*) AS count FROM platform.job WHERE kind = 'chat.ask-again' AND key = $1`
  return (await world.admin.one(shape, text, [conversation])).count
}
