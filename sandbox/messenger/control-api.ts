import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { bad, ok, type ControlCall, type ControlDeps, type ControlReply } from './control-call.ts'
import { actAs, addPerson } from './control-people.ts'
import { describeDeliveries, describePerson, describeState, readThread, streamTraffic } from './control-records.ts'
import { turnSwitches } from './control-switches.ts'
import { sameSecret } from './graph-access.ts'
import { answerJson, readBody } from './http-exchange.ts'
import { parseJson } from './json-value.ts'
import { showAll } from './show-thread.ts'
import { signedHeaders } from './sign-webhook.ts'

const handMade = z.object({
  body: z.base64(),
  headers: z.record(z.string(), z.string()).default({}),
  sign: z.boolean().default(false),
  url: z.url().optional(),
})
/** Serves the control API: for tests and the control room, never for the gateway. Needs `Bearer <controlSecret>`. */
export async function serveControl(
  deps: ControlDeps,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: URL,
): Promise<void> {
  const bearer = /^Bearer (\S+)$/.exec(incoming.headers.authorization ?? '')?.[1] ?? ''
  if (!sameSecret(bearer, deps.config.controlSecret))
    return answerJson(outgoing, 401, { reason: 'The control secret is missing or wrong' })
  const bytes = await readBody(incoming)
  if (!bytes) return answerJson(outgoing, 413, { reason: 'The body is too large' })
  const body = bytes.length === 0 ? {} : parseJson(bytes.toString('utf8'))
  const [, , area = '', psid, act] = url.pathname.split('/')
  if (`${incoming.method} ${area}` === 'GET traffic') return streamTraffic(deps, outgoing)
  const reply = await route(deps, { method: incoming.method ?? 'GET', area, psid, act, body, query: url.searchParams })
  await deps.store.flushed()
  answerJson(outgoing, reply.status, reply.body)
}

function route(deps: ControlDeps, call: ControlCall): ControlReply | Promise<ControlReply> {
  switch (`${call.method} ${call.area}`) {
    case 'POST people':
      return call.psid === undefined ? addPerson(deps, call) : actAs(deps, call)
    case 'GET people':
      return ok({ people: [...deps.store.state.threads.values()].map(describePerson) })
    case 'GET threads':
      return readThread(deps, call)
    case 'PUT switches':
      return turnSwitches(deps, call)
    case 'GET switches':
      return ok(deps.store.state.switches)
    case 'GET deliveries':
      return ok(describeDeliveries(deps, Number(call.query.get('limit') ?? 1_000)))
    case 'POST retry':
      deps.deliveries.retryNow()
      return ok({ success: true })
    case 'POST subscribe':
      return subscribe(deps, call)
    case 'POST webhook':
      return deliverHandMade(deps, call)
    case 'GET state':
      return ok(describeState(deps))
    default:
      return { status: 404, body: { reason: 'The control API has no such address' } }
  }
}

async function subscribe(deps: ControlDeps, call: ControlCall): Promise<ControlReply> {
  const parsed = z.object({ url: z.url().optional() }).safeParse(call.body)
  if (!parsed.success) return bad(parsed.error)
  const trouble = await deps.subscribe(parsed.data.url)
  for (const thread of deps.store.state.threads.values()) showAll(deps, thread)
  return trouble === '' ? ok({ success: true }) : { status: 502, body: { reason: trouble } }
}

/** Sends bytes of the caller's choice to the webhook; signed only when asked to. */
async function deliverHandMade(deps: ControlDeps, call: ControlCall): Promise<ControlReply> {
  const parsed = handMade.safeParse(call.body)
  if (!parsed.success) return bad(parsed.error)
  const bytes = Buffer.from(parsed.data.body, 'base64')
  const url = parsed.data.url ?? deps.store.state.subscription.url
  if (url === '') return { status: 409, body: { reason: 'No webhook is known' } }
  const signed = parsed.data.sign
    ? signedHeaders(bytes, deps.config.appSecret)
    : { 'content-length': String(bytes.length) }
  const lower = Object.fromEntries(
    Object.entries(parsed.data.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  deps.traffic.note({ direction: 'webhook-out', path: url, body: bytes.toString() })
  const answer = await deps.client.send('POST', url, bytes, { 'content-type': 'application/json', ...signed, ...lower })
  return ok(answer)
}
