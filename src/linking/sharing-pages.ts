import type { FastifyReply, FastifyRequest } from 'fastify'
import { loadInstitution } from '../banks/index.ts'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { FormFields, Html, Words } from '../pages/index.ts'
import { disclosures } from '../kernel/index.ts'
import type { DataClass, Disclosure, Instant, TermsId } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { endDates, isEndDate, offeredClasses, offeredPurposes, sharingDocument } from './build-terms.ts'
import { limited } from './link-params.ts'
import { atStep, channelName, stepOf } from './link-route.ts'
import type { LinkTools, Visit } from './link-route.ts'
import { changeLink } from './links-store.ts'
import { dataClassesOf, disclosureOf } from './sharing-choices.ts'
import { showStopForm } from './show-stop-form.ts'
import { databaseNow } from './sign-terms.ts'

/** Step 4, second half: which data, what for, how much of it the chat may show, and until when. */
export function addSharingPages(scope: HttpServer, tools: LinkTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.get(
    '/link/sharing',
    limited,
    atStep(tools, ['choosing'], async (visit, request, reply) => {
      if (visit.link.draft.accounts === undefined) return sendOnward(reply, '/link/accounts')
      return showSharing(tools, visit, await databaseNow(database), request, reply, { missing: false })
    }),
  )

  scope.post(
    '/link/sharing',
    limited,
    atStep(tools, ['choosing'], async (visit, request, reply) => {
      const now = await databaseNow(database)
      const choices = readChoices(fieldsOf(request.body), now)
      const { customer, institution, draft } = visit.link
      if (draft.accounts === undefined || customer === undefined || institution === undefined) {
        return sendOnward(reply, '/link/accounts')
      }
      if (choices === undefined) return showSharing(tools, visit, now, request, reply, { missing: true })
      const document = sharingDocument({
        id: deps.random.uuid() as TermsId,
        customer,
        institution,
        channel: visit.conversation.channel,
        conversation: visit.conversation.id,
        accounts: draft.accounts,
        classes: choices.dataClasses,
        disclosure: choices.disclosure,
        endDate: choices.endDate,
        now,
      })
      await changeLink(database, visit.link.id, {
        from: ['choosing'],
        step: 'choosing',
        draft: { accounts: draft.accounts, ...choices, document },
      })
      return sendOnward(reply, '/link/summary')
    }),
  )
}

type Choices = { readonly dataClasses: DataClass[]; readonly disclosure: Disclosure; readonly endDate: string }

// Undefined when something is missing: the page is shown again with what is.
function readChoices(fields: FormFields, now: Instant): Choices | undefined {
  const dataClasses = dataClassesOf(fields.getAll('class'))
  const disclosure = disclosureOf(fields.get('disclosure'))
  const endDate = fields.get('endDate') ?? ''
  const hasPurpose = offeredPurposes.every((purpose) => fields.getAll('purpose').includes(purpose))
  if (dataClasses.length === 0 || disclosure === undefined || !hasPurpose) return undefined
  return isEndDate(endDate, now) ? { dataClasses: [...dataClasses], disclosure, endDate } : undefined
}

async function showSharing(
  tools: LinkTools,
  visit: Visit,
  now: Instant,
  request: FastifyRequest,
  reply: FastifyReply,
  state: { readonly missing: boolean },
): Promise<FastifyReply> {
  const words = tools.words(request)
  const channel = channelName(words, visit.conversation.channel)
  const { draft, institution } = visit.link
  const bank = institution && (await loadInstitution(tools.deps.consent.database, institution))
  const name = bank === undefined ? '' : bank.name
  const { first, last, proposed } = endDates(now)
  const classes = draft.dataClasses ?? offeredClasses
  return tools.show(request, reply, {
    title: words.say('sharing.title'),
    status: state.missing ? 422 : 200,
    ...(visit.link.purpose === 'change' ? {} : { step: stepOf(words, 4) }),
    body: html`<h1>${words.say('sharing.heading', { bank: name })}</h1>
      ${state.missing ? html`<p class="note danger" role="alert">${words.say('sharing.missing')}</p>` : undefined}
      <form method="post" action="/link/sharing">
        <fieldset>
          <legend>${words.say('sharing.classes')}</legend>
          ${offeredClasses.map((name) => choice('checkbox', 'class', name, classes.includes(name), words, `class.${name}`, channel))}
        </fieldset>
        <fieldset>
          <legend>${words.say('sharing.purposes')}</legend>
          ${offeredPurposes.map((name) => choice('checkbox', 'purpose', name, true, words, `purpose.${name}`, channel))}
          <p class="hint">${words.say('sharing.noAds')}</p>
        </fieldset>
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

function choice(
  type: 'checkbox' | 'radio',
  field: string,
  value: string,
  checked: boolean,
  words: Words,
  key: string,
  channel: string,
): Html {
  return html`<label class="choice"
    ><input type="${type}" name="${field}" value="${value}" ${checked ? html` checked` : undefined} />
    <span
      ><span class="what">${words.say(`${key}.name`)}</span
      ><span class="hint block">${words.say(`${key}.detail`, { channel })}</span></span
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
