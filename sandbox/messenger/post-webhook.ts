import { Agent, request } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'

/** How long the platform waits for the page's webhook. */
export const WEBHOOK_TIMEOUT_MS = 5_000
/** POSTs in flight at the same time. */
export const IN_FLIGHT_MAX = 64
/** Bytes of an answer that are kept for the record; the rest is read and thrown away. */
const ANSWER_KEPT_BYTES = 2_048
const ANSWER_MAX_BYTES = 1024 * 1024

/** What came back. `status` 0 means that no whole answer came; then `error` says why. */
export type WebhookAnswer = { readonly status: number; readonly body: string; readonly error?: string }

/** Sends requests to the page's webhook over kept connections. */
export type WebhookClient = {
  readonly send: (
    method: 'GET' | 'POST',
    url: string,
    body: Buffer,
    headers: Readonly<Record<string, string>>,
  ) => Promise<WebhookAnswer>
  readonly close: () => void
}

/** Makes the client. `send` never rejects. */
export function makeWebhookClient(timeoutMs = WEBHOOK_TIMEOUT_MS): WebhookClient {
  const plain = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT_MAX })
  const tls = new TlsAgent({ keepAlive: true, maxSockets: IN_FLIGHT_MAX })
  return {
    send: (method, url, body, headers) => exchange({ method, url, body, headers, plain, tls, timeoutMs }),
    close: () => {
      plain.destroy()
      tls.destroy()
    },
  }
}

type Exchange = {
  readonly method: string
  readonly url: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly plain: Agent
  readonly tls: TlsAgent
  readonly timeoutMs: number
}

function exchange({ method, url, body, headers, plain, tls, timeoutMs }: Exchange): Promise<WebhookAnswer> {
  return new Promise((resolve) => {
    const secure = url.startsWith('https:')
    const options = { method, headers, agent: secure ? tls : plain }
    const outgoing = secure ? tlsRequest(url, options) : request(url, options)
    const deadline = setTimeout(() => outgoing.destroy(new Error('timeout')), timeoutMs)
    const finish = (answer: WebhookAnswer): void => {
      clearTimeout(deadline)
      resolve(answer)
    }
    outgoing.on('error', (error) => finish({ status: 0, body: '', error: error.message }))
    outgoing.on('response', (incoming) => {
      const kept: Buffer[] = []
      let size = 0
      incoming.on('data', (chunk: Buffer) => {
        if (size < ANSWER_KEPT_BYTES) kept.push(chunk)
        size += chunk.length
        if (size > ANSWER_MAX_BYTES) outgoing.destroy(new Error('answer too large'))
      })
      incoming.on('error', (error) => finish({ status: 0, body: '', error: error.message }))
      incoming.on('end', () => {
        const text = Buffer.concat(kept).toString('utf8', 0, ANSWER_KEPT_BYTES)
        finish({ status: incoming.statusCode ?? 0, body: text })
      })
    })
    outgoing.end(body)
  })
}
