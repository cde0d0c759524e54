import formbody from '@fastify/formbody'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ZodError } from 'zod'
import { assets } from '../../pages/index.ts'
import { type HttpServer, pageHeaders, systemRandom } from '../../platform/index.ts'
import { acts } from './acts.ts'
import { allLiveParts } from './live-parts.ts'
import type { Outcome } from './outcomes.ts'
import type { RoomDeps } from './room-deps.ts'
import { roomPage } from './room-page.ts'
import type { RoomView } from './room-view.ts'
import { stepsDone } from './tour-steps.ts'

/** Adds the control room's one page, what it looks like from second to second, and its buttons. */
export async function addControlRoom(server: HttpServer, deps: RoomDeps): Promise<void> {
  await server.register(formbody)
  assets.add(server, deps.assets)
  server.get('/', async (_request, reply) => showPage(deps, reply))
  server.get('/live', async (_request, reply) =>
    reply
      .headers(pageHeaders(systemRandom).headers)
      .type('text/html; charset=utf-8')
      .send(`<!doctype html><title>Now</title>${allLiveParts(await viewOf(deps)).toString()}`),
  )
  // Nothing here can see into the privacy centre; that somebody went there is noticed on the way.
  server.get('/go/looks', async (_request, reply) => {
    deps.memory.keep({ lookedAt: deps.clock.now() })
    return reply.header('cache-control', 'no-store').redirect(`${deps.config.gateway}/me/looks`, 302)
  })
  server.post<{ Params: { act: string } }>('/do/:act', async (request, reply) => {
    const act = acts[request.params.act]
    if (act === undefined) return reply.code(404).send()
    if (!isOwnForm(request)) return reply.code(403).send()
    await deps.outcomes.run(act.section, (progress) => act.run(deps, request.body ?? {}, progress))
    // Whoever looks next sees what became of it.
    await deps.lookAround({ anew: true })
    // The page's script stays where it is and looks by itself; without it the page loads anew.
    return request.headers['x-without-leaving'] === undefined
      ? reply.redirect(`/#${act.section}`, 303)
      : reply.code(204).send()
  })
}

/** What is said of a press that broke: what is wrong with the form, or who does not answer. */
export function sayFault(thrown: unknown): Outcome {
  if (thrown instanceof ZodError) {
    const field = thrown.issues[0]?.path[0]
    return { tone: 'bad', title: `${sayField(String(field ?? ''))} Nothing was done.` }
  }
  return {
    tone: 'bad',
    title: 'The other side did not answer in time. If you broke the bank, mend it; else look into the demo’s logs.',
  }
}

function sayField(field: string): string {
  if (field === 'amount') return 'The amount is a number like 4.85.'
  return field === 'entry' ? 'The entry is a whole number from 0 on.' : 'This form was not filled in.'
}

async function viewOf(deps: RoomDeps): Promise<RoomView> {
  const seen = await deps.lookAround()
  const done = stepsDone(deps.memory.get(), seen)
  // What was seen once stays: the account of it may be gone tomorrow.
  if (done.length > deps.memory.get().done.length) deps.memory.keep({ done: [...done] })
  return { deps, seen, done }
}

async function showPage(deps: RoomDeps, reply: FastifyReply): Promise<FastifyReply> {
  const [view, hasDesk] = await Promise.all([viewOf(deps), knowsDesk(deps)])
  const { nonce, headers } = pageHeaders(systemRandom)
  return reply
    .headers(headers)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>${roomPage(view, { nonce, hasDesk }).toString()}`)
}

async function knowsDesk({ http, config }: RoomDeps): Promise<boolean> {
  try {
    return (await http.send({ method: 'GET', url: `${config.gateway}/desk` })).status !== 404
  } catch {
    return false // the gateway does not answer, which the page says by itself
  }
}

// Other pages in the same browser may not press these buttons.
function isOwnForm({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === undefined || headers['sec-fetch-site'] === 'same-origin'
}
