import type { FastifyReply } from 'fastify'
import type { Secret } from '../../kernel/index.ts'
import { type Database, type HttpServer, type Metrics, type Random, sendProblem } from '../../platform/index.ts'
import { channelsCodes } from '../codes.ts'
import { type RequestCode, type RequestKind, acceptRequest, requestCode } from '../platform-requests-store.ts'
import { type SignedRequestRefusal, readSignedRequest } from './read-signed-request.ts'
import type { UserMarks } from './user-marks.ts'

/** Where the messenger says that a person removed the app, or wants their data deleted. */
export const callbackPaths = {
  deauthorize: '/channels/messenger/deauthorize',
  'data-deletion': '/channels/messenger/data-deletion',
} as const satisfies Record<RequestKind, string>

/** A real request has about 250 bytes. */
const bodyBytesMax = 16 * 1024

export type CallbackDeps = {
  readonly database: Database
  readonly random: Random
  readonly appSecret: Secret<string>
  readonly marks: UserMarks
  /** The gateway's origin: where the page of a deletion is. */
  readonly pagesUrl: string
  readonly metrics: Metrics
}

/**
 * Adds the two callbacks. A request that is signed, fresh and well formed is stored once and carried out by jobs; the same one
 * again is answered alike and does nothing. Anything else is refused without any effect.
 */
export async function addCallbacks(server: HttpServer, deps: CallbackDeps): Promise<void> {
  const accepted = deps.metrics.counter({
    name: 'parley_platform_requests_total',
    help: 'Callbacks about people who leave, by what became of them.',
    labels: ['kind', 'outcome'],
  })
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: bodyBytesMax },
      (_request, body, done) => done(null, body),
    )
    for (const kind of ['deauthorize', 'data-deletion'] as const) {
      scope.post(callbackPaths[kind], { bodyLimit: bodyBytesMax }, async (request, reply) => {
        const taken = await takeRequest(deps, kind, request.body)
        accepted.add(1, { kind, outcome: typeof taken === 'object' ? 'accepted' : 'refused' })
        if (typeof taken === 'string') return refuse(reply, taken)
        return reply.header('cache-control', 'no-store').send(answerTo(kind, deps.pagesUrl, taken.code))
      })
    }
  })
}

type Refusal = SignedRequestRefusal | 'channels/signed-request-stale'

async function takeRequest(
  deps: CallbackDeps,
  kind: RequestKind,
  body: unknown,
): Promise<Refusal | { readonly code: RequestCode }> {
  const texts = new URLSearchParams(typeof body === 'string' ? body : '').getAll('signed_request')
  const [text] = texts
  if (text === undefined || texts.length > 1) return 'channels/signed-request-malformed'
  const read = readSignedRequest(deps.appSecret, text)
  if (!read.ok) return read.code
  const { user, issuedAt, hash } = read.value
  const code = requestCode.parse(deps.random.uuid())
  const marks = { userHash: deps.marks.hash(user), userSealed: deps.marks.seal(code, user) }
  const request = { code, kind, requestHash: hash, issuedAt, ...marks }
  const accepted = await deps.database.transaction((tx) => acceptRequest(tx, request))
  return accepted === undefined ? 'channels/signed-request-stale' : { code: accepted }
}

/** A confirmation code has letters and digits only; it is the request's id without its hyphens. */
function answerTo(kind: RequestKind, pagesUrl: string, code: RequestCode): object {
  if (kind === 'deauthorize') return { success: true }
  const confirmation = code.replaceAll('-', '')
  return { url: `${pagesUrl}${callbackPaths['data-deletion']}/${confirmation}`, confirmation_code: confirmation }
}

function refuse(reply: FastifyReply, code: Refusal): FastifyReply {
  return sendProblem(reply, { status: channelsCodes[code].status, code })
}
