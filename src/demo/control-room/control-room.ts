import formbody from '@fastify/formbody'
import { z } from 'zod'
import type { HttpServer } from '../../platform/index.ts'
import { type BankControl, type CardUseSeen, bankMoods, frauds, happenings, swipes } from './bank-control.ts'
import type { ControlRoomConfig } from './control-room-config.ts'
import { pageText, styleText } from './page.ts'

/** What the control room's pages need. */
export type ControlRoomDeps = { readonly config: ControlRoomConfig; readonly bank: BankControl }

const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** Adds the control room's one page and its buttons. */
export async function addControlRoom(server: HttpServer, deps: ControlRoomDeps): Promise<void> {
  await server.register(formbody)
  server.get('/', async (_request, reply) => {
    // A bank that is switched off does not answer for its switches either; the page shows that instead of failing.
    const [mood, uses] = await Promise.all([
      deps.bank.mood().catch((): 'unknown' => 'unknown'),
      deps.bank.cardUses().catch((): readonly CardUseSeen[] => []),
    ])
    return reply
      .headers(headers)
      .type('text/html; charset=utf-8')
      .send(pageText({ config: deps.config, people: deps.bank.people(), mood, uses }))
  })
  server.get('/style.css', (_request, reply) => reply.headers(headers).type('text/css; charset=utf-8').send(styleText))
  server.post('/bank/mood', { schema: { body: z.object({ mood: z.enum(bankMoods) }) } }, async (request, reply) => {
    if (!isOwnForm(request.headers)) return reply.code(403).send()
    await deps.bank.setMood(request.body.mood)
    return reply.redirect('/', 303)
  })
  const happening = z.object({ login: z.string().max(64), what: z.enum(happenings) })
  server.post('/bank/happen', { schema: { body: happening } }, async (request, reply) => {
    if (!isOwnForm(request.headers)) return reply.code(403).send()
    await deps.bank.happen(request.body.login, request.body.what)
    return reply.redirect('/', 303)
  })
  const swiping = z.object({ login: z.string().max(64), what: z.enum(swipes) })
  server.post('/bank/swipe', { schema: { body: swiping } }, async (request, reply) => {
    if (!isOwnForm(request.headers)) return reply.code(403).send()
    await deps.bank.swipe(request.body.login, request.body.what)
    return reply.redirect('/#cards', 303)
  })
  const stealing = z.object({ login: z.string().max(64), what: z.enum(frauds) })
  server.post('/bank/fraud', { schema: { body: stealing } }, async (request, reply) => {
    if (!isOwnForm(request.headers)) return reply.code(403).send()
    await deps.bank.commitFraud(request.body.login, request.body.what)
    return reply.redirect('/#cards', 303)
  })
  server.post('/bank/expire-tokens', async (request, reply) => {
    if (!isOwnForm(request.headers)) return reply.code(403).send()
    await deps.bank.expireTokens()
    return reply.redirect('/', 303)
  })
}

// Other pages in the same browser may not press these buttons.
function isOwnForm(sent: { readonly [name: string]: string | readonly string[] | undefined }): boolean {
  return sent['sec-fetch-site'] === undefined || sent['sec-fetch-site'] === 'same-origin'
}
