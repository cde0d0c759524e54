import type { FastifyReply } from 'fastify'
import { bankConsentClasses, loadInstitution } from '../banks/index.ts'
import { signedTerms } from '../consent/index.ts'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { FormFields, Html, Words } from '../pages/index.ts'
import { disclosures, termDaysMax } from '../kernel/index.ts'
import type { DataClass, Disclosure, Instant, TermsId } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { endDates, isEndDate, offeredClasses, offeredPurposes, sharingDocument } from './build-terms.ts'
import { limited } from './link-params.ts'
import { atStep, channelName, stepOf } from './link-route.ts'
import type { Call, LinkTools, Visit } from './link-route.ts'
import { changeLink } from './links-store.ts'
import { dataClassesOf, disclosureOf } from './sharing-choices.ts'
import { showStopForm } from './show-stop-form.ts'
import { databaseNow } from './sign-terms.ts'
import { uuidColumn } from '../customers/index.ts'

/** Step 4, second half: which data, what for, how much of it the chat may show, and until when. */
export function addSharingPages(scope: HttpServer, tools: LinkTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.get(
    '/link/sharing',
    limited,
    atStep(tools, ['choosing'], async (visit, request, reply) => {
      if (visit.link.draft.accounts === undefined) return sendOnward(reply, '/link/accounts')
      return showSharing(tools, { visit, request, reply }, await databaseNow(database), { missing: false })
    }),
  )

  scope.post(
    '/link/sharing',
    limited,
    atStep(tools, ['choosing'], async (visit, request, reply) => {
      const now = await databaseNow(database)
      const choices = readChoices(fieldsOf(request.body), now, daysOf(visit))
      const { customer, institution, draft } = visit.link
      if (draft.accounts === undefined || customer === undefined || institution === undefined) {
        return sendOnward(reply, '/link/accounts')
      }
      if (choices === undefined) return showSharing(tools, { visit, request, reply }, now, { missing: true })
      const document = sharingDocument({
        id: uuidColumn<TermsId>().parse(deps.random.uuid()),
        customer,
        institution,
        channel: visit.conversation.channel,
        conversation: visit.conversation.id,
        accounts: draft.accounts,
        classes: choices.dataClasses,
        notices: choices.notices,
        alerts: choices.alerts,
        counted: choices.counted,
        disclosure: choices.disclosure,
        endDate: choices.endDate,
        now,
      })
      await changeLink(database, visit.link.id, {
        from: ['choosing'],
        step: 'choosing',
        draft: { ...draft, ...choices, document },
      })
      return sendOnward(reply, '/link/summary')
    }),
  )
}

type Choices = {
  readonly dataClasses: DataClass[]
  readonly notices: boolean
  readonly alerts: boolean
  readonly counted: boolean
  readonly disclosure: Disclosure
  readonly endDate: string
}

// Undefined when something is missing: the page is shown again with what is.
function readChoices(fields: FormFields, now: Instant, days: number): Choices | undefined {
  const dataClasses = dataClassesOf(fields.getAll('class'))
  const disclosure = disclosureOf(fields.get('disclosure'))
  const endDate = fields.get('endDate') ?? ''
  const hasPurpose = offeredPurposes.every((purpose) => fields.getAll('purpose').includes(purpose))
  if (dataClasses.length === 0 || disclosure === undefined || !hasPurpose) return undefined
  if (!isEndDate(endDate, now, days)) return undefined
  const isOn = (name: string): boolean => fields.get(name) === 'on'
  return {
    dataClasses: [...dataClasses],
    notices: isOn('notices'),
    alerts: isOn('alerts'),
    counted: isOn('counted'),
    disclosure,
    endDate,
  }
}

// When changing what is shared, the bank's consent is from an earlier visit; it ends when it ends.
function daysOf(visit: Visit): number {
  return visit.link.draft.bankDays ?? termDaysMax
}

async function showSharing(
  tools: LinkTools,
  call: Call,
  now: Instant,
  state: { readonly missing: boolean },
): Promise<FastifyReply> {
  const { visit, request, reply } = call
  const words = tools.words(request)
  const channel = channelName(words, visit.conversation.channel)
  const { draft, institution } = visit.link
  const bank = institution && (await loadInstitution(tools.deps.consent.database, institution))
  const name = bank === undefined ? '' : bank.name
  const { first, last, proposed } = endDates(now, daysOf(visit))
  const classes = draft.dataClasses ?? offeredClasses
  const covered = await coveredBy(tools, visit)
  const lacking = (of: 'toNotify' | 'toWarn'): Pick<Choice, 'lacking'> =>
    signedTerms.offered[of].every((each) => covered.includes(each)) ? {} : { lacking: notAsked }
  const isFed = institution !== undefined && tools.deps.sendsCardEvents(institution)
  return tools.show(request, reply, {
    title: words.say('sharing.title'),
    status: state.missing ? 422 : 200,
    ...(visit.link.purpose === 'change' ? {} : { step: stepOf(words, 4) }),
    body: html`<h1>${words.say('sharing.heading', { bank: name })}</h1>
      ${state.missing ? html`<p class="note danger" role="alert">${words.say('sharing.missing')}</p>` : undefined}
      <form method="post" action="/link/sharing">
        <fieldset>
          <legend>${words.say('sharing.classes')}</legend>
          ${offeredClasses.map((name) => showChoice(words, channel, { field: 'class', value: name, checked: classes.includes(name), key: `class.${name}`, ...(covered.includes(name) ? {} : { lacking: notAsked }) }))}
        </fieldset>
        <fieldset>
          <legend>${words.say('sharing.purposes')}</legend>
          ${offeredPurposes.map((name) => showChoice(words, channel, { field: 'purpose', value: name, checked: true, key: `purpose.${name}` }))}
          <p class="hint">${words.say('sharing.noAds')}</p>
        </fieldset>
        ${showOwn(words, channel, 'notices', { checked: draft.notices === true, ...lacking('toNotify') })}
        ${showOwn(words, channel, 'alerts', draft.alerts === true ? { checked: true } : { checked: false, ...(isFed ? lacking('toWarn') : { lacking: 'sharing.noCardEvents' }) })}
        ${showOwn(words, channel, 'counted', { checked: draft.counted === true })}
        <fieldset>
          <legend>${words.say('sharing.disclosure', { channel })}</legend>
          <p class="hint">${words.say('sharing.disclosureHint', { channel })}</p>
          ${disclosures.map((level) => showLevel(words, level, (draft.disclosure ?? 'sealed') === level, channel))}
        </fieldset>
        <fieldset>
          <legend>${words.say('sharing.until')}</legend>
          <label for="endDate">${words.say('sharing.endDate')}</label>
          <input
            type="date"
            id="endDate"
            name="endDate"
            required
            min="${first}"
            max="${last}"
            value="${draft.endDate ?? proposed}"
            aria-describedby="endHint"
          />
          <p class="hint" id="endHint">${words.say('sharing.endHint')}</p>
        </fieldset>
        <button type="submit">${words.say('sharing.button')}</button>
      </form>
      ${visit.link.purpose === 'change' ? undefined : html`<p><a class="link" href="/link/accounts">${words.say('sharing.back')}</a></p>`}
      ${showStopForm(words, visit)}`,
  })
}

/** What the bank's consent covers. A link that was made before a class was offered was not asked for it. */
async function coveredBy(tools: LinkTools, { link }: Visit): Promise<readonly DataClass[]> {
  const { customer, institution } = link
  const asked = [...offeredClasses, ...signedTerms.offered.toWarn]
  if (customer === undefined || institution === undefined) return asked
  return (await bankConsentClasses(tools.deps.consent.database, { customer, institution })) ?? asked
}

type Choice = {
  readonly field: string
  readonly value: string
  readonly checked: boolean
  readonly key: string
  /** Why this cannot be chosen here. */
  readonly lacking?: string
}

/** The bank was never asked for this. */
const notAsked = 'sharing.notAsked'

/** A purpose of its own, off until somebody turns it on: messages that nobody asked for, fraud alerts, being counted in totals. */
function showOwn(
  words: Words,
  channel: string,
  field: 'notices' | 'alerts' | 'counted',
  state: Pick<Choice, 'checked' | 'lacking'>,
): Html {
  return html`<fieldset>
    <legend>${words.say(`sharing.${field}`)}</legend>
    ${showChoice(words, channel, { field, value: 'on', key: field, ...state })}
  </fieldset>`
}

function showChoice(words: Words, channel: string, choice: Choice): Html {
  return html`<label class="choice"
    ><input
      type="checkbox"
      name="${choice.field}"
      value="${choice.value}"
      ${choice.checked && choice.lacking === undefined ? html` checked` : undefined}
      ${choice.lacking === undefined ? undefined : html` disabled`}
    />
    <span
      ><span class="what">${words.say(`${choice.key}.name`, { channel })}</span
      ><span class="hint block">${words.say(choice.lacking ?? `${choice.key}.detail`, { channel })}</span></span
    ></label
  >`
}

function showLevel(words: Words, level: Disclosure, checked: boolean, channel: string): Html {
  return html`<label class="choice"
    ><input type="radio" name="disclosure" value="${level}" ${checked ? html` checked` : undefined} required />
    <span
      ><span class="what">${words.say(`level.${level}.name`)}</span>
      <span class="hint block">${words.say(`level.${level}.learns`, { channel })}</span>
      <span class="example">${words.say(`level.${level}.example`)}</span></span
    ></label
  >`
}
