import type { FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../pages/index.ts'
import type { ConsoleTools } from './console-route.ts'

const sentences = {
  'staff/challenge-spent': 'refused.spent',
  'staff/passkey-unknown': 'refused.unknown',
  'staff/assertion-invalid': 'refused.invalid',
  'consent/not-allowed': 'refused.notAllowed',
  'consent/already-cut-off': 'refused.already',
  'consent/same-person': 'refused.samePerson',
  'consent/over': 'refused.over',
  'keystore/refused': 'refused.keystore',
  'rules/obstacle': 'refused.rules',
  'rules/faster': 'refused.faster',
  'rules/other-report': 'refused.otherReport',
  'rules/reason': 'refused.reason',
  'rules/key': 'refused.key',
  'incidents/note': 'refused.note',
  'incidents/over': 'refused.incidentOver',
} as const

/** Why something was not done. */
export type ConsoleRefusal = keyof typeof sentences

/** It was not done: why, that nothing has changed, and the way back. */
export function showRefused(
  tools: ConsoleTools,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  code: ConsoleRefusal,
  back: string,
): FastifyReply {
  const { request, reply } = call
  const words = tools.words(request)
  return tools.show(request, reply, {
    status: 403,
    title: words.say('refused.title'),
    body: html`<h1>${words.say('refused.title')}</h1>
      <p role="alert">${words.say(sentences[code])}</p>
      <p class="muted">${words.say('page.reference')}: <span class="reference">${request.id}</span></p>
      <p><a class="button" href="${back}">${words.say('refused.back')}</a></p>`,
  })
}
