import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ConversationId } from '../../src/kernel/index.ts'
import { confirmCode, linkingJobs } from '../../src/linking/index.ts'
import { createJobRunner, createLogger, createMetrics, systemRandom } from '../../src/platform/index.ts'
import type { JobRunner } from '../../src/platform/index.ts'
import { eventually } from '../setup/eventually.ts'
import { createLinkWorld } from './link-world.ts'
import type { LinkWorld } from './link-world.ts'
import { createVisitor } from './link-visitor.ts'
import type { Visitor } from './link-visitor.ts'

/** In place of 24 hours. */
const waitMs = 8_000

let world: LinkWorld
let runner: JobRunner
beforeAll(async () => {
  world = await createLinkWorld({ recoveryWaitMs: waitMs })
  runner = createJobRunner(
    {
      database: world.consent,
      logger: createLogger({ role: 'test', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
      random: systemRandom,
    },
    {
      handlers: linkingJobs({
        database: world.consent,
        keystore: world.trust.keys.consent,
        random: systemRandom,
        publicUrl: world.origin,
      }),
      concurrency: 2,
    },
  )
  await runner.start()
})
afterAll(async () => {
  await runner?.stop()
  await world?.end()
})

/** Somebody who linked a bank over the pages. */
async function linkSomebody(subject: string): Promise<{ visitor: Visitor; conversation: ConversationId }> {
  world.bank.subject = subject
  const conversation = await world.addConversation()
  const visitor = createVisitor()
  await visitor.walkTo(await world.offer(conversation), '/link/code')
  await typeCode(conversation, visitor)
  return { visitor, conversation }
}

async function typeCode(conversation: ConversationId, visitor: Visitor): Promise<void> {
  const code = />\s*(\d{3}) (\d{3})\s*</.exec(visitor.page.text)?.slice(1).join('') ?? ''
  expect(await world.answer.transaction((tx) => confirmCode(world, tx, { conversation, code }))).toBe('confirmed')
}

async function loginAgain(visitor: Visitor, conversation: ConversationId): Promise<void> {
  await visitor.open(await world.offer(conversation, 'recover'))
  await visitor.press('Start')
  expect(visitor.text()).toContain('You lost your passkey')
  await visitor.press('First Valley Bank')
  await visitor.follow('Go to First Valley Bank')
  await visitor.follow('Allow')
}

const count = z.object({ count: z.coerce.number() })
const outboxOf = async (conversation: ConversationId): Promise<number> =>
  (
    await world.admin.one(count, 'SELECT count(*) AS count FROM platform.outbox WHERE conversation = $1', [
      conversation,
    ])
  ).count

describe('a lost passkey', () => {
  test('is replaced after a fresh login and the wait; everything is sealed and every conversation told', async () => {
    const { visitor, conversation } = await linkSomebody('person-7')
    const second = await world.addConversation()
    const again = createVisitor(visitor.authenticator)
    await again.open(await world.offer(second))
    await again.press('Start')
    await again.press('I have a passkey here')
    for (const step of ['First Valley Bank', 'Sign with my passkey']) await again.press(step)
    await again.follow('Go to First Valley Bank')
    await again.follow('Allow')
    await again.press('Continue')
    await again.press('Review')
    await again.press('Sign with my passkey')
    await typeCode(second, again)
    await eventually(
      'the first conversation hears of the second link',
      async () => (await outboxOf(conversation)) === 1,
    )
    expect(await outboxOf(second)).toBe(0)
    await world.admin.run(`UPDATE consent.grant_ SET disclosure = 'full' WHERE conversation = $1`, [conversation])

    const fresh = createVisitor()
    await loginAgain(fresh, conversation)
    expect(fresh.path()).toBe('/link/new-passkey')
    await fresh.press('Create a passkey')
    expect(fresh.text()).toContain('Your new passkey is waiting')
    const early = createVisitor(fresh.authenticator)
    await early.open(await world.offer(conversation, 'change'))
    await early.press('Start')
    await early.press('I have a passkey here')
    expect(early.text()).toContain('takes over after 24 hours')
    const levels = await world.admin.rows(
      z.object({ disclosure: z.string() }),
      'SELECT DISTINCT disclosure FROM consent.grant_ WHERE conversation = $1 AND revoked_at IS NULL',
      [conversation],
    )
    expect(levels).toEqual([{ disclosure: 'sealed' }])
    await eventually('both are told', async () => (await outboxOf(conversation)) >= 2 && (await outboxOf(second)) >= 1)

    await eventually('the end is told', async () => (await outboxOf(conversation)) === 3, 30_000)
    await early.open(await world.offer(conversation, 'change'))
    await early.press('Start')
    await early.press('I have a passkey here')
    expect(early.path()).toBe('/link/change')
    await early.press('Change this')
    await early.press('Review')
    await early.press('Sign with my passkey')
    expect(early.text()).toContain('Your new choice holds')
    expect(await canStillLook(conversation)).toBe(true)
  })

  test('is not replaced by a thief’s own bank login, who is told no linked bank either', async () => {
    const { conversation } = await linkSomebody('person-8')
    world.bank.subject = 'thief'
    const thief = createVisitor()
    await thief.open(await world.offer(conversation, 'recover'))
    await thief.press('Start')
    expect(thief.text()).toContain('First Valley Bank')
    expect(thief.text()).toContain('Southern Savings')
    await thief.press('First Valley Bank')
    await thief.follow('Go to First Valley Bank')
    await thief.follow('Allow')
    expect(thief.text()).toContain('This login does not match')
    await thief.open(`${world.origin}/link/new-passkey`)
    expect(thief.path()).not.toBe('/link/new-passkey')
    const recoveries = await world.admin.rows(
      z.object({ id: z.string() }),
      'SELECT r.id FROM customers.recovery r JOIN channels.conversation c ON c.customer = r.customer WHERE c.id = $1',
      [conversation],
    )
    expect(recoveries).toEqual([])
  })

  test('stays what it was when the old passkey stops the replacement', async () => {
    const { visitor, conversation } = await linkSomebody('person-9')
    const thief = createVisitor()
    await loginAgain(thief, conversation)
    await thief.press('Create a passkey')
    const owner = createVisitor(visitor.authenticator)
    await owner.open(await world.offer(conversation, 'change'))
    await owner.press('Start')
    await owner.press('I have a passkey here')
    expect(owner.text()).toContain('Somebody is replacing your passkey')
    await owner.press('Stop it')
    expect(owner.text()).toContain('The new passkey was stopped')
    await owner.follow('Continue')
    expect(owner.path()).toBe('/link/change')
    await eventually(
      'the wait would be over',
      async () => {
        const over =
          'SELECT count(*) AS count FROM customers.recovery WHERE cancelled_at IS NOT NULL AND effective_at < clock_timestamp()'
        return (await world.admin.one(count, over)).count > 0
      },
      30_000,
    )
    await thief.open(await world.offer(conversation, 'change'))
    await thief.press('Start')
    await thief.press('I have a passkey here')
    expect(thief.text()).toContain('Parley does not know this passkey')
  })
})

describe('on the page where sharing is changed', () => {
  test('ending is one press and takes effect at once', async () => {
    const { visitor, conversation } = await linkSomebody('person-10')
    const again = createVisitor(visitor.authenticator)
    await again.open(await world.offer(conversation, 'change'))
    await again.press('Start')
    await again.press('I have a passkey here')
    expect(await canStillLook(conversation)).toBe(true)
    await again.press('End sharing now')
    expect(again.text()).toContain('Nothing is shared with your Messenger conversation')
    expect(await canStillLook(conversation)).toBe(false)
  })

  test('new terms take the place of the old ones, without another code', async () => {
    const { visitor, conversation } = await linkSomebody('person-11')
    const again = createVisitor(visitor.authenticator)
    await again.open(await world.offer(conversation, 'change'))
    await again.press('Start')
    await again.press('I have a passkey here')
    await again.press('Change this')
    await again.press('Review', { disclosure: 'rounded' })
    expect(again.text()).toContain('You chose rounded figures')
    await again.press('Sign with my passkey')
    expect(again.text()).toContain('Your new choice holds')
    const rows = await world.admin.rows(
      z.object({ disclosure: z.string(), because: z.string().nullable() }),
      `SELECT DISTINCT disclosure, revoked_because AS because FROM consent.grant_
       WHERE conversation = $1 AND data_class = 'balance' ORDER BY 1`,
      [conversation],
    )
    expect(rows).toEqual([
      { disclosure: 'rounded', because: null },
      { disclosure: 'sealed', because: 'replaced' },
    ])
  })
})

async function canStillLook(conversation: ConversationId): Promise<boolean> {
  const text = `SELECT count(*) AS count FROM consent.grant_ g
    WHERE conversation = $1 AND data_class = 'balance' AND consent.holds_now(g)`
  return (await world.admin.one(count, text, [conversation])).count > 0
}
