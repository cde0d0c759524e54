import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkAccess } from './graph-access.ts'
import {
  accept,
  errorBody,
  graphErrors,
  invalidParameter,
  refuse,
  type GraphError,
  type GraphOutcome,
} from './graph-errors.ts'
import type { GraphAnswer, GraphCall } from './graph-call.ts'
import { aboutPage, messageTemplates, messengerProfile, subscribedApps } from './graph-page-edges.ts'
import { answerJson, parseBody, readBody } from './http-exchange.ts'
import { isRecord, type JsonRecord } from './json-value.ts'
import { matchIds } from './match-ids.ts'
import type { ActDeps } from './messenger-deps.ts'
import type { RateLimit } from './rate-limit.ts'
import type { SendResult } from './send-message.ts'
import { threadControl } from './thread-control.ts'
import { firstName } from './thread-view.ts'
import type { Traffic } from './traffic.ts'

/** What the Graph API needs beyond an act. */
export type GraphDeps = ActDeps & {
  readonly traffic: Traffic
  readonly rateLimit: RateLimit
  readonly send: (body: JsonRecord) => GraphOutcome<SendResult>
}

/** Serves one Graph API request, whatever version prefix it has. Answers only after the disk has what it acknowledges. */
export async function serveGraph(
  deps: GraphDeps,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: URL,
): Promise<void> {
  const { switches } = deps.store.state
  const bytes = await readBody(incoming)
  if (!bytes) return answerError(outgoing, { ...invalidParameter('The request is too large'), status: 413 })
  const text = bytes.toString('utf8')
  const path = pathWithoutVersion(url)
  if (text !== '')
    deps.traffic.note({ direction: 'graph-in', path, body: text.replaceAll(deps.config.pageAccessToken, '[token]') })
  if (switches.down) return answerError(outgoing, graphErrors.down)
  const answer = decide(deps, incoming, url, text)
  await deps.store.flushed()
  if (switches.slowMs > 0) await pause(switches.slowMs)
  if (!answer.ok) return answerError(outgoing, answer.error, usage(deps))
  // The message is stored and shown, but whoever sent it cannot know: the platform's worst habit.
  if (answer.value.cut) return void incoming.socket.resetAndDestroy()
  answerJson(outgoing, 200, answer.value.body, usage(deps))
}

function pathWithoutVersion(url: URL): string {
  return url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, '')
}

function decide(deps: GraphDeps, incoming: IncomingMessage, url: URL, text: string): GraphAnswer {
  const parsed = parseBody(text, incoming.headers['content-type'] ?? '')
  const access = checkAccess(deps.config, incoming, url.searchParams, parsed)
  if (!access.ok) return access
  if (!isRecord(parsed)) return refuse(invalidParameter('The body is not a JSON object'))
  const [node = '', edge = '', rest] = pathWithoutVersion(url).split('/').slice(1)
  if (rest !== undefined && rest !== '') return refuse(graphErrors.unknownPath)
  const call = { method: incoming.method ?? 'GET', node, edge, query: url.searchParams, body: parsed }
  if (edge === 'ids_for_apps' && access.value.as === 'page') return matchIds(deps, call, access.value.hasProof)
  if (edge === 'ids_for_pages' && access.value.as === 'app') return matchIds(deps, call, access.value.hasProof)
  // The app by itself is nobody's page: it may match ids and nothing else here.
  if (access.value.as === 'app') return refuse(graphErrors.unsupported)
  return node === 'me' || node === deps.config.pageId ? answerForPage(deps, call) : answerForPerson(deps, call)
}

function answerForPage(deps: GraphDeps, call: GraphCall): GraphAnswer {
  switch (`${call.method} ${call.edge}`) {
    case 'POST messages':
      return send(deps, call)
    case 'POST subscribed_apps':
    case 'DELETE subscribed_apps':
    case 'GET subscribed_apps':
      return subscribedApps(deps, call)
    case 'POST messenger_profile':
    case 'DELETE messenger_profile':
    case 'GET messenger_profile':
      return messengerProfile(deps, call)
    case 'POST message_templates':
    case 'GET message_templates':
      return messageTemplates(deps, call)
    case 'POST pass_thread_control':
    case 'POST take_thread_control':
    case 'POST release_thread_control':
    case 'POST request_thread_control':
    case 'POST extend_thread_control':
    case 'GET thread_owner':
      return threadControl(deps, call)
    case 'GET ':
      return aboutPage(deps, call)
    default:
      return refuse(graphErrors.unsupported)
  }
}

function send(deps: GraphDeps, call: GraphCall): GraphAnswer {
  const { store, clock, rateLimit } = deps
  const { switches } = store.state
  if (switches.failNext) return failOnPurpose(deps, switches.failNext)
  if (!rateLimit.take(switches.rateLimitPerSecond, clock.now())) return refuse(graphErrors.rateLimit)
  const { access_token: _, appsecret_proof: __, ...body } = call.body
  const sent = deps.send(body)
  return sent.ok ? accept({ body: sent.value.answer, cut: sent.value.cut }) : sent
}

function failOnPurpose(
  deps: GraphDeps,
  failNext: NonNullable<ActDeps['store']['state']['switches']['failNext']>,
): GraphAnswer {
  const left = failNext.count - 1
  const next = left > 0 ? { ...failNext, count: left } : null
  deps.store.commit({ k: 'switches', at: deps.clock.now(), switches: { ...deps.store.state.switches, failNext: next } })
  const { code, subcode, status, message } = failNext
  return refuse({
    status,
    code,
    message: message ?? `(#${code}) Switched on by a test`,
    ...(subcode === undefined ? {} : { subcode }),
  })
}

function answerForPerson(deps: GraphDeps, call: GraphCall): GraphAnswer {
  const thread = deps.store.state.threads.get(call.node)
  if (!thread || call.edge !== '' || call.method !== 'GET') return refuse(graphErrors.unsupported)
  const first = firstName(thread.name)
  const facts: Readonly<Record<string, unknown>> = {
    first_name: first,
    last_name: thread.name.slice(first.length).trim(),
    name: thread.name,
    locale: thread.locale,
    timezone: 0,
  }
  const wanted = (call.query.get('fields') ?? 'first_name,last_name').split(',')
  const known = wanted.filter((field) => field in facts)
  return accept({ body: { ...Object.fromEntries(known.map((field) => [field, facts[field]])), id: thread.psid } })
}

/** The platform tells in headers how much of the limits is used. */
function usage(deps: GraphDeps): Readonly<Record<string, string>> {
  const used = deps.rateLimit.usedPercent(deps.store.state.switches.rateLimitPerSecond)
  const counts = { call_count: used, total_cputime: 0, total_time: 0 }
  const business = { [deps.config.pageId]: [{ type: 'messenger', ...counts, estimated_time_to_regain_access: 0 }] }
  return { 'x-app-usage': JSON.stringify(counts), 'x-business-use-case-usage': JSON.stringify(business) }
}

function answerError(
  outgoing: ServerResponse,
  error: GraphError,
  headers: Readonly<Record<string, string>> = {},
): void {
  answerJson(outgoing, error.status, errorBody(error), headers)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
