import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessions } from '../customers/index.ts'
import { handOff, html, isInAppBrowser, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { linkParams, limited, tokenOf } from './link-params.ts'
import { findVisit, showRefusal, stepOf } from './link-route.ts'
import type { LinkTools } from './link-route.ts'
import { isOpenedBy, openOffered, voidLink } from './links-store.ts'
import type { LinkRow } from './links-store.ts'
import { pathOf } from './next-path.ts'
import { hashLinkToken } from './offer-link.ts'

/** From a link in a chat to a visit in one browser. */
export function addOpenPages(scope: HttpServer, tools: LinkTools): void {
  const { deps } = tools

  // Inert: nothing is looked up, nothing changes, every token gets the same bytes; crawlers may come as often as they like.
  scope.get('/link/:token', { schema: linkParams, ...limited }, (request, reply) => {
    if (isInAppBrowser(request)) return tools.showHandOff(request, reply)
    const words = tools.words(request)
    return tools.show(request, reply, {
      title: words.say('open.title'),
      script: 'link',
      step: stepOf(words, 1),
      body: html`<h1>${words.say('open.title')}</h1>
        <p>${words.say('open.body')}</p>
        <form method="post" data-needs-passkey>
          <button type="submit">${words.say('open.button')}</button>
        </form>
        ${handOff(words, { hidden: true })}
        <p class="muted">${words.say('open.safe')}</p>`,
    })
  })

  // The page's form goes to its own address, so that its bytes are the same for every token and no script is needed.
  const open = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const tokenHash = hashLinkToken(tokenOf(request))
    const known = await findVisit(tools, request)
    if (known !== undefined && (await isOpenedBy(deps.consent.database, tokenHash, known.session.hash))) {
      return sendOnward(reply, pathOf(known.link))
    }
    const opened = await deps.consent.database.transaction(async (tx) => {
      const session = await sessions.start(deps, tx, { kind: 'link' })
      const link: LinkRow | undefined = await openOffered(tx, tokenHash, session.hash)
      return link === undefined ? undefined : { session, link }
    })
    if (opened === undefined) return showRefusal(tools, request, reply, 'linking/link-over')
    sessions.setCookie(reply, 'link', opened.session.value)
    deps.logger.info('link.opened', { linkId: opened.link.id })
    return sendOnward(reply, pathOf(opened.link))
  }
  scope.post('/link/:token', { schema: linkParams, ...limited }, open)
  scope.post('/link/:token/open', { schema: linkParams, ...limited }, open)

  scope.get('/link/over', { ...limited }, (request, reply) => showRefusal(tools, request, reply, 'linking/link-over'))

  scope.post('/link/stop', { ...limited }, async (request, reply) => {
    const visit = await findVisit(tools, request)
    if (visit === undefined) return showRefusal(tools, request, reply, 'linking/session-over')
    await voidLink(deps.consent.database, visit.link.id)
    tools.names.drop(visit.link.id)
    const words = tools.words(request)
    return tools.show(request, reply, {
      title: words.say('stopped.title'),
      body: html`<h1>${words.say('stopped.title')}</h1>
        <p>${words.say('stopped.body')}</p>`,
    })
  })
}
