import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  beginAssertion,
  beginEnrolment,
  finishAssertion,
  finishEnrolment,
  sessions,
  uuidColumn,
} from '../customers/index.ts'
import { fieldsOf, handOff, html, passkeyForm, sendOnward } from '../pages/index.ts'
import type { CustomerId } from '../kernel/index.ts'
import type { HttpServer, Tx } from '../platform/index.ts'
import { limitedPasskey } from './link-params.ts'
import { atStep, channelName, showRefusal, stepOf } from './link-route.ts'
import type { Call, LinkTools, Visit } from './link-route.ts'
import { changeLink, isFreeFor } from './links-store.ts'
import { pathOf } from './next-path.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'

/** Step 1: who is this? A new passkey makes a new customer; an existing one signs in. */
export function addPasskeyPages(scope: HttpServer, tools: LinkTools): void {
  const { deps } = tools
  const { database, keystore } = deps.consent
  const enrolment = { database, keystore, random: deps.random, party: deps.party }
  const at = (
    handle: (visit: Visit, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> | FastifyReply,
  ) => atStep(tools, ['opened'], handle)

  scope.get(
    '/link/passkey',
    limitedPasskey,
    at((visit, request, reply) => showChoice(tools, visit, request, reply)),
  )

  scope.post(
    '/link/passkey/new/challenge',
    limitedPasskey,
    at(async (visit, request, reply) => {
      const label = tools
        .words(request)
        .say('passkey.label', { channel: channelName(tools.words(request), visit.conversation.channel) })
      return reply.send(await beginEnrolment(enrolment, { subject: subjectOf(visit), label }))
    }),
  )

  scope.post(
    '/link/passkey/new',
    limitedPasskey,
    at(async (visit, request, reply) => {
      const response = fieldsOf(request.body).get('response')
      const { language } = visit.conversation
      const enrolled = await finishEnrolment(enrolment, { subject: subjectOf(visit), response, language })
      if (!enrolled.ok) return showPasskeyRefused(tools, request, reply, enrolled.code)
      return signIn(tools, { visit, request, reply }, enrolled.value.customer)
    }),
  )

  scope.post(
    '/link/passkey/use/challenge',
    limitedPasskey,
    at(async (visit, _request, reply) =>
      reply.send(await beginAssertion(deps, database, { use: 'sign-in', subject: subjectOf(visit) })),
    ),
  )

  scope.post(
    '/link/passkey/use',
    limitedPasskey,
    at(async (visit, request, reply) => {
      const response = fieldsOf(request.body).get('response')
      const assertion = await database.transaction((tx) =>
        finishAssertion(deps, tx, { use: 'sign-in', subject: subjectOf(visit), response }),
      )
      if (!assertion.ok) return showPasskeyRefused(tools, request, reply, assertion.code)
      return signIn(tools, { visit, request, reply }, assertion.value.customer)
    }),
  )
}

/** What challenges of a visit are bound to: the session, by its hash. */
export function subjectOf(visit: Visit): string {
  return `${visit.link.id}|${visit.session.hash.toString('base64url')}`
}

async function signIn(tools: LinkTools, call: Call, customer: CustomerId): Promise<FastifyReply> {
  const { visit, request, reply } = call
  const { deps } = tools
  const session = await deps.consent.database.transaction(async (tx) => {
    if (!(await mayUse(tx, visit, customer))) return undefined
    const fresh = await sessions.rotate(deps, tx, visit.session, { customer })
    const changed = await changeLink(tx, visit.link.id, {
      from: ['opened'],
      step: 'signed-in',
      customer,
      sessionHash: fresh.hash,
    })
    return changed ? fresh : undefined
  })
  if (session === undefined) return showRefusal(tools, request, reply, 'linking/wrong-person')
  sessions.setCookie(reply, 'link', session.value)
  return sendOnward(reply, pathOf({ ...visit.link, step: 'signed-in' }))
}

/** An id that no customer has. */
const nobody = uuidColumn<CustomerId>().parse('00000000-0000-0000-0000-000000000000')

// A conversation has one customer: somebody else's passkey neither links nor changes anything there (threat row 4).
async function mayUse(tx: Tx, visit: Visit, customer: CustomerId): Promise<boolean> {
  if (visit.link.purpose !== 'link') return visit.conversation.customer === customer
  return visit.conversation.customer === customer || (await isFreeFor(tx, visit.conversation.id, customer))
}

async function showChoice(
  tools: LinkTools,
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const words = tools.words(request)
  const channel = channelName(words, visit.conversation.channel)
  const isKnown = visit.conversation.customer !== undefined
  // While anything is shared here, a new passkey could only be refused afterwards.
  const isTaken = isKnown && !(await isFreeFor(tools.deps.consent.database, visit.conversation.id, nobody))
  const fresh = passkeyForm(words, {
    kind: 'create',
    action: '/link/passkey/new',
    button: words.say('passkey.create'),
    quiet: isKnown,
  })
  const existing = passkeyForm(words, {
    kind: 'get',
    action: '/link/passkey/use',
    button: words.say('passkey.use'),
    quiet: !isKnown,
  })
  const isChange = visit.link.purpose === 'change'
  return tools.show(request, reply, {
    title: words.say('passkey.title'),
    script: 'link',
    ...(isChange ? {} : { step: stepOf(words, 1) }),
    body: html`<h1>${words.say(isChange ? 'passkey.changeHeading' : 'passkey.heading', { channel })}</h1>
      <p>${words.say(isKnown ? 'passkey.bodyKnown' : 'passkey.bodyNew')}</p>
      ${isChange || isTaken ? existing : isKnown ? [existing, fresh] : [fresh, existing]}
      ${handOff(words, { hidden: true })}
      <details>
        <summary>${words.say('passkey.what')}</summary>
        <p>${words.say('passkey.whatBody')}</p>
      </details>
      ${isKnown ? html`<p><a class="link" href="/link/lost">${words.say('passkey.lost')}</a></p>` : undefined}
      ${isChange ? undefined : html`<p class="muted">${words.say('passkey.notYou', { channel })}</p>`}`,
  })
}
