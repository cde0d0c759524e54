import { loadConversation } from '../channels/index.ts'
import { finishAssertion, sessions } from '../customers/index.ts'
import { fieldsOf, isNavigation } from '../pages/index.ts'
import { findAnswerLink } from './answer-links-store.ts'
import { tokenOf } from './answer-route.ts'
import type { AnswerRoute } from './answer-route.ts'
import { hashToken } from './make-answer-link.ts'
import { openAnswer } from './open-answer.ts'
import { readTimeZone, showAnswer } from './show-answer.ts'
import { showPasskeyRefused, showState } from './show-states.ts'

/**
 * The passkey's answer arrives as a form navigation and the figures leave as a new document without any script. A script
 * that was injected into the locked page therefore never holds them, and cannot fetch or frame this route.
 */
export const openRoute: AnswerRoute = (deps, tools) => async (request, reply) => {
  if (!isNavigation(request)) return tools.showTrouble(request, reply, 'refused')
  const fields = fieldsOf(request.body)
  const response = fields.get('response')
  const link = await findAnswerLink(deps.answer.database, hashToken(tokenOf(request)))
  if (link === undefined) return showState(tools, request, reply, 'answers/link-unknown')
  const assertion = await deps.consent.database.transaction((tx) =>
    finishAssertion(deps, tx, { use: 'redeem', subject: link.id, response }),
  )
  if (!assertion.ok) return showPasskeyRefused(tools, request, reply, assertion.code)
  if (assertion.value.customer !== link.customer) return showState(tools, request, reply, 'answers/wrong-person')
  const opened = await openAnswer({ ...deps.answer, random: deps.random }, link)
  if (!opened.ok) {
    // Whoever asks again from here has just shown the passkey: a short session says so to the next request.
    const { customer } = assertion.value
    const session = await sessions.start(deps, deps.consent.database, { kind: 'sealed', customer })
    sessions.setCookie(reply, 'sealed', session.value)
    return showState(tools, request, reply, { code: opened.code, token: tokenOf(request) })
  }
  const conversation = await loadConversation(deps.answer.database, link.conversation)
  const words = tools.words(request)
  deps.logger.info('answer.opened', { linkId: link.id, count: opened.value.length })
  return tools.show(request, reply, {
    title: words.say('open.title'),
    body: showAnswer(
      { words, timeZone: readTimeZone(fields.get('timeZone')) },
      opened.value,
      conversation?.channel ?? 'messenger',
    ),
  })
}
