import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDatabase, cloneDatabase } from '../../test/setup/database.ts'
import { eventually } from '../../test/setup/eventually.ts'
import { type GraphAct, echoBody, startMessenger, testKeys, textMessage } from '../../test/setup/messenger-harness.ts'
import { type ConversationId, Fault, Secret } from '../kernel/index.ts'
import type { Channel, ConversationKeys, Reply } from './index.ts'

/** What the messenger does with the next message. */
type Mood = 'takes' | 'takes-and-breaks-off' | 'breaks-off' | 'is-busy' | 'refuses-for-good' | 'is-unreachable'

/** A channel with its messenger's stand-in, as each new channel must provide it to this list. */
type ChannelWorld = {
  readonly channel: Channel
  /** A person writes; the status the messenger gets. */
  write(text: string, carrierId: string): Promise<number>
  /** The messenger shows that it has a message of ours. */
  echo(outboxId: string): Promise<number>
  mood(mood: Mood): Promise<void>
  /** Texts that reached the person freely, in order. */
  texts(): readonly string[]
  close(): Promise<void>
}

type Start = (clone: TestDatabase, keystore: ConversationKeys) => Promise<ChannelWorld>

const startMessengerWorld: Start = async (clone, keystore) => {
  const gateway = await startMessenger(clone, { keystore })
  const acts: { readonly [Name in Mood]?: GraphAct } = {
    'takes-and-breaks-off': 'take-and-cut',
    'breaks-off': 'cut',
    'is-busy': { status: 400, body: { error: { code: 613, error_subcode: 2018338 } } },
    'refuses-for-good': { status: 400, body: { error: { code: 100, error_subcode: 2018001 } } },
  }
  return {
    channel: gateway.channel,
    write: async (text, carrierId) => (await gateway.write('4711', textMessage(text, carrierId))).status,
    echo: async (outboxId) => (await gateway.post(echoBody(outboxId))).status,
    async mood(mood) {
      if (mood === 'is-unreachable') await gateway.graph.close()
      gateway.graph.decide = () => acts[mood]
    },
    texts: () => gateway.graph.messages().flatMap(({ message }) => message?.text ?? []),
    close: () => gateway.close(),
  }
}

const channels: readonly { readonly name: string; readonly start: Start }[] = [
  { name: 'messenger', start: startMessengerWorld },
]

describe.each(channels)('the channel $name', ({ start }) => {
  let clone: TestDatabase
  let world: ChannelWorld
  let keysAreAway = false
  const keystore: ConversationKeys = {
    async conversationKey(conversation) {
      if (keysAreAway) throw new Fault('keystore/unavailable', { retry: 'later' })
      return testKeys.conversationKey(conversation)
    },
  }

  beforeAll(async () => {
    clone = await cloneDatabase()
  })
  beforeEach(async () => {
    keysAreAway = false
    await clone.admin.run('TRUNCATE channels.conversation, platform.job, platform.outbox CASCADE')
    world = await start(clone, keystore)
  })
  afterEach(() => world.close())
  afterAll(() => clone.drop())

  const countShape = z.object({ count: z.bigint() })
  const countOf = async (from: string): Promise<number> =>
    Number((await clone.admin.one(countShape, `SELECT count(*) FROM ${from}`)).count)

  const outboxId = '11111111-2222-4333-8444-555555555555'
  const deliver = (reply: Reply, windowOpen = true): ReturnType<Channel['deliver']> =>
    world.channel.deliver({
      outboxId,
      conversation: '99999999-2222-4333-8444-555555555555' as ConversationId,
      address: new Secret('4711'),
      language: 'en',
      reply,
      windowOpen,
    })

  test('takes a message in once, with one job to answer it', async () => {
    expect(await world.write('hello', 'same')).toBe(200)
    expect(await world.write('hello', 'same')).toBe(200)
    expect(await countOf('channels.inbound_message')).toBe(1)
    expect(await countOf(`platform.job WHERE kind = 'chat.handle'`)).toBe(1)
  })

  test('does not say 200 to what it cannot seal, and takes it when it comes again', async () => {
    keysAreAway = true
    expect(await world.write('hello', 'again')).toBe(503)
    expect(await countOf('channels.inbound_message')).toBe(0)
    keysAreAway = false
    expect(await world.write('hello', 'again')).toBe(200)
    expect(await countOf('channels.inbound_message')).toBe(1)
  })

  test('says of each delivery what became of it, and never throws for the messenger’s sake', async () => {
    const outcomes: Record<string, string> = {}
    for (const mood of ['takes', 'takes-and-breaks-off', 'breaks-off', 'is-busy', 'refuses-for-good'] as const) {
      await world.mood(mood)
      outcomes[mood] = (await deliver({ text: mood })).kind
    }
    expect(outcomes).toEqual({
      takes: 'accepted',
      'takes-and-breaks-off': 'in-doubt',
      'breaks-off': 'in-doubt',
      'is-busy': 'later',
      'refuses-for-good': 'refused',
    })
    expect(world.texts()).toEqual(['takes', 'takes-and-breaks-off'])
  })

  test('knows that a messenger which could not be reached has taken nothing', async () => {
    await world.mood('is-unreachable')
    expect((await deliver({ text: 'x' })).kind).toBe('later')
  })

  test('writes nothing freely outside the messenger’s window', async () => {
    expect((await deliver({ text: 'too late' }, false)).kind).toBe('accepted')
    expect(world.texts()).toEqual([])
  })

  test('confirms a message of ours by its echo, if it promises echoes', async () => {
    if (!world.channel.echoes) return
    await clone.admin.run(
      `INSERT INTO platform.outbox (id, channel, conversation, priority, sealed) VALUES ($1, 'x', 'c', 1, '\\x00')`,
      [outboxId],
    )
    expect(await world.echo(outboxId)).toBe(200)
    expect(await countOf('platform.outbox WHERE confirmed_at IS NOT NULL AND sealed IS NULL')).toBe(1)
  })

  test('starts at once, whatever the messenger does, and stops when asked', async () => {
    await world.mood('is-unreachable')
    world.channel.start()
    let stopped = false
    void world.channel.stop().then(() => (stopped = true))
    await eventually('it has stopped', () => stopped)
  })
})
