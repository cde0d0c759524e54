import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { listAt, textAt } from './json-value.ts'
import { makePeer, type Peer } from './practice-app.ts'
import { startMessenger, type RunningMessenger } from './start-messenger.ts'

/** An app that keeps what its callbacks were sent, and answers a deletion as the platform wants it. */
type Heard = { readonly path: string; readonly type: string; readonly body: string }
const heard: Heard[] = []
let app: Server
let answer = 200
let dir: string
let messenger: RunningMessenger
let peer: Peer

beforeAll(async () => {
  app = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const path = incoming.url ?? ''
      const type = incoming.headers['content-type'] ?? ''
      if (incoming.method === 'POST') heard.push({ path, type, body: Buffer.concat(chunks).toString() })
      outgoing.writeHead(answer, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify({ url: 'http://127.0.0.1:9/status/abc123', confirmation_code: 'abc123' }))
    })
  })
  app.listen(0, '127.0.0.1')
  await once(app, 'listening')
  const address = app.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  dir = mkdtempSync(join(tmpdir(), 'messenger-leave-'))
  messenger = await startMessenger({ port: 0, dataDir: dir, webhookUrl: `http://127.0.0.1:${port}/in/webhook` })
  peer = makePeer(dir, messenger)
})

afterAll(async () => {
  await messenger.close()
  app.close()
  app.closeAllConnections()
  rmSync(dir, { recursive: true })
})

const payloadShape = z.object({
  algorithm: z.string(),
  user_id: z.string(),
  issued_at: z.number(),
  expires: z.number(),
})

function readSigned(body: string): z.infer<typeof payloadShape> {
  const [signature = '', payload = ''] = (new URLSearchParams(body).get('signed_request') ?? '').split('.')
  const expected = createHmac('sha256', peer.config.appSecret).update(payload).digest('base64url')
  expect(signature).toBe(expected)
  return payloadShape.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
}

const appScopedIdOf = async (psid: string): Promise<string> =>
  textAt((await peer.control('GET', `/threads/${psid}`)).body, 'appScopedId') ?? ''

test('removing the app posts a signed form beside the webhook; asking for deletion shows the answered code', async () => {
  const psid = await peer.makePerson('Ana')
  const before = Math.floor(Date.now() / 1000)
  const left = await peer.control('POST', `/people/${psid}/remove-app`, { deleteData: true })
  expect(left.body).toMatchObject({
    callbacks: [
      { kind: 'deauthorize', status: 200 },
      { kind: 'data-deletion', status: 200, url: 'http://127.0.0.1:9/status/abc123', code: 'abc123' },
    ],
  })
  expect(heard.map(({ path }) => path)).toEqual(['/in/deauthorize', '/in/data-deletion'])
  for (const { type, body } of heard) {
    expect(type).toBe('application/x-www-form-urlencoded')
    const facts = readSigned(body)
    expect(facts.algorithm).toBe('HMAC-SHA256')
    expect(facts.issued_at).toBeGreaterThanOrEqual(before)
    expect(facts.issued_at).toBeLessThanOrEqual(Date.now() / 1000)
    expect(facts.user_id).toBe(await appScopedIdOf(psid))
    expect(facts.user_id).not.toBe(psid)
  }
  const thread = await peer.control('GET', `/threads/${psid}`)
  expect(thread.body).toMatchObject({ appRemoved: true })
  expect(listAt(thread.body, 'callbacks')).toHaveLength(2)
})

test('an app that refuses is shown as refusing, and may be told again', async () => {
  const psid = await peer.makePerson('Ben')
  answer = 503
  const refused = await peer.control('POST', `/people/${psid}/delete-data`)
  answer = 200
  expect(refused.body).toMatchObject({ callbacks: [{ kind: 'data-deletion', status: 503 }] })
  const again = await peer.control('POST', `/people/${psid}/delete-data`)
  expect(again.body).toMatchObject({ callbacks: [{ kind: 'data-deletion', status: 200, code: 'abc123' }] })
})

test('ID matching tells the app-scoped id for a psid and back, only with a proof and to whom it belongs', async () => {
  const psid = await peer.makePerson('Cleo')
  const asid = await appScopedIdOf(psid)
  const { appId, pageId, appSecret } = peer.config
  const forward = await peer.graph('GET', `/${psid}/ids_for_apps?app=${appId}`)
  expect(forward.body).toMatchObject({ data: [{ id: asid, app: { id: appId } }] })
  expect((await peer.graph('GET', `/${psid}/ids_for_apps?app=1`)).body).toEqual({ data: [] })

  const asApp = async (path: string, proved = true): Promise<unknown> => {
    const token = `${appId}|${appSecret}`
    const url = new URL(messenger.graphUrl + path)
    if (proved) url.searchParams.set('appsecret_proof', createHmac('sha256', appSecret).update(token).digest('hex'))
    return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json()
  }
  expect(await asApp(`/${asid}/ids_for_pages?page=${pageId}`)).toMatchObject({ data: [{ id: psid }] })
  expect(await asApp(`/${asid}/ids_for_pages?page=${pageId}`, false)).toMatchObject({ error: { code: 100 } })
  expect(await asApp('/me/messages')).toMatchObject({ error: { code: 100 } })
  expect((await peer.graph('GET', `/${asid}/ids_for_pages`)).body).toHaveProperty('error')
})

test('by switch the platform knows people only until they remove the app, or never', async () => {
  const psid = await peer.makePerson('Dara')
  const matches = async (): Promise<number> =>
    listAt((await peer.graph('GET', `/${psid}/ids_for_apps`)).body, 'data')?.length ?? -1
  expect(await matches()).toBe(1)
  await peer.control('PUT', '/switches', { appScopedIds: 'until-removed' })
  expect(await matches()).toBe(1)
  await peer.control('POST', `/people/${psid}/remove-app`, {})
  expect(await matches()).toBe(0)
  await peer.control('PUT', '/switches', { appScopedIds: 'always' })
  expect(await matches()).toBe(1)
  await peer.control('PUT', '/switches', { appScopedIds: 'never' })
  expect(await matches()).toBe(0)
})

test('a restart forgets neither the app-scoped id nor what was answered', async () => {
  const psid = await peer.makePerson('Edda')
  await peer.control('POST', `/people/${psid}/remove-app`, { deleteData: true })
  const before = (await peer.control('GET', `/threads/${psid}`)).body
  await messenger.close()
  messenger = await startMessenger({ port: 0, dataDir: dir })
  peer = makePeer(dir, messenger)
  expect((await peer.control('GET', `/threads/${psid}`)).body).toEqual(before)
})
