// Webhooks must be taken in time whatever others do: slow clients are cut off, big bodies refused, and nobody waits for them.
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { eventually } from '../setup/eventually.ts'
import { personEvent, sign, startMessenger, textMessage, webhookBody } from '../setup/messenger-harness.ts'
import type { MessengerHarness } from '../setup/messenger-harness.ts'

const slowClients = 500
const honestMessages = 200
/** A byte now and then: never silent long enough to look dead. */
const dribbleMs = 500
/** Headers have ten seconds and a request has twenty; the rest is patience with a busy machine. */
const cutWithinMs = 90_000

describe('threat 9: a flood, and clients that are slow on purpose', () => {
  let clone: TestDatabase
  let gateway: MessengerHarness
  const sockets: Slow[] = []

  beforeAll(async () => {
    clone = await cloneDatabase()
    gateway = await startMessenger(clone)
  })
  afterEach(() => sockets.splice(0).forEach((one) => one.end()))
  afterAll(async () => {
    await gateway.close()
    await clone.drop()
  })

  const stored = async (): Promise<number> => {
    const row = await clone.admin.one(z.object({ n: z.bigint() }), 'SELECT count(*) AS n FROM channels.inbound_message')
    return Number(row.n)
  }

  test('five hundred dribbling clients hold nobody up and are all cut off; what they sent has no effect', async () => {
    const before = await stored()
    for (let at = 0; at < slowClients; at += 1) sockets.push(dribble(gateway.url, at % 2 === 0 ? 'headers' : 'body'))
    await eventually('all are connected', () => sockets.every(({ isOpen }) => isOpen()))
    const answers = await Promise.all(
      Array.from({ length: honestMessages }, (_, at) =>
        gateway.post(webhookBody([personEvent(`9${at}`, textMessage('hello'))])),
      ),
    )
    expect(answers.filter(({ status }) => status !== 200)).toHaveLength(0)
    await eventually('every slow client is cut off', () => sockets.every(({ isClosed }) => isClosed()), cutWithinMs)
    expect(await stored()).toBe(before + honestMessages)
  })

  test('a client that says it brings more than is taken is refused before it has brought it', async () => {
    const answer = await speak(
      gateway.url,
      `POST /channels/messenger/webhook HTTP/1.1\r\nhost: parley\r\ncontent-type: application/json\r\ncontent-length: 268435456\r\n\r\n{`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('one person’s flood is kept in order and takes no place from another’s single message', async () => {
    const before = await stored()
    const flood = Array.from({ length: 1_000 }, (_, at) => `flood-${at}`)
    const posting = flood.map((mid) => gateway.post(webhookBody([personEvent('666', textMessage('hello', mid))])))
    const honest = await gateway.post(webhookBody([personEvent('777', textMessage('hello'))]))
    expect(honest.status).toBe(200)
    const statuses = new Set((await Promise.all(posting)).map(({ status }) => status))
    expect([...statuses]).toEqual([200])
    expect(await stored()).toBe(before + flood.length + 1)
    // One conversation is one line of work: a thousand messages wait behind each other, and other people's beside them.
    const heads = await clone.admin.one(
      z.object({ n: z.bigint(), keys: z.bigint() }),
      `SELECT count(*) FILTER (WHERE head) AS n, count(DISTINCT key) AS keys FROM platform.job WHERE kind = 'chat.handle'`,
    )
    expect(heads.n).toBe(heads.keys)
  })
})

type Slow = { readonly isOpen: () => boolean; readonly isClosed: () => boolean; readonly end: () => void }

/** Begins a good request and brings the rest of it a byte at a time, never to an end. */
function dribble(url: string, what: 'headers' | 'body'): Slow {
  const body = webhookBody([personEvent('1', textMessage('never whole'))])
  const socket = open(url)
  let connected = false
  let closed = false
  const start = `POST /channels/messenger/webhook HTTP/1.1\r\nhost: parley\r\ncontent-type: application/json\r\n`
  const rest = `x-hub-signature-256: ${sign(body)}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
  socket.on('connect', () => {
    connected = true
    socket.write(what === 'headers' ? start : start + rest)
  })
  const timer = setInterval(() => socket.write(what === 'headers' ? 'x' : body.slice(0, 1)), dribbleMs)
  socket.on('close', () => {
    closed = true
    clearInterval(timer)
  })
  socket.on('error', () => socket.destroy())
  socket.resume()
  return {
    isOpen: () => connected,
    isClosed: () => closed,
    end: () => {
      clearInterval(timer)
      socket.destroy()
    },
  }
}

function open(url: string): Socket {
  const { hostname, port } = new URL(url)
  return connect({ host: hostname, port: Number(port) })
}

/** Sends these bytes and gives what comes back first. */
function speak(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = open(url)
    socket.once('error', reject)
    socket.once('data', (bytes: Buffer) => {
      resolve(bytes.toString('latin1'))
      socket.destroy()
    })
    socket.once('close', () => reject(new Error('closed without a word')))
    socket.once('connect', () => socket.write(text))
  })
}
