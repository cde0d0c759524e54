import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AssertionRefusal } from '../customers/index.ts'
import type { EnrolRefusal } from '../keystore/index.ts'
import { html } from '../pages/index.ts'
import type { CentreTools } from './centre-route.ts'

/** Every way in which a passkey may not do here. */
export type PasskeyRefusal =
  AssertionRefusal | EnrolRefusal | 'customers/enrolment-refused' | 'customers/passkey-itself'

const reasons: { readonly [Code in PasskeyRefusal]: string } = {
  'customers/challenge-spent': 'refused.spent',
  'customers/passkey-unknown': 'refused.unknown',
  'customers/passkey-waiting': 'refused.waiting',
  'customers/assertion-invalid': 'refused.invalid',
  'customers/enrolment-refused': 'refused.invalid',
  'customers/passkey-itself': 'refused.itself',
  'keystore/passkey-refused': 'refused.invalid',
  'keystore/approval-needed': 'refused.invalid',
  'keystore/passkey-known': 'refused.known',
  'keystore/too-many-passkeys': 'refused.tooMany',
  'keystore/erased': 'refused.erased',
}

/** The passkey did not do: why, that nothing has changed, and the way back. */
export function showPasskeyRefused(
  tools: CentreTools,
  request: FastifyRequest,
  reply: FastifyReply,
  code: PasskeyRefusal,
): FastifyReply {
  const words = tools.words(request)
  return tools.show(request, reply, {
    status: 403,
    title: words.say('refused.title'),
    body: html`<h1>${words.say('refused.title')}</h1>
      <p>${words.say(reasons[code])}</p>
      <p><a class="button" href="/me">${words.say('refused.again')}</a></p>`,
  })
}
