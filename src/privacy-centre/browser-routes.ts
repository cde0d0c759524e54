import type { FastifyReply } from 'fastify'
import type { ConversationId } from '../kernel/index.ts'
import { fieldsOf, html, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { isPushRouteId } from '../push/index.ts'
import type { ListedRoute, PushBrowsers } from '../push/index.ts'
import { limited } from './centre-params.ts'
import { sendDone, showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { alertsOf, listSharing } from './list-sharing.ts'
import type { BankSharing } from './list-sharing.ts'

/**
 * Browsers that say when a question waits. Adding one takes the session, which a passkey began: a push tells nothing, and leads to a page that
 * asks for the passkey again. Taking one away ends no alert.
 */
export function addBrowserRoutes(scope: HttpServer, tools: CentreTools): void {
  const { browsers, consent } = tools.deps
  if (browsers === undefined) return

  scope.post(
    '/me/alerts/browsers',
    limited,
    signedIn(tools, async (call) => {
      const fields = fieldsOf(call.request.body)
      const [id, endpoint] = [fields.get('browser') ?? '', fields.get('endpoint') ?? '']
      if (!isPushRouteId(id)) return showRefused(tools, call, 'refused')
      const conversations = conversationsOf(await listSharing(consent.database, call.customer))
      const added = await browsers.add({ id, customer: call.customer, conversations, endpoint })
      if (!added.ok) return showRefused(tools, call, added.code === 'push/too-many' ? 'tooMany' : 'refused')
      return sendDone(call.reply, '/me/alerts', 'pushOn')
    }),
  )

  scope.post(
    '/me/alerts/browsers/remove',
    limited,
    signedIn(tools, async (call) => {
      const id = fieldsOf(call.request.body).get('browser') ?? ''
      const removed = isPushRouteId(id) && (await browsers.remove(call.customer, id))
      return sendDone(call.reply, '/me/alerts', removed ? 'pushOff' : 'nothing')
    }),
  )
}

/** The conversations in which this customer is warned now: a browser is told of their questions, and of no others. */
function conversationsOf(sharing: readonly BankSharing[]): readonly ConversationId[] {
  const warned = sharing.flatMap(({ terms }) => terms).filter(alertsOf)
  return [...new Set(warned.flatMap(({ terms }) => terms.conversation ?? []))]
}

function showRefused(tools: CentreTools, call: Call, why: 'refused' | 'tooMany'): FastifyReply {
  const { words } = call.reader
  return showCentre(tools, call, {
    status: 422,
    title: words.say('alerts.push.refusedTitle'),
    body: html`<h1>${words.say('alerts.push.refusedTitle')}</h1>
      <p>${words.say(`alerts.push.${why}`)}</p>
      <p><a class="button" href="/me/alerts">${words.say('alerts.push.back')}</a></p>`,
  })
}

/** The browsers of somebody who is warned, and the way to add this one. */
export async function showBrowsers(
  { deps: { browsers } }: CentreTools,
  call: Call,
  warned: readonly BankSharing[],
): Promise<Html | undefined> {
  const { words } = call.reader
  if (browsers === undefined || warned.length === 0) return undefined
  const routes = await browsers.list(call.customer)
  return html`<section class="card" data-browsers aria-labelledby="browsers">
    <h2 class="first" id="browsers">${words.say('alerts.push.title')}</h2>
    <p>${words.say('alerts.push.body')}</p>
    ${
      routes.length === 0
        ? undefined
        : html`<ul class="rows plain">
            ${routes.map((route) => showBrowser(call, route))}
          </ul>`
    }
    ${addForm(call, browsers)} ${practiceForm(call, browsers)}
  </section>`
}

function showBrowser({ reader }: Call, { id, addedAt, usedAt }: ListedRoute): Html {
  const { words } = reader
  const time = readerTime.moment(reader, addedAt)
  return html`<li data-browser="${id}">
    <p>
      <span data-other>${words.say('alerts.push.browser', { time })}</span>
      <span data-here hidden>${words.say('alerts.push.here', { time })}</span>
      ${
        usedAt === undefined
          ? undefined
          : html`<span class="muted block"
              >${words.say('alerts.push.used', { time: readerTime.moment(reader, usedAt) })}</span
            >`
      }
    </p>
    <form method="post" action="/me/alerts/browsers/remove">
      <input type="hidden" name="browser" value="${id}" />
      <button type="submit" class="quiet small">${words.say('alerts.push.remove')}</button>
    </form>
  </li>`
}

/** Hidden until the page's script finds that this browser can be told, and is not yet; see web/me/tell-browser.ts. */
function addForm({ reader: { words } }: Call, { publicKey }: PushBrowsers): Html {
  const worker = `/push-worker/${words.language.slice(0, 2)}.js`
  return html`<form method="post" action="/me/alerts/browsers" data-push="${publicKey}" data-worker="${worker}" hidden>
      <input type="hidden" name="browser" value="" />
      <input type="hidden" name="endpoint" value="" />
      <button type="submit">${words.say('alerts.push.add')}</button>
      <p
        class="status"
        role="status"
        data-asking="${words.say('alerts.push.asking')}"
        data-denied="${words.say('alerts.push.denied')}"
        data-unreachable="${words.say('alerts.push.unreachable')}"
      ></p>
    </form>
    <p class="muted" data-push-unable hidden>${words.say('alerts.push.unable')}</p>`
}

/** In a demo, whose machine may reach no push service: a browser that is none, at a service that shows what it is sent. */
function practiceForm({ reader: { words } }: Call, { practiceEndpoint }: PushBrowsers): Html | undefined {
  if (practiceEndpoint === undefined) return undefined
  const endpoint = practiceEndpoint()
  return html`<form method="post" action="/me/alerts/browsers">
    <input type="hidden" name="browser" value="${endpoint.slice(-36)}" />
    <input type="hidden" name="endpoint" value="${endpoint}" />
    <button type="submit" class="quiet">${words.say('alerts.push.practice')}</button>
  </form>`
}
