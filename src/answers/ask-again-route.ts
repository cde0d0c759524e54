import { html } from '../pages/index.ts'
import { queueAskAgain } from './ask-again.ts'
import { ownLinkRoute } from './own-link-route.ts'
import { showState } from './show-states.ts'
import { wayBack } from './way-back.ts'

/** Asks the link's question once more. */
export const askAgainRoute = ownLinkRoute(async (deps, tools, { request, reply, link, words }) => {
  if (link.noticeOf !== undefined) return showState(tools, request, reply, 'answers/notice-over')
  const queued = await deps.answer.database.transaction((tx) => queueAskAgain(tx, link))
  return tools.show(request, reply, {
    words,
    title: words.say('again.doneTitle'),
    body: html`<h1>${words.say('again.doneTitle')}</h1>
      <p>${words.say(queued ? 'again.doneBody' : 'again.alreadyBody')}</p>
      ${await wayBack(deps, words, link.conversation)}`,
  })
})
