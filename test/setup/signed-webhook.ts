import { createHmac, randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'

/** Who speaks to the gateway's webhook, and with which secret. */
export type WebhookSender = {
  /** One message of a person, signed and posted on a connection that stays open; gives the status of the answer. */
  post(psid: string, text: string, mid?: string): Promise<number>
  close(): void
}

/** Connections at once: more than an open loop of some hundreds a second ever needs. */
const socketsMax = 256
const deadlineMs = 20_000

/** A messenger's side of the webhook at this address, without a messenger behind it. */
export function createWebhookSender(options: {
  readonly url: string
  readonly appSecret: string
  readonly pageId: string
}): WebhookSender {
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax })
  return {
    post(psid, text, mid = newMid()) {
      const body = Buffer.from(JSON.stringify(messageEvent({ ...options, psid, text, mid })))
      const signature = createHmac('sha256', options.appSecret).update(body).digest('hex')
      return new Promise((resolve, reject) => {
        const outgoing = request(
          options.url,
          {
            method: 'POST',
            agent,
            timeout: deadlineMs,
            headers: {
              'content-type': 'application/json',
              'content-length': body.length,
              'x-hub-signature-256': `sha256=${signature}`,
            },
          },
          (response) => {
            response.resume()
            response.once('end', () => resolve(response.statusCode ?? 0))
            response.once('error', reject)
          },
        )
        outgoing.once('timeout', () => outgoing.destroy(new Error('the webhook did not answer')))
        outgoing.once('error', reject)
        outgoing.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}

/** A message id like the messenger's: unpredictable, never twice. */
export function newMid(): string {
  return `m_${randomBytes(40).toString('base64url')}`
}

function messageEvent(event: {
  readonly pageId: string
  readonly psid: string
  readonly text: string
  readonly mid: string
}): unknown {
  const { pageId, psid, text, mid } = event
  const time = Date.now()
  const message = { sender: { id: psid }, recipient: { id: pageId }, timestamp: time, message: { mid, text } }
  return { object: 'page', entry: [{ id: pageId, time, messaging: [message] }] }
}
