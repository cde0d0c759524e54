import { randomInt } from 'node:crypto'
import type { WebhookClient } from './post-webhook.ts'

/**
 * The verification handshake: asks the webhook to repeat a number, as the platform does when an app is set up.
 * Resolves to '' when it did, or else to a sentence that says what came instead.
 */
export async function verifyWebhook(client: WebhookClient, webhookUrl: string, verifyToken: string): Promise<string> {
  const challenge = String(randomInt(1_000_000_000, 2_000_000_000))
  const url = new URL(webhookUrl)
  url.searchParams.set('hub.mode', 'subscribe')
  url.searchParams.set('hub.challenge', challenge)
  url.searchParams.set('hub.verify_token', verifyToken)
  const answer = await client.send('GET', url.href, Buffer.alloc(0), {
    'user-agent': 'facebookplatform/1.0',
    accept: '*/*',
  })
  if (answer.status === 200 && answer.body === challenge) return ''
  if (answer.status === 0) return `The webhook did not answer: ${answer.error ?? 'no answer'}`
  if (answer.status === 200) return 'The webhook answered 200, but not with the bare challenge'
  return `The webhook answered ${answer.status} to the verification`
}
