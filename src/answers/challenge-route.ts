import { beginAssertion, assertionOptions } from '../customers/index.ts'
import { findAnswerLink } from './answer-links-store.ts'
import { tokenOf } from './answer-route.ts'
import type { AnswerRoute } from './answer-route.ts'
import { hashToken } from './make-answer-link.ts'

/**
 * Options for the passkey. They look the same for every token: no credential is named, and a token that leads nowhere
 * gets a challenge that leads nowhere.
 */
export const challengeRoute: AnswerRoute = (deps) => async (request, reply) => {
  const link = await findAnswerLink(deps.answer.database, hashToken(tokenOf(request)))
  const options =
    link === undefined
      ? await assertionOptions.decoy(deps)
      : await beginAssertion(deps, deps.consent.database, { use: 'redeem', subject: link.id })
  return reply.header('cache-control', 'no-store').send(options)
}
