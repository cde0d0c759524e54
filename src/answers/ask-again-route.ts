import { sessions } from '../customers/index.ts'
import { html, sendOnward } from '../pages/index.ts'
import { findAnswerLink } from './answer-links-store.ts'
import { tokenOf } from './answer-route.ts'
import type { AnswerRoute } from './answer-route.ts'
import { queueAskAgain } from './ask-again.ts'
import { hashToken } from './make-answer-link.ts'
import { showState } from './show-states.ts'
import { wayBack } from './way-back.ts'

/** Asks the link's question once more, for its customer only: the session is from the passkey of a minute ago. */
export const askAgainRoute: AnswerRoute = (deps, tools) => async (request, reply) => {
  const token = tokenOf(request)
  const session = await sessions.find(deps.consent.database, 'sealed', sessions.readCookie(request, 'sealed'))
  if (session?.customer === undefined) return sendOnward(reply, `/a/${encodeURIComponent(token)}`)
  const link = await findAnswerLink(deps.answer.database, hashToken(token))
  if (link === undefined) return showState(tools, request, reply, 'answers/link-unknown')
  if (link.customer !== session.customer) return showState(tools, request, reply, 'answers/wrong-person')
  const queued = await deps.answer.database.transaction((tx) => queueAskAgain(tx, link))
  const words = tools.words(request)
  return tools.show(request, reply, {
    title: words.say('again.doneTitle'),
    body: html`<h1>${words.say('again.doneTitle')}</h1>
      <p>${words.say(queued ? 'again.doneBody' : 'again.alreadyBody')}</p>
      ${await wayBack(deps, words, link.conversation)}`,
  })
}
