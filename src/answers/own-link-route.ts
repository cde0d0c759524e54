import type { FastifyReply, FastifyRequest } from 'fastify'
import { conversations } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import { sessions } from '../customers/index.ts'
import { sendOnward } from '../pages/index.ts'
import type { PageTools, Words } from '../pages/index.ts'
import { findAnswerLink } from './answer-links-store.ts'
import type { AnswerLinkRow } from './answer-links-store.ts'
import { tokenOf } from './answer-route.ts'
import type { AnswerPagesDeps, AnswerRoute } from './answer-route.ts'
import { wordsIn } from './answer-words.ts'
import { hashToken } from './make-answer-link.ts'
import { showState } from './show-states.ts'

/** A request about a link by the customer whose it is. `words`: in the language of the conversation. */
export type OwnLinkCall = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly link: AnswerLinkRow
  readonly conversation: Conversation | undefined
  readonly words: Words
}

/**
 * A route for the customer of a link alone, in the browser that has shown the passkey within the last minutes: its session says so. Any other
 * browser is sent to the locked page; another customer is told that the answer is somebody else's.
 */
export function ownLinkRoute(
  answer: (deps: AnswerPagesDeps, tools: PageTools, call: OwnLinkCall) => Promise<FastifyReply>,
): AnswerRoute {
  return (deps, tools) => async (request, reply) => {
    const token = tokenOf(request)
    const session = await sessions.find(deps.consent.database, 'sealed', sessions.readCookie(request, 'sealed'))
    if (session?.customer === undefined) return sendOnward(reply, `/a/${encodeURIComponent(token)}`)
    const link = await findAnswerLink(deps.answer.database, hashToken(token))
    if (link === undefined) return showState(tools, request, reply, 'answers/link-unknown')
    if (link.customer !== session.customer) return showState(tools, request, reply, 'answers/wrong-person')
    const conversation = await conversations.load(deps.answer.database, link.conversation)
    const words = wordsIn(conversation?.language, tools.words(request))
    return answer(deps, tools, { request, reply, link, conversation, words })
  }
}
