import type { FastifyReply, FastifyRequest } from 'fastify'
import { listInstitutions, loadInstitution } from '../banks/index.ts'
import type { BankHealth, Institution } from '../banks/index.ts'
import { fieldsOf, html, passkeyForm, sendOnward } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { isInstitutionId } from '../kernel/index.ts'
import type { TermsId } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { bankDaysChoices, bankDaysOf, setupDocument, setupMinutes } from './build-terms.ts'
import { departToBank } from './depart.ts'
import { bankParams, institutionOf, limited, limitedPasskey } from './link-params.ts'
import { atStep, channelName, stepOf } from './link-route.ts'
import type { Call, LinkTools } from './link-route.ts'
import { changeLink } from './links-store.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'
import { showStopForm } from './show-stop-form.ts'
import { beginSigning, databaseNow, finishSigning } from './sign-terms.ts'
import { uuidColumn } from '../customers/index.ts'

/** How many banks one page lists; the rest is found by searching. */
const shownMax = 20

/** From how many banks on a search box helps more than it is in the way. */
const searchableFrom = 5

/** Step 2: which bank, how it is doing, and the leave to list its accounts once. */
export function addBankPages(scope: HttpServer, tools: LinkTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.get(
    '/link/bank',
    limited,
    atStep(tools, ['signed-in', 'at-bank', 'choosing'], async (visit, request, reply) => {
      const wanted = searchOf(request)
      const all = await listInstitutions(database)
      const found = all.filter((bank) => bank.name.toLowerCase().includes(wanted.toLowerCase()))
      const listed = await Promise.all(found.slice(0, shownMax).map((bank) => withHealth(tools, bank)))
      return showBanks(
        tools,
        { visit, request, reply },
        { wanted, listed, more: found.length - listed.length, searchable: all.length > searchableFrom },
      )
    }),
  )

  scope.post(
    '/link/bank',
    limited,
    atStep(tools, ['signed-in', 'at-bank', 'choosing'], (_visit, request, reply) => {
      const chosen = fieldsOf(request.body).get('institution') ?? ''
      return sendOnward(reply, isInstitutionId(chosen) ? `/link/bank/${chosen}` : '/link/bank')
    }),
  )

  scope.get(
    '/link/bank/:institution',
    { schema: bankParams, ...limited },
    atStep(tools, ['signed-in', 'at-bank', 'choosing'], async (visit, request, reply) => {
      const bank = await loadInstitution(database, institutionOf(request))
      if (bank === undefined) return sendOnward(reply, '/link/bank')
      return showSetup(tools, { visit, request, reply }, bank, await healthOf(tools, bank))
    }),
  )

  scope.post(
    '/link/bank/:institution/sign/challenge',
    { schema: bankParams, ...limitedPasskey },
    atStep(tools, ['signed-in', 'at-bank', 'choosing'], async (visit, request, reply) => {
      const bank = await loadInstitution(database, institutionOf(request))
      const customer = visit.link.customer
      if (bank === undefined || customer === undefined) return reply.code(404).send({})
      const document = setupDocument({
        id: uuidColumn<TermsId>().parse(deps.random.uuid()),
        customer,
        institution: bank.id,
        now: await databaseNow(database),
      })
      return reply.send(await beginSigning(deps, database, visit, document))
    }),
  )

  scope.post(
    '/link/bank/:institution/sign',
    { schema: bankParams, ...limitedPasskey },
    atStep(tools, ['signed-in', 'at-bank', 'choosing'], async (visit, request, reply) => {
      const institution = institutionOf(request)
      const draft = { bankDays: bankDaysOf(fieldsOf(request.body).get('bankDays')) }
      const signed = await finishSigning(
        tools,
        { visit, request, reply },
        {
          kind: 'setup',
          institution,
          unconfirmed: false,
          alongside: (tx, { terms, sessionHash }) =>
            changeLink(tx, visit.link.id, {
              from: ['signed-in', 'at-bank', 'choosing'],
              step: 'signed-in',
              institution,
              setupTerms: terms,
              sessionHash,
              draft,
            }),
        },
      )
      if (!signed.ok) return showPasskeyRefused(tools, request, reply, signed.code)
      tools.names.drop(visit.link.id)
      return departToBank(tools, { ...visit, link: { ...visit.link, institution, draft } }, request, reply)
    }),
  )
}

function searchOf(request: FastifyRequest): string {
  const text = new URLSearchParams(request.url.split('?')[1] ?? '').get('search') ?? ''
  return text.slice(0, 80).trim()
}

async function withHealth(tools: LinkTools, bank: Institution): Promise<{ bank: Institution; health: BankHealth }> {
  return { bank, health: await healthOf(tools, bank) }
}

function healthOf(tools: LinkTools, bank: Institution): Promise<BankHealth> {
  return tools.deps.banks.health(bank.id)
}

type BankList = {
  readonly wanted: string
  readonly listed: readonly { readonly bank: Institution; readonly health: BankHealth }[]
  readonly more: number
  readonly searchable: boolean
}

function showBanks(tools: LinkTools, call: Call, list: BankList): FastifyReply {
  const { visit, request, reply } = call
  const words = tools.words(request)
  const channel = channelName(words, visit.conversation.channel)
  return tools.show(request, reply, {
    title: words.say('bank.title'),
    step: stepOf(words, 2),
    body: html`<h1>${words.say('bank.heading')}</h1>
      <p>${words.say('bank.body', { channel })}</p>
      ${list.searchable ? showSearch(words, list.wanted) : undefined}
      ${list.listed.length === 0 ? html`<p role="status">${words.say('bank.none', { wanted: list.wanted })}</p>` : undefined}
      <form method="post" action="/link/bank">
        <ul class="plain">
          ${list.listed.map(({ bank, health }) => html`<li>${showBank(words, bank, health)}</li>`)}
        </ul>
      </form>
      ${list.more > 0 ? html`<p class="muted">${words.say('bank.more', { count: list.more })}</p>` : undefined}
      ${showStopForm(words, visit)}`,
  })
}

function showBank(words: Words, bank: Institution, health: BankHealth): Html {
  return html`<button type="submit" class="bank" name="institution" value="${bank.id}">
    <span class="name">${bank.name}</span> <span class="health ${health}">${words.say(`health.${health}`)}</span>
  </button>`
}

function showSearch(words: Words, wanted: string): Html {
  return html`<form method="get" action="/link/bank" role="search">
    <label for="search">${words.say('bank.search')}</label>
    <input type="search" id="search" name="search" value="${wanted}" maxlength="80" autocomplete="off" />
    <button type="submit" class="quiet after-field">${words.say('bank.searchButton')}</button>
  </form>`
}

function showSetup(tools: LinkTools, call: Call, bank: Institution, health: BankHealth): FastifyReply {
  const { visit, request, reply } = call
  const words = tools.words(request)
  const channel = channelName(words, visit.conversation.channel)
  return tools.show(request, reply, {
    title: words.say('setup.title', { bank: bank.name }),
    script: 'link',
    step: stepOf(words, 2),
    body: html`<h1>${words.say('setup.heading', { bank: bank.name })}</h1>
      ${health === 'ok' ? undefined : html`<p class="note warn" role="status">${words.say(`health.${health}Long`, { bank: bank.name })}</p>`}
      <p>${words.say('setup.body', { bank: bank.name, channel })}</p>
      <section class="card">
        <h2 class="first">${words.say('setup.signHeading')}</h2>
        <p>${words.say('setup.terms', { bank: bank.name, minutes: setupMinutes })}</p>
        <p class="muted">${words.say('setup.notMore')}</p>
      </section>
      ${passkeyForm(words, { kind: 'get', action: `/link/bank/${bank.id}/sign`, button: words.say('setup.button'), fields: showBankDays(words) })}
      <p><a class="link" href="/link/bank">${words.say('setup.other')}</a></p>
      ${showStopForm(words, visit)}`,
  })
}

// Asked before the bank is, because the bank's own consent is made for that long; what is shared may end earlier.
function showBankDays(words: Words): Html {
  return html`<fieldset>
    <legend>${words.say('setup.days')}</legend>
    ${bankDaysChoices.map(
      (days, index) =>
        html`<label class="choice"
          ><input type="radio" name="bankDays" value="${days}" ${index === 0 ? html` checked` : undefined} />
          <span class="what">${words.say('setup.daysChoice', { days })}</span></label
        >`,
    )}
  </fieldset>`
}
