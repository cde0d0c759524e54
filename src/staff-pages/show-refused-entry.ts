import type { FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../pages/index.ts'
import type { StaffTools } from './staff-route.ts'
import { staffWordsFor } from './staff-words.ts'

const sentences = {
  'staff/challenge-spent': 'refused.spent',
  'staff/passkey-unknown': 'refused.unknown',
  'staff/assertion-invalid': 'refused.invalid',
  'staff/code-unknown': 'refused.code',
} as const

/** Somebody was not let in: why, that nothing has changed, and the way back. */
export function showRefusedEntry(
  tools: StaffTools,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  code: keyof typeof sentences,
  back: string,
): FastifyReply {
  const { request, reply } = call
  const words = staffWordsFor(request)
  return tools.show(request, reply, {
    status: 403,
    title: words.say('refused.title'),
    body: html`<h1>${words.say('refused.title')}</h1>
      <p role="alert">${words.say(sentences[code])}</p>
      <p class="muted">${words.say('page.reference')}: <span class="reference">${request.id}</span></p>
      <p><a class="button" href="${back}">${words.say('refused.back')}</a></p>`,
  })
}
