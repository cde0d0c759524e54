import type { FastifyReply } from 'fastify'
import type { Account } from '../banks/index.ts'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { accountsMax } from './draft.ts'
import { limited } from './link-params.ts'
import { atStep, channelName, stepOf } from './link-route.ts'
import type { Call, LinkTools } from './link-route.ts'
import { changeLink } from './links-store.ts'
import { listAccounts } from './list-accounts.ts'
import { showBankTrouble } from './show-bank-trouble.ts'
import { showStopForm } from './show-stop-form.ts'

/** Step 4, first half: which accounts. */
export function addAccountsPages(scope: HttpServer, tools: LinkTools): void {
  const { database } = tools.deps.consent

  scope.get(
    '/link/accounts',
    limited,
    atStep(tools, ['choosing'], (visit, request, reply) =>
      showAccounts(tools, { visit, request, reply }, { missing: false }),
    ),
  )

  scope.post(
    '/link/accounts',
    limited,
    atStep(tools, ['choosing'], async (visit, request, reply) => {
      const listed = await listAccounts(tools, visit)
      if (!listed.ok) return showTrouble(tools, { visit, request, reply }, listed.code)
      const wanted = new Set(fieldsOf(request.body).getAll('account'))
      // Only ids that the bank has just named; the form is a person's, but it came over the wire.
      const accounts = listed.value.map((account) => account.id).filter((id) => wanted.has(id))
      if (accounts.length === 0 || accounts.length > accountsMax) {
        return showAccounts(tools, { visit, request, reply }, { missing: true })
      }
      const { document: _outdated, ...draft } = visit.link.draft
      await changeLink(database, visit.link.id, { from: ['choosing'], step: 'choosing', draft: { ...draft, accounts } })
      return sendOnward(reply, '/link/sharing')
    }),
  )
}

function showTrouble(
  tools: LinkTools,
  call: Call,
  code: Parameters<typeof showBankTrouble>[3],
): Promise<FastifyReply> | FastifyReply {
  const { visit, request, reply } = call
  const { institution } = visit.link
  return institution === undefined
    ? sendOnward(reply, '/link/bank')
    : showBankTrouble(tools, { visit, request, reply }, institution, code)
}

async function showAccounts(tools: LinkTools, call: Call, state: { readonly missing: boolean }): Promise<FastifyReply> {
  const { visit, request, reply } = call
  const listed = await listAccounts(tools, visit)
  if (!listed.ok) return showTrouble(tools, { visit, request, reply }, listed.code)
  const words = tools.words(request)
  const channel = channelName(words, visit.conversation.channel)
  const chosen = visit.link.draft.accounts
  return tools.show(request, reply, {
    title: words.say('accounts.title'),
    status: state.missing ? 422 : 200,
    step: stepOf(words, 4),
    body: html`<h1>${words.say('accounts.heading')}</h1>
      <p>${words.say('accounts.body', { channel })}</p>
      ${state.missing ? html`<p class="note danger" role="alert">${words.say('accounts.missing', { max: accountsMax })}</p>` : undefined}
      ${
        listed.value.length === 0
          ? html`<p class="note warn">${words.say('accounts.none')}</p>`
          : html`<form method="post" action="/link/accounts">
              <fieldset>
                <legend>${words.say('accounts.legend')}</legend>
                ${listed.value.map((account) => showAccount(words, account, chosen?.includes(account.id) ?? true))}
              </fieldset>
              <button type="submit">${words.say('continue')}</button>
            </form>`
      }
      ${showStopForm(words, visit)}`,
  })
}

function showAccount(words: Words, account: Account, checked: boolean): Html {
  const digits = account.lastDigits?.reveal()
  return html`<label class="choice"
    ><input type="checkbox" name="account" value="${account.id}" ${checked ? html` checked` : undefined} />
    <span
      ><span class="what">${account.name.reveal()}</span
      >${digits === undefined ? undefined : html` <span class="digits">•••• ${digits}</span>`}
      <span class="hint block">${words.say(`accountCategory.${account.category}`)}</span></span
    ></label
  >`
}
