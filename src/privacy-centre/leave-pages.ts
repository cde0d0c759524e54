import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { bankConsentClasses } from '../banks/index.ts'
import { signedTerms } from '../consent/index.ts'
import { beginAssertion, uuidColumn } from '../customers/index.ts'
import { parseTerms, termsChallenge, termsDocument, toInstant } from '../kernel/index.ts'
import type { DataClass, TermsId } from '../kernel/index.ts'
import { html, passkeyForm, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { Database, HttpServer } from '../platform/index.ts'
import { idOf, limited, limitedPasskey } from './centre-params.ts'
import { sendDone, showCentre, signedIn, subjectOf } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { finishAct } from './fresh-passkey.ts'
import type { DeskLeave, OwnDesk } from './own-desk.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'

/** Leave to look ends with the hand-back; nobody has to trust that alone, so what is signed ends by itself on the same day. */
const leaveHours = 8
const hourMs = 3_600_000
/** How long a person may read what they are about to sign. */
const readingSeconds = 900

/**
 * "May this person look?" For one conversation, one bank, the classes that were asked for, and until the conversation is handed back: a grant of
 * its own purpose, `customer-service`, that the passkey signs here. No needs no passkey.
 */
export function addLeavePages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.post(
    '/me/person/leave/:id',
    limited,
    signedIn(tools, async (call) => {
      const leave = await findOpen(tools, call)
      const document = leave && (await leaveDocument(tools, call, leave))
      if (leave === undefined || document === undefined) return sendDone(call.reply, '/me/person', 'nothing')
      const challenge = termsChallenge(document, (bytes) => createHash('sha256').update(bytes).digest())
      await beginAssertion(deps, database, {
        use: 'sign-terms',
        subject: subjectOf(call.session),
        challenge,
        details: { customer: call.customer, document },
        seconds: readingSeconds,
      })
      return showReview(tools, call, { leave, document, challenge: Buffer.from(challenge).toString('base64url') })
    }),
  )

  scope.post(
    '/me/person/leave/:id/sign',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const { customer, reply, request, session } = call
      const leave = await findOpen(tools, call)
      const signed = await finishAct(tools, call, 'sign-terms')
      if (!signed.ok) return showPasskeyRefused(tools, request, reply, signed.code)
      const { details, customer: _who, response: _whole, ...assertion } = signed.value
      const document = details['document'] ?? ''
      const terms = parseTerms(document)
      if (leave === undefined || deps.desk === undefined) return sendDone(reply, '/me/person', 'nothing')
      if (!terms.ok || terms.value.customer !== customer || terms.value.conversation !== leave.conversation) {
        return showPasskeyRefused(tools, request, reply, 'customers/assertion-invalid')
      }
      const { desk } = deps
      const { id } = terms.value
      const isAllowed = await database.transaction(async (tx) => {
        await signedTerms.record(tx, { ...assertion, document }, { unconfirmed: false })
        if (await desk.allow(tx, { session: session.hash, leave, terms: id })) return true
        // What was signed for a question that is over holds nothing (consent.holds_now); it is ended all the same.
        await signedTerms.revoke(tx, id, 'never-confirmed')
        return false
      })
      deps.logger.info('centre.agent-allowed', { termsId: id })
      return sendDone(reply, '/me/person', isAllowed ? 'lookAllowed' : 'nothing')
    }),
  )

  scope.post(
    '/me/person/leave/:id/refuse',
    limited,
    signedIn(tools, async (call) => {
      const leave = await findLeave(tools, call)
      const refused =
        leave !== undefined &&
        deps.desk !== undefined &&
        (await refuse(deps.desk, database, { session: call.session.hash, leave }))
      return sendDone(call.reply, '/me/person', refused ? 'lookRefused' : 'nothing')
    }),
  )
}

async function refuse(desk: OwnDesk, database: Database, said: Parameters<OwnDesk['refuse']>[1]): Promise<boolean> {
  return await database.transaction((tx) => desk.refuse(tx, said))
}

async function findLeave(tools: CentreTools, call: Call): Promise<DeskLeave | undefined> {
  const id = idOf<string>(call.request)
  const leaves = await tools.deps.desk?.leaves(call.session.hash)
  return leaves?.find((leave) => leave.id === id)
}

async function findOpen(tools: CentreTools, call: Call): Promise<DeskLeave | undefined> {
  const leave = await findLeave(tools, call)
  return leave?.answer === undefined && leave?.isOver === false ? leave : undefined
}

/**
 * What is signed: the accounts that are shared in this conversation anyway, for the classes that were asked for and that the bank was ever asked
 * to give. Sealed: what an agent reads is nothing for the chat. Undefined: nothing is shared there, so there is nothing to look at.
 */
async function leaveDocument(tools: CentreTools, call: Call, leave: DeskLeave): Promise<string | undefined> {
  const { database } = tools.deps.consent
  const { institution, conversation, channel } = leave
  const shared = (await signedTerms.listShared(database, { customer: call.customer, institution })).filter(
    ({ terms, grants }) =>
      terms.kind === 'sharing' &&
      terms.conversation === conversation &&
      grants.some(({ holds, purpose }) => holds && purpose === 'answer-customer'),
  )
  const accounts = [...new Set(shared.flatMap(({ terms }) => terms.accounts))]
  const covered = await bankConsentClasses(database, { customer: call.customer, institution })
  const classes = leave.classes.filter((name) => covered?.includes(name) !== false).toSorted()
  if (accounts.length === 0 || classes.length === 0) return undefined
  return termsDocument({
    v: 1,
    kind: 'sharing',
    id: uuidColumn<TermsId>().parse(tools.deps.random.uuid()),
    customer: call.customer,
    institution,
    channel,
    conversation,
    accounts,
    purposes: { 'customer-service': classes },
    disclosure: 'sealed',
    // A minute less, so that no clock calls it more.
    expiresAt: `${new Date(tools.deps.clock.now() + leaveHours * hourMs - 60_000).toISOString().slice(0, 19)}Z`,
  })
}

function showReview(
  tools: CentreTools,
  call: Call,
  { leave, document, challenge }: { readonly leave: DeskLeave; readonly document: string; readonly challenge: string },
): FastifyReply {
  const { words } = call.reader
  const terms = parseTerms(document)
  if (!terms.ok) return sendDone(call.reply, '/me/person', 'nothing')
  const classes: readonly DataClass[] = terms.value.purposes['customer-service'] ?? []
  const bank = leave.institutionName ?? leave.institution
  return showCentre(tools, call, {
    title: words.say('leave.title'),
    body: html`<h1>${words.say('leave.heading', { name: leave.name, bank })}</h1>
      <p>${words.say('leave.body', { name: leave.name })}</p>
      <section class="card">
        <dl class="facts">
          <dt>${words.say('review.what')}</dt>
          <dd>${classes.map((name) => words.say(`class.${name}`)).join(', ')}</dd>
          <dt>${words.say('review.purpose')}</dt>
          <dd>${words.say('purpose.customer-service')}</dd>
          <dt>${words.say('review.accounts')}</dt>
          <dd>${words.say('sharing.accounts', { count: terms.value.accounts.length })}</dd>
          <dt>${words.say('review.ends')}</dt>
          <dd>
            ${words.say('leave.ends', { time: readerTime.moment(call.reader, toInstant(Date.parse(terms.value.expiresAt))) })}
          </dd>
        </dl>
        <details>
          <summary>${words.say('review.document')}</summary>
          <p class="muted">${words.say('review.documentHint')}</p>
          <pre class="document" tabindex="0">${document}</pre>
        </details>
      </section>
      <p>${words.say('review.never')}</p>
      ${passkeyForm(words, {
        kind: 'get',
        action: `/me/person/leave/${leave.id}/sign`,
        challenge: `/me/sign/${challenge}/challenge`,
        button: words.say('leave.allow'),
      })}
      ${refuseForm(call, leave, words.say('leave.refuse'))}`,
  })
}

/** The questions that wait, and what is allowed now, at the top of the page of people who helped. */
export function showLeaves(call: Call, leaves: readonly DeskLeave[] | undefined): Html | undefined {
  const open = leaves?.filter(({ isOver, answer }) => !isOver && answer !== 'refused') ?? []
  if (open.length === 0) return undefined
  const { words } = call.reader
  return html`${open.map((leave) => {
    const bank = leave.institutionName ?? leave.institution
    const classes = leave.classes.map((name) => words.say(`class.${name}`)).join(', ')
    return html`<section class="card" aria-labelledby="leave-${leave.id}">
      <h2 class="first" id="leave-${leave.id}">
        ${words.say(leave.answer === undefined ? 'leave.heading' : 'leave.allowed', { name: leave.name, bank })}
      </h2>
      <p>${classes}</p>
      ${leave.until === undefined ? html`<p class="muted">${words.say('leave.body', { name: leave.name })}</p>` : html`<p class="muted">${words.say('leave.ends', { time: readerTime.moment(call.reader, leave.until) })}</p>`}
      ${
        leave.answer === undefined
          ? html`<form method="post" action="/me/person/leave/${leave.id}">
              <button type="submit">${words.say('leave.allow')}</button>
            </form>`
          : undefined
      }
      ${refuseForm(call, leave, words.say(leave.answer === undefined ? 'leave.refuse' : 'leave.end'))}
    </section>`
  })}`
}

function refuseForm(_call: Call, leave: DeskLeave, label: string): Html {
  return html`<form method="post" action="/me/person/leave/${leave.id}/refuse">
    <button type="submit" class="quiet">${label}</button>
  </form>`
}
