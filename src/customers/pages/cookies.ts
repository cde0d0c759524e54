import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionCookie } from '../sessions.ts'
import type { SessionKind } from '../sessions.ts'

/** The value of a session's cookie, if the browser sent one (RFC 6265); two of one name are none. */
export function readSessionCookie(request: FastifyRequest, kind: SessionKind): string | undefined {
  const { name } = sessionCookie(kind)
  const found = (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=', 2)
    return key.trim() === name ? [value.trim()] : []
  })
  return found.length === 1 ? found[0] : undefined
}

/** Gives the browser a session's cookie. */
export function setSessionCookie(reply: FastifyReply, kind: SessionKind, value: string): void {
  const { name, sameSite, secondsMax } = sessionCookie(kind)
  void reply.header(
    'set-cookie',
    `${name}=${value}; Path=/; Max-Age=${secondsMax}; Secure; HttpOnly; SameSite=${sameSite}`,
  )
}
