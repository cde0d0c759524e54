import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { PUSH_SECRET } from './outside-client.ts'

/** One delivery as it came. */
export type Delivery = {
  readonly id: string
  readonly body: string
  readonly type: string
  readonly consentId: string
  /** Whether the signature is the one the shared secret gives, by the specification. */
  readonly genuine: boolean
  readonly at: number
}

/** A client's callback address that notes down what the bank sends. */
export type CallbackReceiver = {
  readonly origin: string
  readonly deliveries: Delivery[]
  /** What the next deliveries are answered with; 204 when the list is empty. */
  readonly answers: number[]
  stop(): Promise<void>
}

/** Listens on a free port. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const deliveries: Delivery[] = []
  const answers: number[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const { headers } = request
      const id = String(headers['webhook-id'])
      const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`
      const expected = `v1,${createHmac('sha256', PUSH_SECRET).update(signed).digest('base64')}`
      const notice: unknown = JSON.parse(body)
      deliveries.push({
        id,
        body,
        type: text(notice, 'type'),
        consentId: text(member(notice, 'notificationPayload'), 'id'),
        genuine: headers['webhook-signature'] === expected,
        at: performance.now(),
      })
      response.writeHead(answers.shift() ?? 204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    deliveries,
    answers,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function text(value: unknown, name: string): string {
  return String(member(value, name))
}
