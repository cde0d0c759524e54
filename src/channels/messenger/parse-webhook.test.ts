import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appId, pageId, personEvent, textMessage, webhookBody } from '../../../test/setup/messenger-harness.ts'
import { type ThreadEvent, parseWebhook } from './parse-webhook.ts'

const parse = (body: string): ReturnType<typeof parseWebhook> => parseWebhook(Buffer.from(body), { pageId, appId })

function peopleOf(
  body: string,
): readonly { carrierId: string; inbound: string; text: string; payload: string | undefined }[] {
  const parsed = parse(body)
  if (!parsed.ok) throw new Error(parsed.code)
  return parsed.value.people.map(({ carrierId, inbound, text, payload }) => ({
    carrierId,
    inbound,
    text: text.reveal(),
    payload,
  }))
}

test('whatever JSON comes inside the envelope, reading it never throws', () => {
  const anyEvents = fc.array(fc.oneof(fc.jsonValue(), fc.record({ message: fc.jsonValue(), sender: fc.jsonValue() })))
  fc.assert(
    fc.property(anyEvents, fc.jsonValue(), (events, entry) => {
      const body = JSON.stringify({ object: 'page', entry: [entry, { id: 1, messaging: events, standby: events }] })
      expect(parse(body).ok).toBe(true)
    }),
  )
})

test('events of one webhook come in the order of their time, and ids may be numbers', () => {
  const at = (timestamp: number, text: string): object => ({
    sender: { id: 5 },
    recipient: { id: Number(pageId) },
    timestamp: 1_700_000_000_000 + timestamp,
    message: { mid: `m_${text}`, text },
  })
  const texts = peopleOf(webhookBody([at(3, 'c'), at(1, 'a'), at(2, 'b')])).map(({ text }) => text)
  expect(texts).toEqual(['a', 'b', 'c'])
})

test('a number past 2^53 is no id: it would be another one already', () => {
  const body = webhookBody([personEvent('1', textMessage('x'))]).replace('"id":"1"', '"id":9007199254740993')
  expect(peopleOf(body)).toEqual([])
})

test('a tap is known by its own id, or by who, when and what where it has none', () => {
  const tap = { postback: { title: 'Balance', payload: 'intent:balance' } }
  const event = { ...personEvent('1', tap), timestamp: 1_700_000_000_000 }
  const [first, again, other] = peopleOf(webhookBody([event, event, { ...event, timestamp: 1_700_000_000_001 }]))
  expect(first).toMatchObject({ inbound: 'postback', payload: 'intent:balance', text: 'Balance' })
  expect(again?.carrierId).toBe(first?.carrierId)
  expect(other?.carrierId).not.toBe(first?.carrierId)
})

test('an edited message is read as a new one, each edit once', () => {
  const edit = (num: unknown): object =>
    personEvent('1', { message_edit: { mid: 'm_1', text: 'balance', num_edit: num } })
  const [one, sameAsText, two] = peopleOf(webhookBody([edit(1), edit('1'), edit(2)]))
  expect(sameAsText?.carrierId).toBe(one?.carrierId)
  expect(two?.carrierId).not.toBe(one?.carrierId)
})

test('events of another page, echoes without our id, reads, deliveries and reactions mean nothing to us', () => {
  const events = [
    { ...personEvent('1', textMessage('x')), recipient: { id: '99' } },
    personEvent('1', { message: { mid: 'm', is_echo: true, text: 'x', metadata: 'DEVELOPER_DEFINED' } }),
    personEvent('1', { read: { watermark: 1 } }),
    personEvent('1', { delivery: { mids: ['m'], watermark: 1 } }),
    personEvent('1', { reaction: { mid: 'm', action: 'react', reaction: 'like' } }),
    personEvent('1', { account_linking: { status: 'linked', authorization_code: 'x' } }),
  ]
  const parsed = parse(webhookBody(events))
  expect(parsed).toMatchObject({ ok: true, value: { people: [], echoes: [], ignored: events.length } })
})

test('while another app has the thread, what people write is only overheard, and our echoes count', () => {
  const id = '11111111-2222-4333-8444-555555555555'
  const echo = personEvent('1', { message: { mid: 'm', is_echo: true, metadata: id } })
  const entry = { id: pageId, time: 1, standby: [personEvent('1', textMessage('to the other app')), echo] }
  const parsed = parse(JSON.stringify({ object: 'page', entry: [entry] }))
  expect(parsed).toMatchObject({ ok: true, value: { people: [{ standby: true }], echoes: [{ outboxId: id }] } })
})

/** What is said of a thread, without of whom and when. */
const saidOf = (event: ThreadEvent): object => {
  if (event.says === 'asked') return { says: event.says, by: event.by }
  return event.says === 'elsewhere' ? { says: event.says, owner: event.owner } : { says: event.says }
}

test('who has a thread is read from every form in which it is told, and an app that nobody knows is nobody’s', () => {
  const inbox = 263902037430900
  const word = (kind: string, content: object): object => ({ ...personEvent('1', {}), [kind]: content })
  const threads = (...events: readonly object[]): readonly unknown[] => {
    const parsed = parse(webhookBody(events))
    return parsed.ok ? parsed.value.threads.map(saidOf) : []
  }
  expect(threads(word('pass_thread_control', { new_owner_app_id: appId, previous_owner_app_id: null }))).toEqual([
    { says: 'ours' },
  ])
  expect(threads(word('pass_thread_control', {}))).toEqual([{ says: 'ours' }])
  const elsewhere = { says: 'elsewhere', owner: String(inbox) }
  expect(threads(word('take_thread_control', { new_owner_app_id: inbox }))).toEqual([elsewhere])
  expect(threads(word('take_thread_control', {}))).toEqual([{ says: 'elsewhere', owner: undefined }])
  expect(threads(word('request_thread_control', { requested_owner_app_id: inbox }))).toEqual([
    { says: 'asked', by: String(inbox) },
  ])
  expect(
    threads(word('request_thread_control', { requested_owner_app_id: appId }), word('request_thread_control', {})),
  ).toEqual([])
  const elsewherePage = {
    ...personEvent('1', {}),
    recipient: { id: '99' },
    take_thread_control: { new_owner_app_id: inbox },
  }
  expect(threads(elsewherePage)).toEqual([])
})
