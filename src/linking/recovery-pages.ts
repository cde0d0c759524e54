import type { FastifyReply, FastifyRequest } from 'fastify'
import { listInstitutions } from '../banks/index.ts'
import { beginAssertion, beginEnrolment, recoveries } from '../customers/index.ts'
import { fieldsOf, handOff, html, passkeyForm, sendOnward } from '../pages/index.ts'
import type { Words } from '../pages/index.ts'
import type { Instant } from '../kernel/index.ts'
import { removalChallenge } from '../keystore/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { keepDeparture, redirectUri } from './depart.ts'
import { bankParams, institutionOf, limited, limitedPasskey } from './link-params.ts'
import { atStep, channelName } from './link-route.ts'
import type { LinkTools, Visit } from './link-route.ts'
import { changeLink } from './links-store.ts'
import { beginWaiting } from './recovery-jobs.ts'
import { showBankTrouble } from './show-bank-trouble.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'
import { showStopForm } from './show-stop-form.ts'
import { stopRecovery } from './stop-recovery.ts'

/**
 * A lost passkey: a fresh login at a bank that this customer linked, a new passkey, 24 hours in which every conversation
 * is told and an existing passkey can stop it.
 */
export function addRecoveryPages(scope: HttpServer, tools: LinkTools): void {
  const { deps } = tools
  const { database, keystore } = deps.consent
  const enrolment = { database, keystore, random: deps.random, party: deps.party }

  // Every bank is listed, not only the linked ones: who holds a stolen messenger account must not learn them here.
  scope.get(
    '/link/lost',
    limited,
    atStep(tools, ['opened'], async (visit, request, reply) => {
      const banks = await listInstitutions(database)
      const words = tools.words(request)
      return tools.show(request, reply, {
        title: words.say('lost.title'),
        body: html`<h1>${words.say('lost.title')}</h1>
          <p>${words.say('lost.body')}</p>
          <ol class="todo">
            <li>${words.say('lost.step1')}</li>
            <li>${words.say('lost.step2')}</li>
            <li>${words.say('lost.step3')}</li>
          </ol>
          <h2>${words.say('lost.choose')}</h2>
          <ul class="plain">
            ${banks.map(
              (bank) =>
                html`<li>
                  <form method="post" action="/link/lost/${bank.id}">
                    <button type="submit" class="quiet">${bank.name}</button>
                  </form>
                </li>`,
            )}
          </ul>
          ${visit.link.purpose === 'recover' ? undefined : html`<p><a class="link" href="/link/passkey">${words.say('back')}</a></p>`}`,
      })
    }),
  )

  scope.post(
    '/link/lost/:institution',
    { schema: bankParams, ...limitedPasskey },
    atStep(tools, ['opened'], async (visit, request, reply) => {
      const institution = institutionOf(request)
      const nonce = Buffer.from(deps.random.bytes(24)).toString('base64url')
      const started = await deps.banks.links.startFreshLogin({ institution, redirectUri: redirectUri(deps), nonce })
      if (!started.ok) return showBankTrouble(tools, { visit, request, reply }, institution, started.code)
      await keepDeparture(deps, visit, { step: 'recover-at-bank', departure: started.value, institution, nonce })
      return sendOnward(reply, '/link/depart')
    }),
  )

  scope.get(
    '/link/new-passkey',
    limited,
    atStep(tools, ['recover-proven'], (visit, request, reply) => {
      const words = tools.words(request)
      return tools.show(request, reply, {
        title: words.say('newPasskey.title'),
        script: 'link',
        body: html`<h1>${words.say('newPasskey.title')}</h1>
          <p>${words.say('newPasskey.body')}</p>
          <p class="note warn">${words.say('newPasskey.wait')}</p>
          ${passkeyForm(words, { kind: 'create', action: '/link/new-passkey', button: words.say('passkey.create') })}
          ${handOff(words, { hidden: true })} ${showStopForm(words, visit)}`,
      })
    }),
  )

  scope.post(
    '/link/new-passkey/challenge',
    limitedPasskey,
    atStep(tools, ['recover-proven'], async (visit, request, reply) => {
      const { customer, id } = visit.link
      if (customer === undefined) return reply.code(404).send({})
      const words = tools.words(request)
      const label = words.say('passkey.label', { channel: channelName(words, visit.conversation.channel) })
      return reply.send(await beginEnrolment(enrolment, { subject: id, customer, label }))
    }),
  )

  scope.post(
    '/link/new-passkey',
    limitedPasskey,
    atStep(tools, ['recover-proven'], async (visit, request, reply) => {
      const { customer, institution, id } = visit.link
      const response = fieldsOf(request.body).get('response')
      if (customer === undefined || institution === undefined) {
        return showPasskeyRefused(tools, request, reply, 'customers/enrolment-refused')
      }
      const started = await recoveries.start(enrolment, {
        subject: id,
        response,
        customer,
        institution,
        alongside: async (tx, recovery) => {
          await beginWaiting(tx, recovery)
          await changeLink(tx, id, { from: ['recover-proven'], step: 'recovering' })
        },
      })
      if (!started.ok) return showPasskeyRefused(tools, request, reply, started.code)
      deps.logger.info('recovery.started', { institution })
      return sendOnward(reply, '/link/recovering')
    }),
  )

  scope.get(
    '/link/recovering',
    limited,
    atStep(tools, ['recovering'], async (visit, request, reply) => {
      const waiting = visit.link.customer && (await recoveries.find(database, visit.link.customer))
      const words = tools.words(request)
      return tools.show(request, reply, {
        title: words.say('recovering.title'),
        body: html`<h1>${words.say('recovering.title')}</h1>
          <p>${words.say('recovering.body')}</p>
          ${waiting === undefined ? undefined : html`<p class="note">${words.say('recovering.until', { time: formatMoment(words, waiting.effectiveAt) })}</p>`}
          <p class="muted">${words.say('recovering.sealed')}</p>`,
      })
    }),
  )

  scope.get(
    '/link/recovery',
    limited,
    atStep(tools, ['signed-in'], (visit, request, reply) => showPending(tools, visit, request, reply)),
  )

  scope.post(
    '/link/recovery/stop/challenge',
    limitedPasskey,
    atStep(tools, ['signed-in'], async (visit, _request, reply) => {
      const { customer, id } = visit.link
      const pending = customer && (await recoveries.find(database, customer))
      if (customer === undefined || pending === undefined) return reply.code(404).send({})
      const challenge = removalChallenge(customer, pending.credentialId)
      return reply.send(await beginAssertion(deps, database, { use: 'recover', subject: id, challenge }))
    }),
  )

  scope.post(
    '/link/recovery/stop',
    limitedPasskey,
    atStep(tools, ['signed-in'], async (visit, request, reply) => {
      const stopped = await stopRecovery(tools, visit, request)
      if (!stopped.ok) return showPasskeyRefused(tools, request, reply, stopped.code)
      const words = tools.words(request)
      deps.logger.info('recovery.stopped', { linkId: visit.link.id })
      return tools.show(request, reply, {
        title: words.say('recoveryStopped.title'),
        body: html`<h1>${words.say('recoveryStopped.title')}</h1>
          <p>${words.say('recoveryStopped.body')}</p>
          <p><a class="button" href="/link/change">${words.say('continue')}</a></p>`,
      })
    }),
  )
}

async function showPending(
  tools: LinkTools,
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { customer } = visit.link
  const pending = customer && (await recoveries.find(tools.deps.consent.database, customer))
  if (pending === undefined) return sendOnward(reply, '/link/change')
  const words = tools.words(request)
  return tools.show(request, reply, {
    title: words.say('recovery.title'),
    script: 'link',
    body: html`<h1>${words.say('recovery.title')}</h1>
      <p class="note danger">${words.say('recovery.body', { time: formatMoment(words, pending.effectiveAt) })}</p>
      <p>${words.say('recovery.ask')}</p>
      ${passkeyForm(words, { kind: 'get', action: '/link/recovery/stop', button: words.say('recovery.stop') })}
      <p class="muted">${words.say('recovery.leave')}</p>`,
  })
}

function formatMoment(words: Words, at: Instant): string {
  return new Intl.DateTimeFormat(words.language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
    .format(at)
    .concat(' UTC')
}
