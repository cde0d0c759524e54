import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { isInstitutionId } from '../../kernel/index.ts'
import type { InstitutionId, Secret } from '../../kernel/index.ts'
import { sendProblem } from '../../platform/index.ts'
import type { Clock, HttpServer, Logger } from '../../platform/index.ts'
import { bankCodes } from '../codes.ts'
import type { BankCode } from '../codes.ts'
import { parseNoticeBody } from './parse-notice.ts'
import type { TakeNotice } from './take-notice.ts'
import { verifyNotice } from './verify-notice.ts'

/** A notice is a few hundred bytes; nothing of a bank's is larger than this. */
const bodyBytesMax = 16 * 1024

/** A bank that ends many consents at once sends ten a second; whoever sends more waits. */
export const bankNoticeLimits = { 'bank-notices': { max: 600, windowMs: 60_000 } } as const

export type NoticeRouteDeps = {
  readonly clock: Clock
  readonly logger: Logger
  /** The secret shared with each bank that sends notices. */
  readonly pushSecrets: ReadonlyMap<InstitutionId, Secret<string>>
  readonly take: TakeNotice
}

/** Where a bank sends its notices. */
export function noticePath(institution: string): string {
  return `/banks/${institution}/notifications`
}

const params = z.object({ institution: z.string().max(63) })

/** Adds the address: verified on the raw bytes before anything reads them; 204 once what ended has ended. */
export async function addNoticeRoute(server: HttpServer, deps: NoticeRouteDeps): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // Whatever it calls itself, the body stays bytes: the signature is over them.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
      done(null, body),
    )
    const options = { bodyLimit: bodyBytesMax, schema: { params }, config: { limit: 'bank-notices' } }
    scope.post(noticePath(':institution'), options, async (request, reply) => {
      const institution = params.parse(request.params).institution
      const secret = isInstitutionId(institution) ? deps.pushSecrets.get(institution) : undefined
      if (!isInstitutionId(institution) || secret === undefined) return refuse(reply, 'banks/unknown-institution')
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const now = deps.clock.now()
      const verified = verifyNotice(secret, { id, timestamp, signature }, { rawBody, now })
      if (!verified.ok) {
        deps.logger.warn('bank.notice-refused', { institution, code: verified.code })
        return refuse(reply, verified.code)
      }
      const notice = parseNoticeBody(rawBody)
      if (!notice.ok) return refuse(reply, notice.code)
      await deps.take(institution, notice.value, 'pushed')
      return reply.status(204).send()
    })
  })
}

function refuse(reply: FastifyReply, code: BankCode): FastifyReply {
  return sendProblem(reply, { status: bankCodes[code].status, code })
}
