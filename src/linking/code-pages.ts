import { html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { linkCodeFor } from './confirm-code.ts'
import { limited } from './link-params.ts'
import { atStep, channelName, stepOf } from './link-route.ts'
import type { LinkTools } from './link-route.ts'
import { codeSeconds } from './links-store.ts'

/** The end of step 5: the code that ties the signature to the conversation, and the way back there. */
export function addCodePages(scope: HttpServer, tools: LinkTools): void {
  scope.get(
    '/link/code',
    limited,
    atStep(tools, ['signed'], (visit, request, reply) => {
      const { terms, id } = visit.link
      const words = tools.words(request)
      const channel = channelName(words, visit.conversation.channel)
      const code = terms === undefined ? '' : linkCodeFor(tools.deps.linkSecret, id, terms)
      const back = tools.deps.returnUrl(visit.conversation.channel)
      return tools.show(request, reply, {
        title: words.say('code.title'),
        step: stepOf(words, 5),
        body: html`<h1>${words.say('code.heading', { channel })}</h1>
          <p>${words.say('code.body', { channel, minutes: codeSeconds / 60 })}</p>
          <p class="code">${code.slice(0, 3)} ${code.slice(3)}</p>
          ${back === undefined ? undefined : html`<p><a class="button" href="${back}" rel="noreferrer">${words.say('code.back', { channel })}</a></p>`}
          <p class="note">${words.say('code.why', { channel })}</p>
          <p class="muted">${words.say('code.never')}</p>`,
      })
    }),
  )

  scope.get(
    '/link/done',
    limited,
    atStep(tools, ['done', 'confirmed'], (visit, request, reply) => {
      const words = tools.words(request)
      const channel = channelName(words, visit.conversation.channel)
      const back = tools.deps.returnUrl(visit.conversation.channel)
      return tools.show(request, reply, {
        title: words.say('done.title'),
        body: html`<h1>${words.say('done.title')}</h1>
          <p>${words.say(visit.link.purpose === 'change' ? 'done.changed' : 'done.linked', { channel })}</p>
          ${back === undefined ? undefined : html`<p><a class="button" href="${back}" rel="noreferrer">${words.say('code.back', { channel })}</a></p>`}`,
      })
    }),
  )
}
