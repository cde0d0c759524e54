import type { FastifyReply } from 'fastify'
import type { HttpServer } from '../platform/index.ts'
import { forStaff } from '../staff-pages/index.ts'
import type { StaffCall } from '../staff-pages/index.ts'
import { agentOfSession } from './agent-name.ts'
import { limited } from './desk-route.ts'
import type { DeskTools } from './desk-route.ts'
import type { LiveEvent } from './live-desk.ts'
import { pageRows } from './page-store.ts'
import { placeOf } from './place-of.ts'
import { rowOf } from './place-row.ts'
import { lineOf, stateOf } from './show-talk.ts'
import { readHeld } from './take-handover.ts'
import { writeBounded } from './write-bounded.ts'

/** After a stream broke, a browser asks again this much later. */
const retryMs = 3_000

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no',
  'content-security-policy': `default-src 'none'`,
  'cross-origin-resource-policy': 'same-origin',
} as const

/** What changes, as it changes: a stream, and the same to ask for where streams do not come through. */
export function addLivePages(scope: HttpServer, tools: DeskTools): void {
  const { desk, timeZone, clock } = tools.deps
  const written: Written = new WeakMap()

  scope.get(
    '/desk/live',
    limited,
    forStaff(tools, 'serve-customers', async (call) => stream(tools, call, written)),
  )

  scope.get(
    '/desk/list.json',
    limited,
    forStaff(tools, 'serve-customers', async ({ session, request, reply }) => {
      const words = tools.words(request)
      const places = await pageRows.inbox(desk.database, session.hash)
      const rows = places.map((place) => rowOf(words, timeZone, place, clock.now()))
      return sendJson(reply, { rows })
    }),
  )

  scope.get(
    '/desk/:id/thread.json',
    limited,
    forStaff(tools, 'serve-customers', async ({ session, request, reply }) => {
      const handover = placeOf(request)
      const open = handover && (await readHeld(desk, { agent: agentOfSession(session.hash), handover }))
      if (open === undefined) return sendJson(reply.code(409), {})
      const leaves = await pageRows.leaves(desk.database, session.hash, open.handover)
      const words = tools.words(request)
      return sendJson(reply, {
        lines: open.thread.map((line) => lineOf({ words, timeZone }, line)),
        see: stateOf(leaves),
        leaseUntil: open.leaseUntil,
        again: [words.say('live.changed'), words.say('live.again')],
      })
    }),
  )
}

function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(value))
}

/** How an event reads in each language: what is told to two hundred pages is put in words once for each language, not for each page. */
type Written = WeakMap<LiveEvent, Map<string, string>>

function stream(tools: DeskTools, { session, request, reply }: StaffCall, written: Written): FastifyReply {
  const { live, timeZone, clock } = tools.deps
  const words = tools.words(request)
  const { raw } = reply
  const write = (text: string): void => void raw.write(text)
  const stop = live.watch(session.hash, {
    close: () => raw.end(),
    send: (events) => writeBounded(raw, events.map(sameText).join('')),
  })
  if (stop === undefined) return reply.code(503).header('retry-after', '10').send('')
  reply.hijack()
  raw.writeHead(200, headers)
  // A stream is silent for long; nothing but its own end ends it.
  request.socket.setTimeout(0)
  write(`retry: ${retryMs}\n\n`)
  raw.once('close', stop)
  return reply

  function sameText(event: LiveEvent): string {
    const texts = written.get(event) ?? new Map<string, string>()
    const text = texts.get(words.language) ?? textOf(event)
    written.set(event, texts.set(words.language, text))
    return text
  }

  function textOf(event: LiveEvent): string {
    if (event.kind === 'alive') return `event: alive\ndata: ${clock.now()}\n\n`
    if (event.kind === 'refresh') return 'event: refresh\ndata: all\n\n'
    const { change } = event
    if (change.state === 'taken' || change.state === 'over') {
      return `event: gone\ndata: ${JSON.stringify({ id: change.handover })}\n\n`
    }
    // Whether it fits this agent, and whether the bot broke there, the list says when it is next asked for.
    const facts = { ...change, isMine: change.state === 'mine', fits: true, botFailed: false }
    return `event: place\ndata: ${JSON.stringify(rowOf(words, timeZone, facts, clock.now()))}\n\n`
  }
}
