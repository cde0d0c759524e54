import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Secret } from '../../kernel/index.ts'
import { type HttpServer, type Metrics, sendProblem } from '../../platform/index.ts'
import { channelsCodes } from '../codes.ts'
import { type WebhookContent, parseWebhook } from './parse-webhook.ts'
import { signatureHolds } from './verify-signature.ts'

export const webhookPath = '/channels/messenger/webhook'

/** The messenger sends far less; a body past this is not its. */
const bodyBytesMax = 256 * 1024

export type WebhookDeps = {
  readonly appSecret: Secret<string>
  readonly verifyToken: Secret<string>
  readonly pageId: string
  readonly appId: string
  readonly metrics: Metrics
  /** Stores what came; resolves once it is on disk. */
  readonly takeIn: (content: WebhookContent) => Promise<void>
}

/** Adds the webhook: the handshake by GET, and events by POST, verified on the raw bytes before anything reads them. */
export async function addWebhook(server: HttpServer, deps: WebhookDeps): Promise<void> {
  const events = deps.metrics.counter({
    name: 'parley_webhook_events_total',
    help: 'Events of verified webhooks: messages, echoes, who has a thread, and what means nothing to us.',
    labels: ['channel', 'kind'],
  })
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // Whatever it calls itself, the body stays bytes: the signature is over them.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
      done(null, body),
    )

    scope.get(webhookPath, async (request, reply) => {
      const challenge = challengeOf(request.query, deps.verifyToken)
      if (challenge === undefined) return refuse(reply, 'channels/verification-refused')
      return reply.header('x-content-type-options', 'nosniff').type('text/plain; charset=utf-8').send(challenge)
    })

    scope.post(webhookPath, { bodyLimit: bodyBytesMax }, async (request, reply) => {
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      if (!signatureHolds(deps.appSecret, rawBody, request.headers['x-hub-signature-256'])) {
        return refuse(reply, 'channels/signature-wrong')
      }
      const parsed = parseWebhook(rawBody, deps)
      if (!parsed.ok) return refuse(reply, parsed.code)
      const { people, echoes, threads, ignored } = parsed.value
      if (people.length + echoes.length + threads.length > 0) await deps.takeIn(parsed.value)
      events.add(people.length, { channel: 'messenger', kind: 'message' })
      events.add(echoes.length, { channel: 'messenger', kind: 'echo' })
      events.add(threads.length, { channel: 'messenger', kind: 'thread' })
      events.add(ignored, { channel: 'messenger', kind: 'ignored' })
      return reply.type('text/plain; charset=utf-8').send('EVENT_RECEIVED')
    })
  })
}

function refuse(
  reply: FastifyReply,
  code:
    | 'channels/signature-wrong'
    | 'channels/body-malformed'
    | 'channels/object-unknown'
    | 'channels/verification-refused',
): FastifyReply {
  return sendProblem(reply, { status: channelsCodes[code].status, code })
}

/** Meta's challenges are short numbers; nothing longer or stranger is echoed. */
const challengeShape = /^[\w.~-]{1,200}$/

/** The challenge to give back, if the caller knows our token. */
function challengeOf(query: unknown, verifyToken: Secret<string>): string | undefined {
  if (typeof query !== 'object' || query === null) return undefined
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = { ...emptyQuery, ...query }
  if (mode !== 'subscribe' || typeof token !== 'string' || typeof challenge !== 'string') return undefined
  return sameText(token, verifyToken.reveal()) && challengeShape.test(challenge) ? challenge : undefined
}

const emptyQuery: { readonly [name: string]: unknown } & {
  readonly 'hub.mode'?: unknown
  readonly 'hub.verify_token'?: unknown
  readonly 'hub.challenge'?: unknown
} = {}

/** Compares in constant time, whatever the lengths. */
function sameText(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(digest(given), digest(expected))
}
