import type { FastifyReply, FastifyRequest } from 'fastify'

// Lax, since the way back from the provider begins at another site; it opens nothing by itself.
const name = '__Host-parley-entry'
const seconds = 600

function give(reply: FastifyReply, value: string): void {
  void reply.header('set-cookie', `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`)
}

function take(reply: FastifyReply): void {
  void reply.header('set-cookie', `${name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax`)
}

// Two cookies of one name are none: somebody may have planted the other.
function read(request: FastifyRequest): string | undefined {
  const found = (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=', 2)
    return key.trim() === name ? [value.trim()] : []
  })
  const [value] = found
  return found.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
}

/** The cookie of a sign-in that was begun at the provider: {@link give}, {@link read}, {@link take}. */
export const entryCookie = { give, read, take } as const
