import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { signedTerms } from '../consent/index.ts'
import type { SharedTerms } from '../consent/index.ts'
import { bankConsentClasses } from '../banks/index.ts'
import { conversations } from '../channels/index.ts'
import { assertionOptions, beginAssertion, uuidColumn } from '../customers/index.ts'
import { addNotice } from '../notices/index.ts'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { disclosures, parseTerms, termsChallenge } from '../kernel/index.ts'
import type { Terms, TermsId } from '../kernel/index.ts'
import type { HttpServer, Tx } from '../platform/index.ts'
import { changedDocument, endDatesFrom, readWishes } from './build-change.ts'
import { challengeOf, idOf, limited, limitedPasskey, queryOf } from './centre-params.ts'
import { sendDone, showCentre, signedIn, subjectOf } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { finishAct } from './fresh-passkey.ts'
import { alertsOf, classesOf, countedOf, isLeaveForAgent, nameOfBank, noticesOf } from './list-sharing.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'
import { showReview } from './show-review.ts'

/** How long a person may read what they are about to sign. */
const readingSeconds = 900

/** Whatever makes sharing larger or longer is new terms, read in full and signed by the passkey. */
export function addChangePages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.get(
    '/me/sharing/:id',
    limited,
    signedIn(tools, async (call) => {
      const shared = await findShared(tools, call)
      return shared === undefined ? sendOnward(call.reply, '/me') : showChoice(tools, call, shared, false)
    }),
  )

  scope.post(
    '/me/sharing/:id',
    limited,
    signedIn(tools, async (call) => {
      const shared = await findShared(tools, call)
      if (shared === undefined) return sendOnward(call.reply, '/me')
      const wished = readWishes(fieldsOf(call.request.body), shared, deps.clock.now())
      if (wished === undefined) return showChoice(tools, call, shared, true)
      const document = changedDocument(shared, uuidColumn<TermsId>().parse(deps.random.uuid()), wished)
      const challenge = termsChallenge(document, (bytes) => createHash('sha256').update(bytes).digest())
      // The challenge's row is the draft: what is shown is what is signed, and nothing else can be.
      const subject = subjectOf(call.session)
      const details = { customer: call.customer, document }
      await beginAssertion(deps, database, {
        ...{ use: 'sign-terms', subject, challenge, details },
        seconds: readingSeconds,
      })
      return showReview(tools, call, { shared, document, challenge: Buffer.from(challenge).toString('base64url') })
    }),
  )

  scope.post(
    '/me/sign/:challenge/challenge',
    limitedPasskey,
    signedIn(tools, async ({ request, reply, session }) => {
      const challenge = challengeOf(request)
      const asked = { use: 'sign-terms', subject: subjectOf(session) } as const
      const options = challenge && (await assertionOptions.resume(deps, database, { ...asked, challenge }))
      return options === undefined ? reply.code(409).send({}) : reply.send(options)
    }),
  )

  scope.post(
    '/me/sign/:challenge',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const { customer, reply, request } = call
      const signed = await finishAct(tools, call, 'sign-terms')
      if (!signed.ok) return showPasskeyRefused(tools, request, reply, signed.code)
      const { details, customer: _who, response: _whole, ...assertion } = signed.value
      const document = details['document'] ?? ''
      const terms = parseTerms(document)
      // Leave for an agent answers a question of theirs, and is signed on the page of that question.
      const isSharing = terms.ok && !isLeaveForAgent({ terms: terms.value })
      if (!terms.ok || !isSharing || terms.value.customer !== customer || terms.value.conversation === null) {
        return showPasskeyRefused(tools, request, reply, 'customers/assertion-invalid')
      }
      const { institution, conversation } = terms.value
      const isOwn = (await conversations.load(database, conversation))?.customer === customer
      if (!isOwn) return showPasskeyRefused(tools, request, reply, 'customers/assertion-invalid')
      await database.transaction(async (tx) => {
        const silences = !('fraud-alerts' in terms.value.purposes) && (await isWarned(tx, terms.value))
        await signedTerms.record(tx, { ...assertion, document }, { unconfirmed: false })
        await addNotice(tx, {
          customer,
          kind: silences ? 'alertsOff' : 'sharingChanged',
          params: { bank: institution },
        })
      })
      deps.logger.info('centre.signed', { termsId: terms.value.id, institution })
      return sendDone(reply, '/me', 'signed')
    }),
  )
}

/** Whether fraud alerts come to the conversation of these terms now. */
async function isWarned(tx: Tx, { customer, institution, conversation }: Terms): Promise<boolean> {
  const held = await signedTerms.listShared(tx, { customer, institution })
  return held.some((shared) => shared.terms.conversation === conversation && alertsOf(shared))
}

async function findShared(tools: CentreTools, call: Call): Promise<SharedTerms | undefined> {
  const id = idOf<TermsId>(call.request)
  if (id === undefined) return undefined
  const [shared] = await signedTerms.listShared(tools.deps.consent.database, { customer: call.customer, id })
  const isSharing = shared?.holds === true && shared.terms.kind === 'sharing' && !isLeaveForAgent(shared)
  return isSharing ? shared : undefined
}

async function showChoice(
  tools: CentreTools,
  call: Call,
  shared: SharedTerms,
  missing: boolean,
): Promise<FastifyReply> {
  const { words } = call.reader
  const { terms, level } = shared
  const { database } = tools.deps.consent
  const bank = await nameOfBank(database, terms.institution)
  const covered = await bankConsentClasses(database, terms)
  const channel = words.say(`channel.${terms.channel}`)
  const { first, last } = endDatesFrom(tools.deps.clock.now())
  const added = queryOf(call.request).get('add')
  const end = terms.expiresAt.slice(0, 10)
  const isFed = tools.deps.sendsCardEvents(terms.institution)
  const lacking = (of: 'toNotify' | 'toWarn'): { readonly lacking?: string } =>
    signedTerms.offered[of].every((name) => covered?.includes(name) !== false)
      ? {}
      : { lacking: words.say('change.notAsked') }
  return showCentre(tools, call, {
    title: words.say('change.title'),
    status: missing ? 422 : 200,
    body: html`<h1>${words.say('change.heading', { bank, channel })}</h1>
      <p>${words.say('change.body')}</p>
      ${missing ? html`<p class="note danger" role="alert">${words.say('change.missing')}</p>` : undefined}
      <form method="post" action="/me/sharing/${terms.id}">
        <fieldset>
          <legend>${words.say('change.classes')}</legend>
          ${classesOf(shared).map(({ name, on }) => showTick({ type: 'checkbox', name: 'class', value: name, ticked: on || name === added, label: words.say(`class.${name}`), ...(on || covered?.includes(name) !== false ? {} : { lacking: words.say('change.notAsked') }) }))}
        </fieldset>
        ${showOwn(words, 'notices', { on: noticesOf(shared), added: added === 'notices', ...lacking('toNotify') })}
        ${showOwn(words, 'alerts', { on: alertsOf(shared), added: added === 'alerts', ...(isFed ? lacking('toWarn') : { lacking: words.say('change.noCardEvents') }) })}
        ${showOwn(words, 'counted', { on: countedOf(shared), added: added === 'counted' })}
        <fieldset>
          <legend>${words.say('change.level', { channel })}</legend>
          ${disclosures.map((each) => showTick({ type: 'radio', name: 'disclosure', value: each, ticked: each === level, label: words.say(`level.${each}`), hint: words.say(`learns.${each}`, { channel }) }))}
        </fieldset>
        <fieldset>
          <legend>${words.say('change.until')}</legend>
          <label for="endDate">${words.say('change.endDate')}</label>
          <input
            type="date"
            id="endDate"
            name="endDate"
            required
            min="${first}"
            max="${last}"
            value="${end > last ? last : end}"
            aria-describedby="endHint"
          />
          <p class="hint" id="endHint">${words.say('change.endHint')}</p>
        </fieldset>
        <button type="submit">${words.say('change.review')}</button>
      </form>`,
  })
}

/** A purpose with one switch of its own; `lacking`: why it cannot be turned on here. */
function showOwn(
  words: Words,
  name: 'notices' | 'alerts' | 'counted',
  { on, added, lacking }: { readonly on: boolean; readonly added: boolean; readonly lacking?: string },
): Html {
  const why = on || lacking === undefined ? {} : { lacking }
  return html`<fieldset>
    <legend>${words.say(`change.${name}`)}</legend>
    ${showTick({ type: 'checkbox', name, value: 'on', ticked: on || added, label: words.say(`${name}.label`), hint: words.say(`${name}.hint`), ...why })}
  </fieldset>`
}

type Tick = {
  readonly type: 'checkbox' | 'radio'
  readonly name: string
  readonly value: string
  readonly ticked: boolean
  readonly label: string
  readonly hint?: string
  /** Why this cannot be chosen. */
  readonly lacking?: string
}

function showTick({ type, name, value, ticked, label, hint, lacking }: Tick): Html {
  const state = lacking !== undefined ? html` disabled` : ticked ? html` checked` : undefined
  const below = lacking ?? hint
  return html`<label class="choice"
    ><input type="${type}" name="${name}" value="${value}" ${state} />
    <span
      ><span class="what">${label}</span
      >${below === undefined ? undefined : html`<span class="hint block">${below}</span>`}</span
    ></label
  >`
}
