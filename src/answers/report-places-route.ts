import { Secret } from '../kernel/index.ts'
import { sessions } from '../customers/index.ts'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import { findAnswerLink } from './answer-links-store.ts'
import { tokenOf } from './answer-route.ts'
import type { AnswerRoute } from './answer-route.ts'
import { cleanText } from './clean-text.ts'
import { hashToken } from './make-answer-link.ts'
import { showState } from './show-states.ts'

/** The most places that one report names. */
const placesMax = 60

/** Sends on which places are wrong; for the link's customer only, whose passkey opened the page a moment ago. */
export const reportPlacesRoute: AnswerRoute = (deps, tools) => async (request, reply) => {
  const token = tokenOf(request)
  const session = await sessions.find(deps.consent.database, 'sealed', sessions.readCookie(request, 'sealed'))
  if (session?.customer === undefined) return sendOnward(reply, `/a/${encodeURIComponent(token)}`)
  const link = await findAnswerLink(deps.answer.database, hashToken(token))
  if (link === undefined) return showState(tools, request, reply, 'answers/link-unknown')
  if (link.customer !== session.customer) return showState(tools, request, reply, 'answers/wrong-person')
  const places = fieldsOf(request.body)
    .getAll('place')
    .slice(0, placesMax)
    .map((place) => cleanText(place))
    .filter((place) => place !== '')
  const isHeard = deps.reportPlaces !== undefined && places.length > 0
  if (isHeard) {
    const { customer, conversation } = link
    await deps.reportPlaces?.({ customer, conversation, places: new Secret(places) })
  }
  const words = tools.words(request)
  return tools.show(request, reply, {
    title: words.say(isHeard ? 'wrong.doneTitle' : 'wrong.noneTitle'),
    body: html`<h1>${words.say(isHeard ? 'wrong.doneTitle' : 'wrong.noneTitle')}</h1>
      <p>${words.say(isHeard ? 'wrong.doneBody' : 'wrong.noneBody', { count: places.length })}</p>`,
  })
}
