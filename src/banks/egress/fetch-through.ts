import type { CustomFetch } from 'openid-client'
import { Fault } from '../../kernel/index.ts'
import type { Egress, EgressTrouble } from './create-egress.ts'

/** Statuses whose Response must have no body (Fetch standard, "null body status"). */
const bodiless = new Set([204, 205, 304])

/** Why a library's request did not get an answer; found again by {@link egressTroubleOf} below its own errors. */
class EgressFault extends Fault {
  readonly trouble: EgressTrouble

  constructor(trouble: EgressTrouble) {
    const forbidden = trouble === 'forbidden'
    super(forbidden ? 'banks/egress-forbidden' : 'banks/egress-failed', { retry: forbidden ? 'never' : 'later' })
    this.trouble = trouble
  }
}

/** The egress in the shape that openid-client wants: requests of one institution, each with the same deadline. */
export function fetchThrough(egress: Egress, origins: readonly string[], timeoutMs: number): CustomFetch {
  return async (url, options) => {
    const method = options.method
    if (method !== 'GET' && method !== 'POST') throw new EgressFault('forbidden')
    const body = options.body
    const answer = await egress.send({
      method,
      url: new URL(url),
      headers: options.headers,
      ...(body === undefined || body === null ? {} : { body: textOf(body) }),
      timeoutMs,
      origins,
    })
    if (!answer.ok) throw new EgressFault(answer.trouble)
    const headers = new Headers()
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one)
    }
    return new Response(bodiless.has(answer.status) ? null : answer.body, { status: answer.status, headers })
  }
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new EgressFault('forbidden') // OAuth requests are forms; nothing else leaves this way
}

/** The trouble of a request that failed somewhere below a library's error, or undefined if that was not why. */
export function egressTroubleOf(error: unknown): EgressTrouble | undefined {
  let cause: unknown = error
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1) {
    if (cause instanceof EgressFault) return cause.trouble
    cause = cause.cause
  }
  return undefined
}
