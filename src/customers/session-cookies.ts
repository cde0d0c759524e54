import type { FastifyReply, FastifyRequest } from 'fastify'

/** What a browser session is for; each has a cookie of its own, because cookies of one host reach every port of it. */
export type SessionKind = 'link' | 'sealed' | 'me'

/** How long a session lasts at most: to link a bank, the visit to the bank included; for `me`, it also ends when idle. */
const sessionSeconds: { readonly [Kind in SessionKind]: number } = { link: 3_600, sealed: 600, me: 3_600 }

/**
 * Name and attributes of a session's cookie (Secure and HttpOnly besides). `__Host-` ties it to this host and path `/`; Lax for linking, because the
 * way back from a bank is another site's navigation; Strict for what shows or rules data.
 */
export function sessionCookie(kind: SessionKind): {
  readonly name: string
  readonly sameSite: 'Lax' | 'Strict'
  readonly secondsMax: number
} {
  return {
    name: `__Host-parley-${kind}`,
    sameSite: kind === 'link' ? 'Lax' : 'Strict',
    secondsMax: sessionSeconds[kind],
  }
}

/** The value of a session's cookie, if the browser sent one (RFC 6265); two of one name are none. */
export function readSessionCookie(request: FastifyRequest, kind: SessionKind): string | undefined {
  const { name } = sessionCookie(kind)
  const found = (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=', 2)
    return key.trim() === name ? [value.trim()] : []
  })
  return found.length === 1 ? found[0] : undefined
}

/** Takes a session's cookie away from the browser. */
export function dropSessionCookie(reply: FastifyReply, kind: SessionKind): void {
  const { name, sameSite } = sessionCookie(kind)
  void reply.header('set-cookie', `${name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=${sameSite}`)
}

/** Gives the browser a session's cookie. */
export function setSessionCookie(reply: FastifyReply, kind: SessionKind, value: string): void {
  const { name, sameSite, secondsMax } = sessionCookie(kind)
  void reply.header(
    'set-cookie',
    `${name}=${value}; Path=/; Max-Age=${secondsMax}; Secure; HttpOnly; SameSite=${sameSite}`,
  )
}
