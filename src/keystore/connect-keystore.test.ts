import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Secret } from '../kernel/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import { systemClock } from '../platform/index.ts'
import { connectKeystore } from './connect-keystore.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-connect-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const conversation = '11111111-1111-4111-8111-111111111111' as ConversationId
const unavailable = { code: 'keystore/unavailable', retry: 'later' }

function client(socketPath: string, deadlineMs?: number) {
  const options = { at: { socketPath }, bearer: new Secret('b'.repeat(40)) }
  return connectKeystore({ clock: systemClock }, deadlineMs === undefined ? options : { ...options, deadlineMs })
}

test('a keystore that is not there is a fault that says to try later', async () => {
  const keys = client(join(folder, 'nobody'))
  await expect(keys.conversationKey(conversation)).rejects.toMatchObject(unavailable)
  await expect(keys.release(1n)).rejects.toMatchObject(unavailable)
  expect(await keys.isReady()).toBe(false)
  keys.close()
})

test('a keystore that never answers is given up at the deadline', async () => {
  const path = join(folder, 'mute')
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const keys = client(path, 50)
  await expect(keys.release(1n)).rejects.toMatchObject(unavailable)
  keys.close()
  server.close()
})

test('a connection that the keystore closed while it was idle is replaced without anybody noticing', async () => {
  const path = join(folder, 'closing')
  const key = Buffer.alloc(32, 7).toString('base64url')
  const server = createHttpServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ key }), () => setImmediate(() => request.socket.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const keys = client(path)
  for (let index = 0; index < 50; index += 1) {
    const id = conversation.replace(/^1111/, String(1000 + index)) as ConversationId
    expect((await keys.conversationKey(id)).reveal()).toHaveLength(32)
  }
  keys.close()
  server.close()
})

test('an answer that is none of ours, or too large, is a fault and never a key', async () => {
  const path = join(folder, 'strange')
  const bodies = ['', 'null', '{"key":1}', '{"key":"a b"}', `{"key":"${'A'.repeat(200_000)}"}`]
  const server = createHttpServer((_request, response) => response.end(bodies.shift()))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const keys = client(path)
  while (bodies.length > 0) await expect(keys.conversationKey(conversation)).rejects.toMatchObject({ name: 'Fault' })
  keys.close()
  server.close()
})
