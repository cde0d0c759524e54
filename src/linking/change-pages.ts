import type { FastifyReply, FastifyRequest } from 'fastify'
import { loadInstitution } from '../banks/index.ts'
import { signedTerms } from '../consent/index.ts'
import { recoveries, uuidColumn } from '../customers/index.ts'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { TermsId } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited } from './link-params.ts'
import { atStep, channelName } from './link-route.ts'
import type { Call, LinkTools, Visit } from './link-route.ts'
import { changeLink } from './links-store.ts'
import type { CurrentTerms } from '../consent/index.ts'
import { offeredClasses } from './build-terms.ts'
import { showTerms } from './show-terms.ts'

/** Changing or ending what is shared in a conversation, after a passkey. */
export function addChangePages(scope: HttpServer, tools: LinkTools): void {
  const { database } = tools.deps.consent

  scope.get(
    '/link/change',
    limited,
    atStep(tools, ['signed-in', 'choosing'], async (visit, request, reply) => {
      const { customer } = visit.link
      if (customer === undefined) return sendOnward(reply, '/link/passkey')
      if ((await recoveries.find(database, customer)) !== undefined) return sendOnward(reply, '/link/recovery')
      const current = await signedTerms.listCurrent(database, { conversation: visit.conversation.id, customer })
      return showCurrent(tools, { visit, request, reply }, current)
    }),
  )

  scope.post(
    '/link/change',
    limited,
    atStep(tools, ['signed-in', 'choosing'], async (visit, request, reply) => {
      const current = await chosen(tools, visit, request)
      if (current === undefined) return sendOnward(reply, '/link/change')
      const { terms, level } = current
      const classes = terms.purposes['answer-customer'] ?? []
      await changeLink(database, visit.link.id, {
        from: ['signed-in', 'choosing'],
        step: 'choosing',
        institution: terms.institution,
        draft: {
          accounts: [...terms.accounts],
          dataClasses: offeredClasses.filter((name) => classes.includes(name)),
          notices: (terms.purposes['notify-customer'] ?? []).length > 0,
          alerts: (terms.purposes['fraud-alerts'] ?? []).length > 0,
          counted: (terms.purposes['service-statistics'] ?? []).length > 0,
          disclosure: level,
        },
      })
      return sendOnward(reply, '/link/sharing')
    }),
  )

  // Ending is one tap: whoever is here has shown the passkey, and ending only makes things safer.
  scope.post(
    '/link/change/end',
    limited,
    atStep(tools, ['signed-in', 'choosing'], async (visit, request, reply) => {
      const current = await chosen(tools, visit, request)
      if (current === undefined) return sendOnward(reply, '/link/change')
      await database.transaction(async (tx) => {
        await signedTerms.revoke(tx, current.terms.id, 'customer-on-page')
        await changeLink(tx, visit.link.id, { from: ['signed-in', 'choosing'], step: 'signed-in', draft: {} })
      })
      tools.deps.logger.info('link.sharing-ended', { termsId: current.terms.id })
      return sendOnward(reply, '/link/change')
    }),
  )
}

async function chosen(tools: LinkTools, visit: Visit, request: FastifyRequest): Promise<CurrentTerms | undefined> {
  const id = uuidColumn<TermsId>().safeParse(fieldsOf(request.body).get('terms'))
  const { customer } = visit.link
  if (!id.success || customer === undefined) return undefined
  const of = { conversation: visit.conversation.id, customer, id: id.data }
  return signedTerms.findCurrent(tools.deps.consent.database, of)
}

async function showCurrent(tools: LinkTools, call: Call, current: readonly CurrentTerms[]): Promise<FastifyReply> {
  const { visit, request, reply } = call
  const words = tools.words(request)
  const channel = channelName(words, visit.conversation.channel)
  const cards = await Promise.all(current.map((each) => showOne(tools, each, request)))
  const back = tools.deps.returnUrl(visit.conversation.channel)
  return tools.show(request, reply, {
    title: words.say('change.title'),
    body: html`<h1>${words.say('change.heading', { channel })}</h1>
      ${cards.length === 0 ? html`<p role="status">${words.say('change.none', { channel })}</p>` : html`<p>${words.say('change.body')}</p>`}
      ${cards}
      ${back === undefined ? undefined : html`<p><a class="link" href="${back}" rel="noreferrer">${words.say('code.back', { channel })}</a></p>`}`,
  })
}

async function showOne(tools: LinkTools, current: CurrentTerms, request: FastifyRequest): Promise<Html> {
  const words = tools.words(request)
  const { terms, document, level } = current
  const bank = (await loadInstitution(tools.deps.consent.database, terms.institution))?.name ?? terms.institution
  // The row may have been made more careful in the chat since; what holds is shown, the document as it was signed.
  const held = { ...terms, disclosure: level }
  return html`<section class="card" aria-label="${bank}">
    <h2 class="first">${bank}</h2>
    ${showTerms(words, held, document, { bank, accounts: new Map() })}
    <form method="post" action="/link/change">
      <input type="hidden" name="terms" value="${terms.id}" /><button type="submit">
        ${words.say('change.button')}
      </button>
    </form>
    <form method="post" action="/link/change/end">
      <input type="hidden" name="terms" value="${terms.id}" /><button type="submit" class="danger">
        ${words.say('change.end')}
      </button>
    </form>
  </section>`
}
