import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { removeApp, type CallbackDeps, type CallbackResult } from './app-callbacks.ts'
import { answerJson, readBody } from './http-exchange.ts'
import { parseJson } from './json-value.ts'
import { block, createPerson, linkAccount, react, refer, say, tap, type ActOutcome } from './person-acts.ts'
import type { Receipts } from './receipts.ts'
import type { LiveEvent } from './shown-message.ts'
import type { Thread } from './state.ts'
import { getStartedPayload, iceBreakersFor, menuFor, viewMessages, viewThread } from './thread-view.ts'

type Deps = CallbackDeps & { readonly receipts: Receipts }

const index = z.number().int().min(0).max(100)
const actShape = z.discriminatedUnion('act', [
  z.object({ act: z.literal('say'), text: z.string(), replyTo: z.string().optional() }),
  z.object({ act: z.literal('quick-reply'), mid: z.string(), index }),
  z.object({ act: z.literal('button'), mid: z.string(), card: index.optional(), index }),
  z.object({ act: z.literal('get-started') }),
  z.object({ act: z.literal('ice-breaker'), index }),
  z.object({ act: z.literal('menu'), index }),
  z.object({ act: z.literal('read') }),
  z.object({ act: z.literal('react'), mid: z.string(), emoji: z.string().min(1).max(16), on: z.boolean() }),
  z.object({ act: z.literal('refer'), ref: z.string().min(1).max(2_000) }),
  z.object({ act: z.literal('block'), blocked: z.boolean() }),
  z.object({ act: z.literal('remove-app'), deleteData: z.boolean() }),
])

/** How often an idle stream says that it is alive (milliseconds). */
const HEARTBEAT_MS = 15_000

/** Serves what the chat page asks under /api. The page is open to whoever sits at this machine: it needs no secret. */
export async function servePageApi(
  deps: Deps,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  path: string,
): Promise<void> {
  const { state } = deps.store
  const [, , , psid, action] = path.split('/')
  if (psid === undefined) return servePeople(deps, incoming, outgoing)
  const thread = state.threads.get(psid)
  if (!thread) return answerJson(outgoing, 404, { reason: 'There is no such person' })
  if (action === 'stream') return stream(deps, incoming, outgoing, thread)
  if (action !== 'act' || incoming.method !== 'POST')
    return answerJson(outgoing, 404, { reason: 'There is no such thing' })
  const act = actShape.safeParse(await readJson(incoming))
  if (!act.success) return answerJson(outgoing, 400, { reason: 'This act is not understood' })
  const done = await perform(deps, thread, act.data)
  await deps.store.flushed()
  if (done.ok) answerJson(outgoing, 200, { mid: done.value })
  else answerJson(outgoing, 409, { reason: done.reason })
}

async function servePeople(deps: Deps, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.method !== 'POST') {
    const people = [...deps.store.state.threads.values()].map(({ psid, name, messages }) => {
      return { psid, name, last: messages.at(-1)?.shown.text ?? '', at: messages.at(-1)?.at ?? 0 }
    })
    return answerJson(outgoing, 200, { pageName: deps.config.pageName, people })
  }
  const parsed = z
    .object({ name: z.string(), locale: z.string().max(10).default('en_US') })
    .safeParse(await readJson(incoming))
  if (!parsed.success) return answerJson(outgoing, 400, { reason: 'A person needs a name' })
  const made = createPerson(deps, parsed.data.name, parsed.data.locale)
  await deps.store.flushed()
  if (made.ok) answerJson(outgoing, 201, { psid: made.value })
  else answerJson(outgoing, 409, { reason: made.reason })
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const bytes = await readBody(incoming)
  return bytes ? parseJson(bytes.toString('utf8')) : undefined
}

function perform(
  deps: Deps,
  thread: Thread,
  act: z.infer<typeof actShape>,
): ActOutcome<string> | Promise<ActOutcome<string>> {
  const { state } = deps.store
  switch (act.act) {
    case 'say':
      return say(deps, thread, { text: act.text, ...(act.replyTo === undefined ? {} : { replyTo: act.replyTo }) })
    case 'quick-reply': {
      const reply = thread.byMid.get(act.mid)?.shown.quickReplies[act.index]
      return reply ? say(deps, thread, { text: reply.title, quickReplyPayload: reply.payload }) : gone
    }
    case 'button':
      return press(deps, thread, act)
    case 'get-started': {
      const payload = getStartedPayload(state)
      return payload === undefined ? gone : tap(deps, thread, { title: 'Get Started', payload })
    }
    case 'ice-breaker': {
      const breaker = iceBreakersFor(state, thread)[act.index]
      return breaker ? tap(deps, thread, { title: breaker.question, payload: breaker.payload }) : gone
    }
    case 'menu': {
      const item = menuFor(state, thread).items[act.index]
      return item && item.payload !== '' ? tap(deps, thread, item) : gone
    }
    case 'react':
      return react(deps, thread, act)
    case 'read':
      deps.receipts.read(thread.psid)
      return done
    case 'refer':
      refer(deps, thread, act.ref)
      return done
    case 'block':
      block(deps, thread, act.blocked)
      return done
    case 'remove-app':
      return removeApp(deps, thread, act).then(heard)
  }
}

const done = { ok: true, value: '' } as const
/** Whether the app took every callback; what it said stands in the person's settings. */
function heard(results: readonly CallbackResult[]): ActOutcome<string> {
  const refused = results.find(({ status }) => status !== 200)
  return refused === undefined ? done : { ok: false, reason: `The app answered ${refused.status || 'nothing'}` }
}

const gone = { ok: false, reason: 'This button is not there any more' } as const

function press(
  deps: Deps,
  thread: Thread,
  act: { readonly mid: string; readonly card?: number | undefined; readonly index: number },
): ActOutcome<string> {
  const shown = thread.byMid.get(act.mid)?.shown
  const button = act.card === undefined ? shown?.buttons[act.index] : shown?.cards[act.card]?.buttons[act.index]
  if (button?.kind === 'postback') return tap(deps, thread, button)
  if (button?.kind !== 'unlink') return gone
  linkAccount(deps, thread, undefined)
  return done
}

function stream(deps: Deps, incoming: IncomingMessage, outgoing: ServerResponse, thread: Thread): void {
  const send = (event: LiveEvent): void => void outgoing.write(`data: ${JSON.stringify(event)}\n\n`)
  const stop = deps.live.watch(thread.psid, send)
  if (!stop) return answerJson(outgoing, 503, { reason: 'Too many pages are open' })
  outgoing.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const view = viewThread(deps.store.state, deps.config, thread, deps.clock.now())
  send({ type: 'snapshot', thread: view, messages: viewMessages(thread) })
  const heartbeat = setInterval(() => outgoing.write(': still here\n\n'), HEARTBEAT_MS)
  incoming.on('close', () => {
    clearInterval(heartbeat)
    stop()
  })
}
