import type { FastifyReply } from 'fastify'
import { bankCodes, loadInstitution } from '../banks/index.ts'
import type { BankRefusal, LinkRefusal } from '../banks/index.ts'
import { html } from '../pages/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import type { Call, LinkTools } from './link-route.ts'
import { showStopForm } from './show-stop-form.ts'

const sentences: { readonly [Code in BankRefusal | LinkRefusal]: string } = {
  'banks/unreachable': 'bankTrouble.unreachable',
  'banks/unreadable': 'bankTrouble.unreadable',
  'banks/link-expired': 'bankTrouble.again',
  'banks/consent-ended': 'bankTrouble.again',
  'banks/over-budget': 'bankTrouble.overBudget',
  'banks/unknown-institution': 'bankTrouble.unknown',
  'banks/access-denied': 'bankTrouble.cancelled',
  'banks/login-expired': 'bankTrouble.expired',
  'banks/callback-state': 'bankTrouble.notOurs',
  'banks/callback-issuer': 'bankTrouble.notOurs',
  'banks/callback-malformed': 'bankTrouble.notOurs',
  'banks/code-refused': 'bankTrouble.notOurs',
  'banks/identity-unproven': 'bankTrouble.notOurs',
  'banks/bank-refused': 'bankTrouble.refused',
  'banks/link-stopped': 'bankTrouble.expired',
}

/** What went wrong at the bank, that nothing was shared, and both ways on: once more, or another bank. */
export async function showBankTrouble(
  tools: LinkTools,
  call: Call,
  institution: InstitutionId,
  code: BankRefusal | LinkRefusal,
): Promise<FastifyReply> {
  const { visit, request, reply } = call
  const words = tools.words(request)
  const bank = (await loadInstitution(tools.deps.consent.database, institution))?.name ?? institution
  tools.deps.logger.warn('link.bank-trouble', { institution, code })
  return tools.show(request, reply, {
    status: bankCodes[code].status,
    title: words.say('bankTrouble.title', { bank }),
    body: html`<h1>${words.say('bankTrouble.title', { bank })}</h1>
      <p>${words.say(sentences[code], { bank })}</p>
      <p>${words.say('bankTrouble.nothing')}</p>
      <p>
        <a class="button" href="/link/continue">${words.say('bankTrouble.again-button')}</a>
        <a class="button quiet" href="/link/bank">${words.say('setup.other')}</a>
      </p>
      <p class="muted">${words.say('page.reference')}: <span class="reference">${request.id}</span></p>
      ${showStopForm(words, visit)}`,
  })
}
