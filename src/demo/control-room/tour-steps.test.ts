import { expect, test } from 'vitest'
import type { Surroundings } from './look-around.ts'
import type { MessageSeen } from './messenger-control.ts'
import type { Memories } from './room-memory.ts'
import { openQuestion, stepsDone } from './tour-steps.ts'

const since = 1_000
const memories: Memories = { v: 1, done: [], since }

function message(from: 'page' | 'person', text: string, more: { at?: number; url?: string; carried?: unknown } = {}) {
  const { at = since + 1, url, carried = {} } = more
  const buttons = url === undefined ? [] : [{ kind: 'url', title: 'Open', url: `http://localhost:4100${url}` }]
  return { mid: text, from, at, carried, shown: { text, buttons, quickReplies: [] } } satisfies MessageSeen
}

function seen(messages: readonly MessageSeen[], consents: readonly { status: string; endedTime?: string }[] = []) {
  const shared = consents.map((consent, at) => ({
    ...{ id: String(at), login: 'maya', personId: 'maya', callsToday: 0 },
    ...consent,
  }))
  return {
    gatewayAnswers: true,
    bank: { mood: 'well', consents: shared, cards: [], uses: [] },
    threads: [{ psid: '1', name: 'Ana', messages }],
    pushes: undefined,
    logSize: 64,
  } satisfies Surroundings
}

const tap = (payload: string) => message('person', 'Not me', { carried: { postback: { payload } } })
const question = message('page', 'Was it you?', { carried: { payload: 'alert:0a-1:not-me alert:0a-1:it-was-me' } })

test('a bank is linked when it shares and the code came into the chat, and not before', () => {
  expect(stepsDone(memories, seen([message('person', '123 456')]))).toEqual([])
  expect(stepsDone(memories, seen([message('person', 'hi')], [{ status: 'ACTIVE' }]))).toEqual([])
  expect(stepsDone(memories, seen([message('person', '123 456')], [{ status: 'ACTIVE' }]))).toEqual(['link'])
})

test('each other step is seen by what only it leaves behind', () => {
  expect(stepsDone(memories, seen([message('page', 'Ready', { url: '/a/x' })]))).toEqual(['ask'])
  expect(stepsDone(memories, seen([message('page', '$1,842.17 available')]))).toEqual(['ask'])
  expect(stepsDone(memories, seen([message('page', 'Looks', { url: '/me#looks' })]))).toEqual(['looks'])
  expect(stepsDone({ ...memories, lookedAt: since }, seen([]))).toEqual(['looks'])
  expect(stepsDone(memories, seen([tap('alert:0a-1:not-me')]))).toEqual(['steal'])
  expect(stepsDone({ ...memories, foundAt: since }, seen([]))).toEqual(['tamper'])
  expect(stepsDone(memories, seen([message('page', 'Done', { url: '/me/receipts' })]))).toEqual(['stop'])
})

test('leave that ended counts as stopping, unless the same person shares again', () => {
  const ended = { status: 'REVOKED', endedTime: new Date(since).toISOString() }
  expect(stepsDone(memories, seen([], [ended]))).toEqual(['stop'])
  expect(stepsDone(memories, seen([], [ended, { status: 'ACTIVE' }]))).toEqual([])
})

test('what was done stays done, and what was before the tour began anew does not count', () => {
  expect(stepsDone({ ...memories, done: ['tamper'] }, seen([]))).toEqual(['tamper'])
  const old = [message('page', 'Ready', { url: '/a/x', at: since - 1 }), { ...tap('alert:0a-1:not-me'), at: since - 1 }]
  expect(stepsDone({ ...memories, foundAt: since - 1 }, seen(old))).toEqual([])
  expect(stepsDone({ ...memories, done: ['stop'] }, { ...seen([]), bank: undefined, threads: undefined })).toEqual([
    'stop',
  ])
})

test('a question is open until the person does something; a receipt is no question', () => {
  expect(openQuestion([question])).toBe(question)
  expect(openQuestion([question, message('page', 'A receipt', { carried: { payload: 'alert:0a-2:not-me' } })])).toBe(
    question,
  )
  expect(openQuestion([question, tap('alert:0a-1:not-me')])).toBeUndefined()
  expect(openQuestion([message('page', 'hi')])).toBeUndefined()
})
