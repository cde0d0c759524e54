import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createMetrics } from '../metrics.ts'
import { createHttpClient } from './http-client.ts'
import type { HttpClient, HttpClientOptions } from './http-client.ts'

let endings: (() => void)[] = []
afterEach(() => {
  endings.forEach((end) => end())
  endings = []
})

async function originOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  endings.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  )
  return originOf(server)
}

async function serveRaw(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer(onSocket)
  endings.push(() => void server.close())
  return originOf(server)
}

function client(origin: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient(
    { metrics: createMetrics({ processMetrics: false }) },
    { deadlineMs: 45_000, maxBodyBytes: 1_000, allowedOrigins: [origin], ...options },
  )
  endings.push(() => made.close())
  return made
}

const get = (url: string) => ({ method: 'GET', url }) as const

test('a connection that is reused keeps no listener of earlier calls', async () => {
  const origin = await serve((_request, response) => response.end('yes'))
  const caller = client(origin, { connectionsMax: 1 })
  const warnings: string[] = []
  const hear = (warning: Error): void => void warnings.push(warning.name)
  process.on('warning', hear)
  for (let call = 0; call < 15; call += 1) await caller.send(get(origin))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', hear)
  expect(warnings).toEqual([])
})

test('calls reuse their connection, and bodies go both ways', async () => {
  const ports = new Set<number | undefined>()
  const origin = await serve((request, response) => {
    ports.add(request.socket.remotePort)
    request.pipe(response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'] }))
  })
  const caller = client(origin)
  for (const body of ['eins', 'zwei']) {
    const answer = await caller.send({ method: 'POST', url: `${origin}/x`, body })
    expect([answer.status, answer.body.toString()]).toEqual([201, body])
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  }
  expect(ports.size).toBe(1)
})

test('another origin is never called, and a redirect to one is only an answer', async () => {
  let called = false
  const elsewhere = await serve((_request, response) => {
    called = true
    response.end()
  })
  const origin = await serve((_request, response) => response.writeHead(302, { location: elsewhere }).end())
  const caller = client(origin)
  expect((await caller.send(get(origin))).status).toBe(302)
  expect((await caller.fetch(origin)).status).toBe(302)
  await expect(caller.send(get(elsewhere))).rejects.toMatchObject({
    code: 'platform/http-origin-not-allowed',
    retry: 'never',
  })
  await expect(caller.send(get('not a url'))).rejects.toMatchObject({ code: 'platform/http-origin-not-allowed' })
  expect(called).toBe(false)
})

test('nobody listening: the request surely did not arrive', async () => {
  await expect(client('http://127.0.0.1:1').send(get('http://127.0.0.1:1/'))).rejects.toMatchObject({
    code: 'platform/http-unreachable',
    retry: 'later',
  })
})

test('a silent server costs the deadline and no more', async () => {
  const origin = await serve(() => undefined)
  await expect(client(origin, { deadlineMs: 150 }).send(get(origin))).rejects.toMatchObject({
    code: 'platform/http-timeout',
  })
})

test('so does one that answers drop by drop', async () => {
  const origin = await serve((_request, response) => {
    const drops = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(drops))
  })
  await expect(client(origin, { deadlineMs: 200 }).send(get(origin))).rejects.toMatchObject({
    code: 'platform/http-timeout',
  })
})

test.each([
  ['before answering', ''],
  ['in the headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ['in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
  ['with garbage', 'GARBAGE GARBAGE\r\n\r\n'],
])('a server that takes the request and hangs up %s: it may have arrived', async (_, text) => {
  const origin = await serveRaw((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(text))
  })
  await expect(client(origin).send({ method: 'POST', url: origin, body: 'x' })).rejects.toMatchObject({
    code: 'platform/http-cut',
    retry: 'later',
  })
})

test('a body past the limit is not read to its end', async () => {
  let sent = 0
  const origin = await serve((_request, response) => {
    const more = (): void => {
      while (sent < 50_000_000 && response.write(Buffer.alloc(10_000))) sent += 10_000
    }
    response.on('drain', more)
    more()
  })
  await expect(client(origin).send(get(origin))).rejects.toMatchObject({ code: 'platform/http-too-large' })
  expect(sent).toBeLessThan(50_000_000)
})

test('an aborted call ends at once', async () => {
  const origin = await serve(() => undefined)
  const caller = client(origin)
  await expect(caller.send({ ...get(origin), signal: AbortSignal.abort() })).rejects.toMatchObject({ retry: 'later' })
})

test('as a fetch it takes and gives the usual objects', async () => {
  const origin = await serve((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ method: request.method }))
  })
  const answer = await client(origin).fetch(new URL('/token', origin), {
    method: 'POST',
    body: new URLSearchParams({ a: 'b' }),
  })
  expect([answer.ok, answer.url, await answer.json()]).toEqual([true, `${origin}/token`, { method: 'POST' }])
})
