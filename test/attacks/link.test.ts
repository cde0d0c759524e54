import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openPermit } from '../../src/consent/index.ts'
import type { ConversationId, CustomerId } from '../../src/kernel/index.ts'
import { confirmCode } from '../../src/linking/index.ts'
import type { CodeOutcome } from '../../src/linking/index.ts'
import { systemRandom } from '../../src/platform/index.ts'
import { createLinkWorld, northBank } from './link-world.ts'
import type { LinkWorld } from './link-world.ts'
import { cookieOf, ownForm, send, withoutNonce } from './link-requests.ts'
import { createVisitor } from './link-visitor.ts'
import type { Visitor } from './link-visitor.ts'
import { testPromises } from '../setup/test-promises.ts'

let world: LinkWorld
beforeAll(async () => {
  world = await createLinkWorld()
})
afterAll(() => world?.end())
beforeEach(() => {
  world.bank.refuseWith = undefined
})

const typeCode = (conversation: ConversationId, code: string): Promise<CodeOutcome> =>
  world.answer.transaction((tx) => confirmCode(world, tx, { conversation, code }))

const codeOn = (visitor: Visitor): string => />\s*(\d{3}) (\d{3})\s*</.exec(visitor.page.text)?.slice(1).join('') ?? ''

async function customerOf(conversation: ConversationId): Promise<CustomerId | null> {
  const shape = z.object({
    customer: z
      .string()
      .transform((id) => id as CustomerId)
      .nullable(),
  })
  return (await world.admin.one(shape, 'SELECT customer FROM channels.conversation WHERE id = $1', [conversation]))
    .customer
}

/** Whether anybody can look at a balance for this conversation. */
async function canLook(conversation: ConversationId): Promise<boolean> {
  const shape = z.object({ customer: z.string().transform((id) => id as CustomerId) })
  const customers = await world.admin.rows(shape, 'SELECT id AS customer FROM customers.customer')
  const deps = {
    database: world.answer,
    keystore: world.trust.keys.answer,
    random: systemRandom,
    promises: testPromises,
  }
  const looks = await Promise.all(
    customers.map(({ customer }) =>
      openPermit(deps, { customer, institution: northBank, conversation, dataClass: 'balance' }),
    ),
  )
  return looks.some((look) => look.ok)
}

describe('the honest way', () => {
  test('link, choose, sign, type the code: from then on the bank may be asked for this conversation', async () => {
    const conversation = await world.addConversation()
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(conversation), '/link/code')
    expect(await canLook(conversation)).toBe(false)
    expect(await typeCode(conversation, codeOn(visitor))).toBe('confirmed')
    expect(await canLook(conversation)).toBe(true)
    expect(await customerOf(conversation)).not.toBeNull()
  })

  test('names the messenger before the passkey and the bank before the signature', async () => {
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(await world.addConversation()), '/link/passkey')
    expect(visitor.text()).toContain('You are linking a bank to your Messenger conversation with Parley')
    await visitor.press('Create a passkey')
    await visitor.press('First Valley Bank')
    expect(visitor.text()).toContain('Parley may list the names of your accounts at First Valley Bank once')
  })

  test('account names are nowhere at rest', async () => {
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(await world.addConversation()), '/link/code')
    const shape = z.object({ text: z.string().nullable() })
    for (const table of ['linking.link', 'consent.terms', 'customers.session', 'customers.challenge', 'platform.job']) {
      const rows = await world.admin.rows(shape, `SELECT t::text AS text FROM ${table} t`)
      expect(rows.map(({ text }) => text).join()).not.toMatch(/Everyday|Rainy Day|Travel Rewards/)
    }
    expect(world.log()).not.toMatch(/Everyday|Rainy Day|Travel Rewards/)
  })
})

describe('threat 1: crawlers open the link', () => {
  test('their visits change nothing and all tokens look alike; then a person opens it', async () => {
    const url = await world.offer(await world.addConversation())
    const invented = `${world.origin}/link/${randomBytes(32).toString('base64url')}`
    const visits = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        send(index % 2 === 0 ? 'GET' : 'HEAD', url, { 'user-agent': 'facebookexternalhit/1.1' }),
      ),
    )
    expect(visits.every((visit) => visit.status === 200 && visit.headers['set-cookie'] === undefined)).toBe(true)
    expect(visits[0]?.text).not.toMatch(/og:|twitter:/)
    expect(withoutNonce((await send('GET', invented)).text)).toBe(withoutNonce(visits[0]?.text ?? ''))
    const visitor = createVisitor()
    await visitor.walkTo(url, '/link/passkey')
  })

  test('opened once is opened: a second browser is told so, the first one goes on where it was', async () => {
    const url = await world.offer(await world.addConversation())
    const visitor = createVisitor()
    await visitor.walkTo(url, '/link/bank')
    const other = createVisitor()
    await other.open(url)
    await other.press('Start')
    expect(other.text()).toContain('This link was used')
    expect(other.text()).toContain('Ask for a new one in the chat')
    await visitor.open(url)
    await visitor.press('Start')
    expect(visitor.path()).toBe('/link/bank')
  })

  test('of fifty presses at once one browser gets the link', async () => {
    const url = await world.offer(await world.addConversation())
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('POST', url, ownForm)))
    expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1)
  })

  test('another site cannot press it, nor can an in-app browser, and it stays good', async () => {
    const url = await world.offer(await world.addConversation())
    expect((await send('POST', url, { ...ownForm, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const inApp = await send('POST', url, { ...ownForm, 'user-agent': 'x [FBAN/FBIOS;FBAV/440]' })
    expect(inApp.text).toContain('Open this in your browser')
    expect((await send('POST', url, ownForm)).status).toBe(303)
  })
})

describe('threat 4: somebody links your bank to their conversation', () => {
  test('a victim led through the attacker’s link gives nothing as long as the code is not typed there', async () => {
    const attackers = await world.addConversation()
    const victim = createVisitor()
    await victim.walkTo(await world.offer(attackers), '/link/code')
    expect(await canLook(attackers)).toBe(false)
    expect(await customerOf(attackers)).toBeNull()
    for (const [guess, outcome] of [
      ['000000', 'wrong'],
      ['111111', 'wrong'],
      ['222222', 'void'],
    ] as const) {
      expect(await typeCode(attackers, guess)).toBe(outcome)
    }
    expect(await typeCode(attackers, codeOn(victim))).toBe('none')
    expect(await canLook(attackers)).toBe(false)
  })

  test('the code of one conversation is worth nothing in another', async () => {
    const [mine, theirs] = [await world.addConversation(), await world.addConversation()]
    const [me, them] = [createVisitor(), createVisitor()]
    await me.walkTo(await world.offer(mine), '/link/code')
    await them.walkTo(await world.offer(theirs), '/link/code')
    expect(await typeCode(theirs, codeOn(me))).toBe('wrong')
    expect(await canLook(theirs)).toBe(false)
    expect(await typeCode(mine, codeOn(me))).toBe('confirmed')
  })

  test('a callback with a forged state, code or issuer, another browser’s, or a replayed one changes nothing', async () => {
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(await world.addConversation()), '/link/depart')
    const there = /href="(http:\/\/127[^"]+)"/.exec(visitor.page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const state = new URL(there).searchParams.get('state') ?? ''
    const callback = (query: Record<string, string>): string =>
      `${world.origin}/link/callback?${new URLSearchParams({ code: 'good', iss: 'https://north-bank.test', state, ...query })}`

    const stranger = createVisitor()
    await stranger.open(callback({}))
    expect(stranger.text()).toContain('This page has run out')
    const other = createVisitor()
    await other.walkTo(await world.offer(await world.addConversation()), '/link/depart')
    await other.open(callback({}))
    expect(other.text()).toContain('did not come from your visit')
    await visitor.open(callback({ state: 'x'.repeat(22) }))
    expect(visitor.text()).toContain('did not come from your visit')
    await visitor.open(callback({ code: 'forged' }))
    expect(visitor.text()).toContain('was ignored')
    await visitor.open(callback({}))
    expect(visitor.text()).toContain('did not come from your visit')
    await visitor.open(`${world.origin}/link/continue`)
    expect(visitor.path()).toBe('/link/bank')

    await visitor.press('First Valley Bank')
    await visitor.press('Sign with my passkey')
    await visitor.follow('Go to First Valley Bank')
    await visitor.follow('Allow')
    expect(visitor.path()).toBe('/link/accounts')
  })

  test.each([
    ['banks/access-denied', 'declined there'],
    ['banks/callback-issuer', 'was ignored'],
    ['banks/login-expired', 'took too long'],
    ['banks/unreachable', 'cannot be reached'],
  ] as const)('%s at the bank is told in words, shares nothing, and leads back', async (code, words) => {
    const conversation = await world.addConversation()
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(conversation), '/link/depart')
    world.bank.refuseWith = code
    await visitor.follow('Go to First Valley Bank')
    await visitor.follow('Allow')
    expect(visitor.text()).toContain(words)
    expect(visitor.text()).toContain('Nothing was shared')
    expect(await canLook(conversation)).toBe(false)
    await visitor.follow('Try again')
    expect(visitor.path()).toBe('/link/bank')
  })

  test('another person’s passkey neither links nor changes a conversation that is somebody’s', async () => {
    const owner = await world.addCustomer()
    const thief = createVisitor()
    await thief.walkTo(await world.offer(await world.addConversation()), '/link/bank')
    for (const purpose of ['link', 'change'] as const) {
      const again = createVisitor(thief.authenticator)
      await again.open(await world.offer(owner.conversation, purpose))
      await again.press('Start')
      await again.press('I have a passkey here')
      expect(again.text()).toContain('belongs to another passkey')
    }
    const fresh = createVisitor()
    await fresh.open(await world.offer(owner.conversation))
    await fresh.press('Start')
    await expect(fresh.press('Create a passkey')).rejects.toThrow('no button')
    expect(await customerOf(owner.conversation)).toBe(owner.id)
  })

  test('accounts that the bank did not name cannot be put into the terms', async () => {
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(await world.addConversation()), '/link/accounts')
    visitor.page = await visitor.browser.submit(visitor.page, '/link/accounts', [['account', 'acc-666']])
    expect(visitor.page.status).toBe(422)
    expect(visitor.text()).toContain('Choose at least one account')
  })

  test('an end date beyond a year, a made-up level or class is not taken', async () => {
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(await world.addConversation()), '/link/sharing')
    const form = visitor.page
    const good = [
      ['class', 'balance'],
      ['purpose', 'answer-customer'],
      ['disclosure', 'full'],
    ] as const
    for (const fields of [
      [...good, ['endDate', '2099-01-01']],
      [...good, ['endDate', 'never']],
      [
        ['class', 'statements'],
        ['purpose', 'answer-customer'],
        ['disclosure', 'full'],
        ['endDate', nextMonth()],
      ],
      [
        ['class', 'balance'],
        ['purpose', 'advertising'],
        ['disclosure', 'full'],
        ['endDate', nextMonth()],
      ],
      [
        ['class', 'balance'],
        ['purpose', 'answer-customer'],
        ['disclosure', 'everything'],
        ['endDate', nextMonth()],
      ],
    ] as const) {
      expect((await visitor.browser.submit(form, '/link/sharing', fields)).status).toBe(422)
    }
    const taken = await visitor.browser.submit(form, '/link/sharing', [...good, ['endDate', nextMonth()]])
    expect(new URL(taken.url).pathname).toBe('/link/summary')
  })
})

describe('threat 5: session fixation', () => {
  test('an unknown preset cookie is not a session; after the passkey the old id is dead', async () => {
    const url = await world.offer(await world.addConversation())
    const preset = randomBytes(32).toString('base64url')
    const before = await send('GET', `${world.origin}/link/bank`, { cookie: `__Host-parley-link=${preset}` })
    expect(before.status).toBe(410)
    const opened = await send('POST', url, { ...ownForm, cookie: `__Host-parley-link=${preset}` })
    const first = cookieOf(opened, '__Host-parley-link') ?? ''
    expect(first).not.toBe(preset)
    expect(opened.headers['set-cookie']?.[0]).toMatch(/; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/)
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(await world.addConversation()), '/link/passkey')
    const anonymous = await sessions()
    await visitor.press('Create a passkey')
    const known = await sessions()
    expect(known.live - anonymous.live).toBe(0)
    expect(known.ended - anonymous.ended).toBe(1)
  })

  test('two cookies of the name are none', async () => {
    const visitor = await send('POST', await world.offer(await world.addConversation()), ownForm)
    const value = cookieOf(visitor, '__Host-parley-link') ?? ''
    const good = await send('GET', `${world.origin}/link/passkey`, { cookie: `__Host-parley-link=${value}` })
    expect(good.status).toBe(200)
    const both = `__Host-parley-link=${value}; __Host-parley-link=${randomBytes(32).toString('base64url')}`
    expect((await send('GET', `${world.origin}/link/passkey`, { cookie: both })).status).toBe(410)
  })
})

describe('threat 6: hammering', () => {
  test('past the limit an address is told to wait, in words', async () => {
    const limited = await createLinkWorld({ limits: true })
    try {
      const url = `${limited.origin}/a/${randomBytes(32).toString('base64url')}`
      const answers = await Promise.all(Array.from({ length: 60 }, () => send('POST', `${url}/open`, ownForm)))
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(30)
      expect(answers.find(({ status }) => status === 429)?.text).toContain('Too many tries')
    } finally {
      await limited.end()
    }
  })
})

function nextMonth(): string {
  return new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
}

async function sessions(): Promise<{ live: number; ended: number }> {
  const shape = z.object({ live: z.coerce.number(), ended: z.coerce.number() })
  return world.admin.one(
    shape,
    `SELECT count(*) FILTER (WHERE ended_at IS NULL) AS live, count(*) FILTER (WHERE ended_at IS NOT NULL) AS ended
     FROM customers.session`,
  )
}
