import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { recordAt, textAt } from '../../sandbox/messenger/json-value.ts'
import { type Peer, makePeer } from '../../sandbox/messenger/practice-app.ts'
import { type RunningMessenger, startMessenger } from '../../sandbox/messenger/start-messenger.ts'
import { decideRequest, pageInbox } from '../../src/chat/hear-thread.ts'
import type { ConversationId } from '../../src/kernel/index.ts'
import { Secret, success } from '../../src/kernel/index.ts'
import { type ChatWorld, createChatWorld } from '../setup/chat-world.ts'
import { eventually } from '../setup/eventually.ts'
import { sharingTerms, agree, enrolCustomer } from '../setup/trust-world.ts'

// A page that two apps answer: Parley, and the page's own inbox. Everything goes over the wire, to a messenger that shares no code
// with the gateway (sandbox/messenger).
let folder: string
let messenger: RunningMessenger
let peer: Peer
let chat: ChatWorld

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routing-'))
  messenger = await startMessenger({ port: 0, dataDir: folder, switches: { cutRate: 0, previews: false } })
  peer = makePeer(folder, messenger)
  chat = await createChatWorld()
  const { appId, appSecret, pageId, pageAccessToken, verifyToken } = peer.config
  const wire = { appId, appSecret, pageId, pageAccessToken, verifyToken, graphUrl: messenger.graphUrl }
  await chat.open({ wire, handOverTo: pageInbox })
  expect((await peer.control('POST', '/subscribe', { url: chat.harness().webhookUrl })).status).toBe(200)
})
afterAll(async () => {
  await chat.close()
  await messenger.close()
  await chat.end()
  rmSync(folder, { recursive: true })
})

const writes = async (psid: string, text: string): Promise<void> => {
  expect((await peer.control('POST', `/people/${psid}/message`, { text })).status).toBe(200)
}
const inbox = async (psid: string, act: string, text = ''): Promise<void> => {
  expect((await peer.control('POST', `/people/${psid}/other-app`, { act, text })).status).toBe(200)
}
/** What Parley said in a thread, in order. */
const said = async (psid: string): Promise<readonly string[]> =>
  (await peer.messagesOf(psid)).flatMap((message) => {
    const carried = recordAt(message, 'carried') ?? {}
    if (message['from'] !== 'page' || carried['other_app'] !== undefined) return []
    const content = recordAt(carried, 'message') ?? {}
    const template = recordAt(recordAt(content, 'attachment') ?? {}, 'payload') ?? {}
    return [textAt(content, 'text') ?? textAt(template, 'text') ?? '']
  })
const saidSince = async (psid: string, before: number, count = 1): Promise<readonly string[]> => {
  let all: readonly string[] = []
  await eventually(`${count} more replies`, async () => (all = await said(psid)).length >= before + count)
  return all.slice(before)
}
const owner = async (psid: string): Promise<string> => {
  const answer = await peer.graph('GET', `/me/thread_owner?recipient=${psid}`)
  const [first] = z.array(z.object({ thread_owner: z.object({ app_id: z.string() }) })).parse(answer.body['data'])
  return first?.thread_owner.app_id ?? ''
}
const ownerShape = z.object({ id: z.string(), owner: z.string().nullable() })
const kept = async (): Promise<z.infer<typeof ownerShape>> =>
  chat.clone.admin.one(
    ownerShape,
    'SELECT id, thread_owner AS owner FROM channels.conversation ORDER BY created_at DESC LIMIT 1',
  )
/** Every message that has come in was handled: what has not been said by then is not going to be. */
const handled = (): Promise<void> =>
  eventually('everything is handled', async () => {
    const open = await chat.count('channels.inbound_message WHERE handled_at IS NULL')
    return open + (await chat.count(`platform.job WHERE kind IN ('chat.handle', 'chat.thread-back')`)) === 0
  })
const heard = async (psid: string, text: string): Promise<void> => {
  await writes(psid, text)
  await eventually('the webhook was taken', async () =>
    (await peer.messagesOf(psid)).every((message) => message['from'] === 'page' || message['acknowledged'] === true),
  )
  await handled()
}
const someone = async (name: string): Promise<string> => {
  const psid = await peer.makePerson(name)
  await writes(psid, 'hi')
  await saidSince(psid, 0)
  return psid
}

test('who asks for a person gets the thread passed with the last words, and nothing is answered until it comes back, with one sentence', async () => {
  const psid = await someone('Ana')
  const before = (await said(psid)).length
  await writes(psid, 'I want to talk to a person')
  const [passed] = await saidSince(psid, before)
  expect(passed).toContain('keep quiet')
  await eventually('it is the inbox’s', async () => (await kept()).owner === pageInbox)
  expect(await owner(psid)).toBe(pageInbox)
  await inbox(psid, 'say', 'Hello, this is Agnes')
  await heard(psid, 'what is my balance?')
  await heard(psid, 'help')
  expect((await said(psid)).length).toBe(before + 1)
  await inbox(psid, 'pass')
  expect(await saidSince(psid, before + 1)).toEqual([expect.stringContaining('automated again')])
  expect((await kept()).owner).toBeNull()
  await writes(psid, 'help')
  await saidSince(psid, before + 2)
  expect((await said(psid)).filter((text) => text.includes('automated again'))).toHaveLength(1)
})

test('a person of the inbox who takes the thread makes Parley silent; a freeze still happens at the bank and is told when it is back', async () => {
  const psid = await someone('Bea')
  const { id } = await kept()
  const customer = await enrolCustomer(chat.world.keys.consent)
  await chat.clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
  await chat.clone.admin.run('UPDATE channels.conversation SET customer = $2, linked_at = now() WHERE id = $1', [
    id,
    customer.id,
  ])
  const purposes = { 'answer-customer': ['account-list', 'card-status'] } as const
  const terms = sharingTerms(customer.id, {
    conversation: id as ConversationId,
    disclosure: 'full',
    accounts: ['account-1'],
    purposes,
  })
  await agree(chat.consent, customer, terms)
  const acts: string[] = []
  const card = { accountId: 'account-1', lastDigits: new Secret('4821'), status: 'active', since: undefined } as const
  chat.bank.fetchCards = async () => success({ cards: [card], declines: [] })
  chat.bank.changeCard = async (_permit, act) => {
    acts.push(act.accountId)
    return success({ ...card, status: act.to })
  }
  await inbox(psid, 'take')
  await eventually('it is the inbox’s', async () => (await kept()).owner === pageInbox)
  const before = (await said(psid)).length
  await heard(psid, 'freeze my card now')
  await eventually('the bank froze it', () => acts.length === 1)
  expect((await said(psid)).length).toBe(before)
  await inbox(psid, 'release')
  const later = (await saidSince(psid, before, 2)).join('\n')
  expect(later).toContain('frozen')
  expect(later).toContain('automated again')
})

test('words about a thread that come twice and out of order leave the newest standing', async () => {
  const psid = await someone('Cleo')
  const at = Date.now()
  const { pageId, appId } = peer.config
  const word = (kind: string, to: string, timestamp: number): object => ({
    sender: { id: psid },
    recipient: { id: pageId },
    timestamp,
    [kind]: { previous_owner_app_id: null, new_owner_app_id: to, metadata: '' },
  })
  const post = async (...events: readonly object[]): Promise<void> => {
    const body = JSON.stringify({ object: 'page', entry: [{ id: pageId, time: at, messaging: events }] })
    const sent = { body: Buffer.from(body).toString('base64'), sign: true }
    expect((await peer.control('POST', '/webhook', sent)).body['status']).toBe(200)
  }
  const back = word('pass_thread_control', appId, at + 20)
  await post(back)
  await post(word('take_thread_control', pageInbox, at + 10))
  expect((await kept()).owner).toBeNull()
  await post(word('take_thread_control', pageInbox, at + 30), back)
  await post(back)
  expect((await kept()).owner).toBe(pageInbox)
  await post(word('pass_thread_control', appId, at + 40))
  await post(word('take_thread_control', pageInbox, at + 30), word('pass_thread_control', appId, at + 40))
  expect((await kept()).owner).toBeNull()
  await handled()
  await eventually('it was said', async () => (await said(psid)).some((text) => text.includes('automated again')))
  expect((await said(psid)).filter((text) => text.includes('automated again'))).toHaveLength(1)
})

test('after a quiet day the thread is nobody’s, and what the person writes then is answered', async () => {
  const psid = await someone('Dana')
  await inbox(psid, 'take')
  await eventually('it is the inbox’s', async () => (await kept()).owner === pageInbox)
  await inbox(psid, 'idle')
  await chat.clone.admin.run(`UPDATE channels.conversation SET thread_seen_at = thread_seen_at - interval '25 hours'`)
  const before = (await said(psid)).length
  await writes(psid, 'help')
  expect((await saidSince(psid, before, 2))[0]).toContain('automated again')
})

test('the inbox gets the thread it asks for, a stranger among apps does not, and error 27 leaves it where it is', async () => {
  const psid = await someone('Eli')
  await inbox(psid, 'request')
  await eventually('it was passed', async () => (await owner(psid)) === pageInbox)
  await eventually('and that is known', async () => (await kept()).owner === pageInbox)
  const { id } = await kept()
  await peer.control('PUT', '/switches', { defaultApp: false })
  const take = `SELECT platform.add_job('channels.thread-act', '${id}', jsonb_build_object('conversation', '${id}', 'do', 'take'), 0, 1::smallint)`
  const ended = (): Promise<void> =>
    eventually(
      'the call has ended',
      async () => (await chat.count(`platform.job WHERE kind = 'channels.thread-act'`)) === 0,
    )
  await chat.clone.admin.run(take)
  await ended()
  expect((await kept()).owner).toBe(pageInbox)
  expect((await chat.harness().metrics.render()).text).toContain(
    'parley_thread_calls_total{kind="take",outcome="graph-27"} 1',
  )
  await peer.control('PUT', '/switches', { defaultApp: true })
  await chat.clone.admin.run(take)
  await ended()
  expect(await owner(psid)).toBe(peer.config.appId)
  expect((await kept()).owner).toBeNull()
  const request = { app: pageInbox, handOverTo: undefined, isElsewhere: false, isWithPerson: false, isAsking: false }
  expect(decideRequest(request)).toBe('pass')
  expect(decideRequest({ ...request, app: '123456' })).toBe('keep')
  expect(decideRequest({ ...request, app: '123456', handOverTo: '123456' })).toBe('pass')
  for (const change of [{ isWithPerson: true }, { isAsking: true }, { isElsewhere: true }])
    expect(decideRequest({ ...request, ...change })).toBe('keep')
})

test('who only ever wrote to the other app is nobody here: nothing of theirs is stored', async () => {
  const psid = await peer.makePerson('Fay')
  await inbox(psid, 'say', 'Hello')
  const before = await chat.count('channels.conversation')
  await heard(psid, 'this is for the inbox')
  expect(await chat.count('channels.conversation')).toBe(before)
  expect((await said(psid)).length).toBe(0)
})
