import type { FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../pages/index.ts'
import type { StaffTools } from './staff-route.ts'
import { staffWordsFor } from './staff-words.ts'

const sentences = {
  'staff/challenge-spent': 'refused.spent',
  'staff/passkey-unknown': 'refused.unknown',
  'staff/assertion-invalid': 'refused.invalid',
  'staff/code-unknown': 'refused.code',
  'staff/entry-spent': 'refused.entrySpent',
  'staff/entry-refused': 'refused.entry',
  'staff/not-a-member': 'refused.notMember',
  'staff/provider-away': 'refused.away',
} as const

/** Why somebody was not let in. */
export type RefusedEntry = keyof typeof sentences

/** Somebody was not let in: why, that nothing has changed, and the way back. */
export function showRefusedEntry(
  tools: StaffTools,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  code: RefusedEntry,
  back: string,
): FastifyReply {
  const { request, reply } = call
  const words = staffWordsFor(request)
  return tools.show(request, reply, {
    status: code === 'staff/provider-away' ? 503 : 403,
    title: words.say('refused.title'),
    body: html`<h1>${words.say('refused.title')}</h1>
      <p role="alert">${words.say(sentences[code])}</p>
      <p class="muted">${words.say('page.reference')}: <span class="reference">${request.id}</span></p>
      <p><a class="button" href="${back}">${words.say('refused.back')}</a></p>`,
  })
}
