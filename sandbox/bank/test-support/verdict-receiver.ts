import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { PUSH_SECRET } from './outside-client.ts'
import { record } from './practice-bank.ts'

/** One card event as it came. */
export type CardEvent = {
  readonly id: string
  readonly event: Readonly<Record<string, unknown>>
  readonly body: string
  /** Whether the signature is the one the shared secret gives, by the specification. */
  readonly genuine: boolean
}

/** Somebody who decides on card events, and notes them down. */
export type VerdictReceiver = {
  readonly url: string
  readonly events: CardEvent[]
  /** What the next events are answered with: a verdict, a status, or `silence`; `observe` when the list is empty. */
  readonly answers: (string | number)[]
  stop(): Promise<void>
}

/** Listens on a free port. */
export async function startVerdictReceiver(): Promise<VerdictReceiver> {
  const events: CardEvent[] = []
  const answers: (string | number)[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const { headers } = request
      const id = String(headers['webhook-id'])
      const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`
      const expected = `v1,${createHmac('sha256', PUSH_SECRET).update(signed).digest('base64')}`
      const event = record(JSON.parse(body))
      events.push({ id, event, body, genuine: headers['webhook-signature'] === expected })
      const answer = answers.shift() ?? 'observe'
      if (answer === 'silence') return void request.socket.destroy()
      response.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ reference: event['reference'], verdict: answer }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/banks/first-valley/card-authorizations`,
    events,
    answers,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
