import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Secret } from '../kernel/index.ts'
import { sendProblem } from '../platform/index.ts'
import type { Database, HttpServer } from '../platform/index.ts'
import { staffEvents } from '../staff/index.ts'

const query = z.object({ after: z.string().refine(staffEvents.isPlace).optional() })

/**
 * What the staff did, for a SIEM to fetch: OCSF 1.3.0, a JSON object a line, oldest first, a thousand at most; `after` is the `metadata.uid`
 * of the last one that it has. Needs the token of the configuration.
 */
export function addEventRoute(
  server: HttpServer,
  { database, token }: { readonly database: Database; readonly token: Secret<string> },
): void {
  server.get('/staff/events', { schema: { hide: true }, config: { limit: 'staff-page' } }, async (request, reply) => {
    if (!isBearer(request, token)) return sendProblem(reply, { status: 401, code: 'staff/token-needed' })
    const wish = query.safeParse(request.query)
    if (!wish.success) return sendProblem(reply, { status: 400, code: 'staff/place-malformed' })
    const events = await staffEvents.list(database, wish.data.after)
    return reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('cache-control', 'no-store')
      .serializer((payload: unknown) => String(payload))
      .send(events.map((event) => `${JSON.stringify(staffEvents.toOcsf(event))}\n`).join(''))
  })
}

function isBearer(request: FastifyRequest, token: Secret<string>): boolean {
  const given = request.headers.authorization ?? ''
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(digest(given), digest(`Bearer ${token.reveal()}`))
}
