import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../../../test/setup/eventually.ts'
import { Fault, Secret } from '../../kernel/index.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { systemRandom } from '../random.ts'
import { createServer } from './create-server.ts'
import type { HttpServerOptions } from './create-server.ts'
import type { HttpServer } from './http-server.ts'

let open: HttpServer[] = []
afterEach(async () => {
  await Promise.all(open.map((server) => server.close()))
  open = []
})

async function make(options: Partial<HttpServerOptions> = {}, lines: string[] = []): Promise<HttpServer> {
  const deps = {
    logger: createLogger({ role: 'test', level: 'debug', destination: { write: (line) => lines.push(line) } }),
    metrics: createMetrics({ processMetrics: false }),
    random: systemRandom,
  }
  const server = await createServer(deps, { title: 'test', version: '1', ...options })
  open.push(server)
  const body = z.object({ name: z.string().max(5), count: z.number() })
  server.post('/things/:id', { schema: { params: z.object({ id: z.string() }), body } }, (request) => ({
    said: request.body.name,
  }))
  server.get('/broken', () => {
    throw new TypeError('4111111111111111 of Anna is broken')
  })
  server.get('/down', () => {
    throw new Fault('bank/unreachable', { retry: 'later' })
  })
  return server
}

const json = { 'content-type': 'application/json' }

test('an invalid request is told where and which rule, and nothing it sent is repeated', async () => {
  const server = await make()
  const payload = JSON.stringify({ name: 'CANARY-VALUE', count: 'CANARY', 'CANARY KEY': 1 })
  const answer = await server.inject({ method: 'POST', url: '/things/1', headers: json, payload })
  expect(answer.statusCode).toBe(400)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.json()).toEqual({
    type: 'https://parley.example/problems/http/invalid-request',
    title: 'Bad Request',
    status: 400,
    code: 'http/invalid-request',
    instance: `urn:uuid:${String(answer.headers['x-request-id'])}`,
    invalid: [
      { at: 'body/name', rule: 'too_big' },
      { at: 'body/count', rule: 'invalid_type' },
    ],
  })
  expect(answer.body).not.toContain('CANARY')
})

test.each([
  ['no such path', { method: 'GET' as const, url: '/CANARY?x=CANARY' }, 404, 'http/not-found'],
  ['another method of a path', { method: 'DELETE' as const, url: '/things/CANARY' }, 405, 'http/method-not-allowed'],
  [
    'broken JSON',
    { method: 'POST' as const, url: '/things/1', headers: json, payload: '{"CANARY' },
    400,
    'http/invalid-request',
  ],
  [
    'another type',
    { method: 'POST' as const, url: '/things/1', headers: { 'content-type': 'text/CANARY' }, payload: 'x' },
    415,
    'http/media-type-unsupported',
  ],
  [
    'a large body',
    { method: 'POST' as const, url: '/things/1', headers: json, payload: `"${'C'.repeat(300_000)}"` },
    413,
    'http/body-too-large',
  ],
  ['a broken address', { method: 'GET' as const, url: '/things/%CANARY' }, 400, 'http/invalid-request'],
  ['a fault for later', { method: 'GET' as const, url: '/down' }, 503, 'bank/unreachable'],
  ['a bug', { method: 'GET' as const, url: '/broken' }, 500, 'http/unexpected'],
])('%s is answered with a problem document', async (_, request, status, code) => {
  const lines: string[] = []
  const server = await make({}, lines)
  const answer = await server.inject(request)
  expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.body + lines.join('')).not.toMatch(/CANARY|Anna|4111/)
})

test('a method that a path lacks is told the ones it has', async () => {
  const server = await make()
  const answer = await server.inject({ method: 'PUT', url: '/things/7' })
  expect(answer.headers['allow']).toBe('POST')
})

test('a named limit counts an address over all routes that share it, and says when to come back', async () => {
  const server = await make({ limits: { few: { max: 3, windowMs: 60_000 } } })
  server.get('/a', { config: { limit: 'few' } }, () => 'a')
  server.get('/b', { config: { limit: 'few' } }, () => 'b')
  server.get('/free', () => 'free')
  const statuses: number[] = []
  for (const url of ['/a', '/b', '/a', '/b', '/free']) statuses.push((await server.inject(url)).statusCode)
  expect(statuses).toEqual([200, 200, 200, 429, 200])
  const refused = await server.inject('/a')
  expect(refused.json().code).toBe('http/too-many-requests')
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect((await server.inject({ url: '/a', remoteAddress: '10.0.0.9' })).statusCode).toBe(200)
})

test('a client cannot pass for another address, unless a proxy of ours says so', async () => {
  const ipOf = async (proxiesInFront: number): Promise<string> => {
    const server = await make({ proxiesInFront })
    server.get('/ip', (request) => request.ip)
    const headers = { 'x-forwarded-for': '1.1.1.1, 2.2.2.2' }
    return (await server.inject({ url: '/ip', headers, remoteAddress: '10.0.0.1' })).body
  }
  expect(await ipOf(0)).toBe('10.0.0.1')
  expect(await ipOf(1)).toBe('2.2.2.2')
})

test('readiness says which check fails, and liveness stays', async () => {
  const checks = [
    { name: 'database', check: async () => true },
    { name: 'keystore', check: () => Promise.reject(new Error('gone')) },
  ]
  const server = await make({ checks })
  const answer = await server.inject('/readyz')
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    { status: 'not-ready', checks: { database: 'ok', keystore: 'failed' } },
  ])
  expect((await server.inject('/livez')).statusCode).toBe(200)
})

test('metrics name routes as they were written, never paths, and can ask for a token', async () => {
  const server = await make({ metricsToken: new Secret('demo-token') })
  await server.inject({ method: 'POST', url: '/things/CANARY', headers: json, payload: '{"name":"a","count":1}' })
  expect((await server.inject('/metrics')).statusCode).toBe(401)
  const answer = await server.inject({ url: '/metrics', headers: { authorization: 'Bearer demo-token' } })
  expect(answer.body).toContain('route="/things/:id",status="200"')
  expect(answer.body).not.toContain('CANARY')
})

test('the machine-readable description is OpenAPI 3.1 made from the same schemas', async () => {
  const server = await make()
  const answer = await server.inject('/openapi.json')
  expect(answer.json().openapi).toBe('3.1.0')
  expect(
    answer.json().paths['/things/{id}'].post.requestBody.content['application/json'].schema.properties.name,
  ).toEqual({
    type: 'string',
    maxLength: 5,
  })
})

test('a client that sends its headers drop by drop is cut off', async () => {
  const server = await make()
  server.server.headersTimeout = 300
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = z.object({ port: z.number() }).parse(server.server.address())
  const socket = connect(port, '127.0.0.1')
  let closed = false
  socket.on('close', () => {
    closed = true
  })
  // A reset is one way of being cut off.
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n')
  const drops = setInterval(() => socket.write('a: b\r\n'), 50)
  await eventually('the server hangs up', () => closed)
  clearInterval(drops)
})

test('bytes that are no request get a problem document and a closed connection', async () => {
  const server = await make()
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = z.object({ port: z.number() }).parse(server.server.address())
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let ended = false
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  socket.on('end', () => {
    ended = true
  })
  socket.write('CANARY\r\n\r\n')
  await eventually('the server hangs up', () => ended)
  expect(text).toMatch(/^HTTP\/1.1 400 Bad Request\r\ncontent-type: application\/problem\+json/)
  expect(text).not.toContain('CANARY')
})

test('closing lets a request under way end', async () => {
  const server = await make()
  let finish = (): void => undefined
  const held = new Promise<void>((resolve) => {
    finish = resolve
  })
  let begun = false
  server.get('/slow', async () => {
    begun = true
    await held
    return 'done'
  })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  const answer = fetch(`${address}/slow`)
  await eventually('the request is there', () => begun)
  const closing = server.close()
  finish()
  expect(await (await answer).text()).toBe('done')
  await closing
})
