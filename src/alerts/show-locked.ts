import type { FastifyReply, FastifyRequest } from 'fastify'
import { handOff, html, isInAppBrowser, passkeyForm } from '../pages/index.ts'
import type { PageTools } from '../pages/index.ts'

/**
 * A question before the passkey. It looks nothing up: live and invented tokens get the same page, so a preview crawler learns nothing and
 * changes nothing. "Not me" is here, one press and no passkey; it only makes things safer.
 */
export function showLocked(
  tools: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): FastifyReply {
  if (isInAppBrowser(request)) return tools.showHandOff(request, reply)
  const words = tools.words(request)
  return tools.show(request, reply, {
    title: words.say('page.locked.title'),
    script: 'answer',
    style: 'answer',
    body: html`<h1>${words.say('page.locked.title')}</h1>
      <p>${words.say('page.locked.body')}</p>
      <form method="post" action="/alert/${encodeURIComponent(token)}/not-me">
        <button type="submit">${words.say('page.locked.not-me')}</button>
      </form>
      ${passkeyForm(words, { kind: 'get', button: words.say('page.locked.button'), quiet: true })}
      <div class="skeleton" data-skeleton hidden></div>
      ${handOff(words, { hidden: true })}
      <p class="note">${words.say('page.locked.fact')}</p>
      <p class="muted">${words.say('safety')}</p>`,
  })
}

/** The short address that people type: the same page for everybody, and everything that waits behind the passkey. */
export function showLockedList(tools: PageTools, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isInAppBrowser(request)) return tools.showHandOff(request, reply)
  const words = tools.words(request)
  return tools.show(request, reply, {
    title: words.say('page.list.title'),
    script: 'answer',
    style: 'answer',
    body: html`<h1>${words.say('page.list.title')}</h1>
      <p>${words.say('page.list.body')}</p>
      ${passkeyForm(words, { kind: 'get', button: words.say('page.list.button') })}
      <div class="skeleton" data-skeleton hidden></div>
      ${handOff(words, { hidden: true })}
      <p class="muted">${words.say('safety')}</p>`,
  })
}

/** There is nothing behind this address for this person. */
export function showGone(tools: PageTools, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const words = tools.words(request)
  return tools.show(request, reply, {
    status: 404,
    title: words.say('page.gone.title'),
    body: html`<h1>${words.say('page.gone.title')}</h1>
      <p>${words.say('page.gone.body')}</p>`,
  })
}

/** The passkey did not do; nothing was shown, and "not me" needs none. */
export function showRefused(tools: PageTools, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const words = tools.words(request)
  return tools.show(request, reply, {
    status: 403,
    title: words.say('page.passkey.title'),
    body: html`<h1>${words.say('page.passkey.title')}</h1>
      <p>${words.say('page.passkey.body')}</p>
      <p>
        <a class="button" href="${request.url.replace(/\/open(\?.*)?$/, '')}">${words.say('page.passkey.again')}</a>
      </p>`,
  })
}
