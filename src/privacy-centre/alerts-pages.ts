import type { FastifyReply } from 'fastify'
import { endings } from '../consent/index.ts'
import type { SharedTerms } from '../consent/index.ts'
import { addNotice } from '../notices/index.ts'
import { handOff, html, passkeyForm, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import { isInstitutionId } from '../kernel/index.ts'
import type { InstitutionId, Instant } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited, limitedPasskey } from './centre-params.ts'
import { sendDone, showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { endFraudAlerts } from './end-sharing.ts'
import { beginAct, finishAct } from './fresh-passkey.ts'
import { addBrowserRoutes, showBrowsers } from './browser-routes.ts'
import { alertsOf, listSharing } from './list-sharing.ts'
import type { BankSharing } from './list-sharing.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'

/** In an address: all banks. No bank is called so. */
const everyBank = '_all'

/**
 * Fraud alerts, bank by bank. Ending them takes a fresh passkey, bound to this session and to the bank (P4); keeping those that words in
 * a chat asked to end takes one press.
 */
export function addAlertsPages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.get(
    '/me/alerts',
    limited,
    signedIn(tools, (call) => showAlerts(tools, call)),
  )

  addBrowserRoutes(scope, tools)

  scope.post(
    '/me/alerts/keep',
    limited,
    signedIn(tools, async ({ customer, reply }) => {
      const kept = await database.transaction((tx) => endings.alerts.keep(tx, customer))
      return sendDone(reply, '/me/alerts', kept > 0 ? 'alertsKept' : 'nothing')
    }),
  )

  scope.post(
    '/me/alerts/:bank/end/challenge',
    limitedPasskey,
    signedIn(tools, (call) => {
      const bank = bankOf(call)
      return bank === undefined ? call.reply.code(404).send({}) : beginAct(tools, call, 'end-alerts', { about: bank })
    }),
  )
  scope.post(
    '/me/alerts/:bank/end',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const { customer, request, reply } = call
      const bank = bankOf(call)
      if (bank === undefined) return tools.showTrouble(request, reply, 'notFound')
      const approved = await finishAct(tools, call, 'end-alerts', { about: bank })
      if (!approved.ok) return showPasskeyRefused(tools, request, reply, approved.code)
      const ended = await database.transaction(async (tx) => {
        const banks = await endFraudAlerts(tx, { customer, ...(bank === everyBank ? {} : { institution: bank }) })
        for (const each of banks) await addNotice(tx, { customer, kind: 'alertsOff', params: { bank: each } })
        return banks
      })
      deps.logger.info('centre.alerts-ended', { count: ended.length })
      return sendDone(reply, '/me/alerts', ended.length > 0 ? 'alertsEnded' : 'nothing')
    }),
  )
}

/** The bank in the address, or {@link everyBank}; undefined where neither is. */
function bankOf({ request }: Call): InstitutionId | typeof everyBank | undefined {
  const text = new URL(request.url, 'http://page').pathname.split('/')[3] ?? ''
  if (text === everyBank) return everyBank
  return isInstitutionId(text) ? text : undefined
}

async function showAlerts(tools: CentreTools, call: Call): Promise<FastifyReply> {
  const { words } = call.reader
  const { database } = tools.deps.consent
  const [sharing, endsAt] = await Promise.all([
    listSharing(database, call.customer),
    endings.alerts.endsAt(database, call.customer),
  ])
  const warned = sharing.filter(({ terms }) => terms.some(alertsOf))
  const browsers = await showBrowsers(tools, call, warned)
  return showCentre(tools, call, {
    title: words.say('alerts.title'),
    body: html`<h1>${words.say('alerts.title')}</h1>
      <p>${words.say('alerts.body')}</p>
      ${endsAt === undefined ? undefined : showEnding(call, endsAt)}
      ${sharing.length === 0 ? html`<p role="status">${words.say('sharing.noneHow')}</p>` : sharing.map((bank) => showBank(tools, call, bank))}
      ${browsers}
      ${warned.length < 2 ? undefined : html`<div class="grave">${passkeyForm(words, { kind: 'get', action: `/me/alerts/${everyBank}/end`, button: words.say('alerts.endAll') })}</div>`}
      ${handOff(words, { hidden: true })}`,
  })
}

/** Words in a chat asked to end them: until when they can be kept. */
function showEnding({ reader }: Call, endsAt: Instant): Html {
  const { words } = reader
  return html`<div class="note warn">
    <p>${words.say('alerts.ending', { time: readerTime.moment(reader, endsAt) })}</p>
    <form method="post" action="/me/alerts/keep">
      <button type="submit">${words.say('alerts.keep')}</button>
    </form>
  </div>`
}

function showBank(tools: CentreTools, { reader }: Call, bank: BankSharing): Html {
  const { words } = reader
  const isWarned = bank.terms.some(alertsOf)
  return html`<section class="card" aria-label="${bank.name}">
    <h2 class="first">${bank.name}</h2>
    ${bank.terms.map((shared) => showChannel(tools, reader.words, shared))}
    ${
      isWarned
        ? html`<p>${words.say('alerts.endMeans', { bank: bank.name })}</p>
            ${passkeyForm(words, { kind: 'get', action: `/me/alerts/${bank.institution}/end`, button: words.say('alerts.end'), quiet: true })}`
        : undefined
    }
  </section>`
}

function showChannel(tools: CentreTools, words: Call['reader']['words'], shared: SharedTerms): Html {
  const channel = words.say(`channel.${shared.terms.channel}`)
  if (alertsOf(shared)) return html`<p>${words.say('alerts.on', { channel })}</p>`
  if (!tools.deps.sendsCardEvents(shared.terms.institution)) return html`<p>${words.say('change.noCardEvents')}</p>`
  return html`<p>
    ${words.say('alerts.off', { channel })}
    <a class="link" href="/me/sharing/${shared.terms.id}?add=alerts">${words.say('alerts.turnOn', { channel })}</a>
  </p>`
}
