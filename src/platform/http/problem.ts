import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'

/** RFC 9457. `instance` is the request's id; nothing here repeats what the client sent. */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly instance: string
  /** For invalid requests: where, and which rule; never the value. */
  readonly invalid?: readonly InvalidPart[]
}

export type InvalidPart = { readonly at: string; readonly rule: string }

/** What a route refuses with: a code of ours and its status. The title is the status' own unless given. */
export type RefusedRequest = {
  readonly status: number
  readonly code: string
  readonly title?: string
  readonly invalid?: readonly InvalidPart[]
}

/** The page of this address says what a code means; it need not be reachable. */
const typeBase = 'https://parley.example/problems/'

/** Answers with a problem document. */
export function sendProblem(reply: FastifyReply, refused: RefusedRequest): FastifyReply {
  const problem: Problem = {
    type: typeBase + refused.code,
    title: refused.title ?? STATUS_CODES[refused.status] ?? 'Error',
    status: refused.status,
    code: refused.code,
    instance: `urn:uuid:${reply.request.id}`,
    ...(refused.invalid === undefined ? {} : { invalid: refused.invalid }),
  }
  return reply
    .status(refused.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem)
}
