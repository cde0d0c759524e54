import { createHttpClient } from '../platform/index.ts'
import type { Clock, HttpAnswer, HttpClient, Logger, Metrics } from '../platform/index.ts'
import { Fault } from '../kernel/index.ts'
import type { PushKey } from './push-key.ts'
import { readEndpoint } from './read-endpoint.ts'
import { signVapid } from './sign-vapid.ts'

/** What is asked of a push service. There is no text: the push says that there is something, and nothing of what. */
export type Push = {
  readonly endpoint: string
  /** Of the same matter: a later push takes the place of one that waits (RFC 8030 section 5.4). 32 characters of base64url at most. */
  readonly topic: string
  /** How long the service keeps it for a browser that is off. */
  readonly lifeSeconds: number
}

/**
 * `taken`: the service has it. `gone`: the browser wants no more, or never did. `refused`: the service takes nothing of ours for it, and
 * asking again would change nothing. `later`: it may work another time, and how long the service asks us to wait, if it said so.
 */
export type PushOutcome =
  { readonly kind: 'taken' | 'gone' | 'refused' } | { readonly kind: 'later'; readonly waitMs: number | undefined }

export type PushSender = {
  readonly send: (push: Push) => Promise<PushOutcome>
  readonly close: () => void
}

const deadlineMs = 5_000
/** Nothing of an answer's body is used; a page of an error may be this long. */
const answerBytesMax = 16 * 1024
/** Origins with connections of their own. Edge has some dozens; past that the oldest is closed. */
const clientsMax = 48
const connectionsMax = 8

/** Sends empty pushes, to browsers' push services alone; a redirect is an answer like any other and never followed. */
export function createPushSender(
  deps: { readonly clock: Clock; readonly logger: Logger; readonly metrics: Metrics },
  about: { readonly key: PushKey; readonly subject: string; readonly practice?: string | undefined },
): PushSender {
  const clients = new Map<string, HttpClient>()
  return {
    async send({ endpoint, topic, lifeSeconds }) {
      // It was checked before it was kept; what is read back is checked again, so that no row leads a request elsewhere.
      if (readEndpoint(endpoint, about.practice) === undefined) return { kind: 'refused' }
      const now = deps.clock.now()
      const authorization = await signVapid(about.key, { endpoint, subject: about.subject, now })
      const headers = { authorization, ttl: String(Math.max(0, Math.floor(lifeSeconds))), urgency: 'high', topic }
      try {
        const answer = await clientFor(endpoint).send({ method: 'POST', url: endpoint, headers, body: '' })
        if (outcomeOf(answer, now).kind === 'refused') deps.logger.warn('push.refused', { status: answer.status })
        return outcomeOf(answer, now)
      } catch (thrown) {
        if (!(thrown instanceof Fault) || !thrown.code.startsWith('platform/http-')) throw thrown
        return { kind: 'later', waitMs: undefined }
      }
    },
    close: () => clients.forEach((client) => client.close()),
  }

  function clientFor(endpoint: string): HttpClient {
    const { origin } = new URL(endpoint)
    const known = clients.get(origin)
    if (known !== undefined) return known
    const [oldest] = clients
    if (oldest !== undefined && clients.size >= clientsMax) {
      oldest[1].close()
      clients.delete(oldest[0])
    }
    const made = createHttpClient(deps, {
      name: 'push',
      deadlineMs,
      maxBodyBytes: answerBytesMax,
      allowedOrigins: [origin],
      connectionsMax,
    })
    clients.set(origin, made)
    return made
  }
}

function outcomeOf({ status, headers }: HttpAnswer, now: number): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'taken' }
  if (status === 404 || status === 410) return { kind: 'gone' }
  const isLater = status === 408 || status === 429 || status >= 500
  return isLater ? { kind: 'later', waitMs: readRetryAfter(headers.get('retry-after'), now) } : { kind: 'refused' }
}

/** `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date. Milliseconds from now. */
function readRetryAfter(text: string | null, now: number): number | undefined {
  if (text === null) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
