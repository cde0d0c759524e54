// The other end of bench/card-events.ts, as a process of its own: makes signed card events, sends them, says how it went. Reads one JSON
// object from its arguments and writes one to stdout.
import { createHmac, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { spreadOf } from './percentiles.ts'

const taskShape = z.object({
  url: z.string(),
  secret: z.string(),
  accounts: z.array(z.string()).min(1),
  mode: z.enum(['lines', 'closed', 'open']),
  /** Events in all. */
  events: z.number(),
  /** Events of one request: more than one makes it NDJSON. */
  perRequest: z.number(),
  /** Requests under way at once; for the open loop the rate in a second. */
  connections: z.number(),
  rate: z.number(),
})

type Task = z.infer<typeof taskShape>
type Prepared = { readonly body: string; readonly headers: Record<string, string> }
type Sent = { readonly ms: number; readonly verdicts: number }

function prepare(task: Task): readonly Prepared[] {
  const type = task.perRequest === 1 ? 'application/json' : 'application/x-ndjson'
  const key = Buffer.from(task.secret.slice('whsec_'.length), 'base64')
  return Array.from({ length: Math.ceil(task.events / task.perRequest) }, (_, number) => {
    const lines = Array.from({ length: task.perRequest }, (_line, index) =>
      eventOf(task.accounts[(number * task.perRequest + index) % task.accounts.length] ?? ''),
    )
    const body = lines.join('\n')
    const id = `msg_${randomUUID()}`
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    const headers = {
      'content-type': type,
      'content-length': String(Buffer.byteLength(body)),
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    }
    return { body, headers }
  })
}

function eventOf(account: string): string {
  return JSON.stringify({
    v: 1,
    reference: randomUUID(),
    kind: 'authorization',
    account,
    cardLast4: '4821',
    at: new Date().toISOString(),
    amount: '42.10',
    currency: 'USD',
    merchant: {
      id: 'm-100',
      name: 'Corner Coffee',
      category: '5814',
      terminal: 't-1',
      city: 'Oakland',
      region: 'CA',
      country: 'US',
      latitude: 37.8,
      longitude: -122.2,
    },
    presence: 'in-person',
  })
}

function createPost(url: string, connections: number): (prepared: Prepared) => Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return ({ body, headers }) => {
    const began = performance.now()
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ ms: performance.now() - began, verdicts: text.split('"verdict":"').length - 1 })
        })
      })
      sent.once('error', reject)
      sent.end(body)
    })
  }
}

/** So many requests under way, the next as soon as one is answered. */
async function closedLoop(task: Task, prepared: readonly Prepared[]): Promise<readonly Sent[]> {
  const post = createPost(task.url, task.connections)
  const waiting = prepared.values()
  const all: Sent[] = []
  const lanes = Array.from({ length: task.connections }, async () => {
    for (const one of waiting) all.push(await post(one))
  })
  await Promise.all(lanes)
  return all
}

/** Each on its own schedule, whether or not earlier ones were answered; measured from when it was due. */
async function openLoop(task: Task, prepared: readonly Prepared[]): Promise<readonly Sent[]> {
  const post = createPost(task.url, task.connections)
  const began = performance.now() + 50
  const running: Promise<Sent>[] = []
  for (const [index, one] of prepared.entries()) {
    const due = began + (index * 1000) / task.rate
    while (performance.now() < due)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    running.push(post(one).then(({ verdicts }) => ({ verdicts, ms: performance.now() - due })))
  }
  return await Promise.all(running)
}

const task = taskShape.parse(JSON.parse(process.argv[2] ?? '{}'))
const prepared = prepare(task)
const began = performance.now()
const sent = await (task.mode === 'open' ? openLoop(task, prepared) : closedLoop(task, prepared))
const seconds = (performance.now() - began) / 1000
const verdicts = sent.reduce((sum, one) => sum + one.verdicts, 0)
const result = {
  events: task.events,
  verdicts,
  seconds,
  perSecond: Math.round(verdicts / seconds),
  ms: spreadOf(sent.map(({ ms }) => ms)),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
