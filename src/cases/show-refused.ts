import type { FastifyReply } from 'fastify'
import { html } from '../pages/index.ts'
import type { StaffCall } from '../staff-pages/index.ts'
import { showCasePage } from './case-route.ts'
import type { CaseTools } from './case-route.ts'

const sentences = {
  'staff/challenge-spent': 'refused.spent',
  'staff/passkey-unknown': 'refused.unknown',
  'staff/assertion-invalid': 'refused.invalid',
  'cases/over': 'refused.over',
  'cases/same-person': 'refused.samePerson',
  'cases/changed': 'refused.changed',
} as const

/** It was not done: why, that nothing has changed, and the way back. */
export function showRefused(
  tools: CaseTools,
  call: StaffCall,
  code: keyof typeof sentences,
  back: string,
): FastifyReply {
  const words = tools.words(call.request)
  return showCasePage(tools, call, {
    status: 409,
    title: words.say('refused.title'),
    body: html`<h1>${words.say('refused.title')}</h1>
      <p role="alert">${words.say(sentences[code])}</p>
      <p class="muted">${words.say('page.reference')}: <span class="reference">${call.request.id}</span></p>
      <p><a class="button" href="${back}">${words.say('refused.back')}</a></p>`,
  })
}
