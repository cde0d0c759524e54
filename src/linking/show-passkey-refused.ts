import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AssertionRefusal, EnrolmentRefusal } from '../customers/index.ts'
import { html } from '../pages/index.ts'
import type { PageTools } from '../pages/index.ts'

const sentences: { readonly [Code in AssertionRefusal | EnrolmentRefusal]: string } = {
  'customers/challenge-spent': 'passkeyRefused.spent',
  'customers/passkey-unknown': 'passkeyRefused.unknown',
  'customers/passkey-waiting': 'passkeyRefused.waiting',
  'customers/assertion-invalid': 'passkeyRefused.invalid',
  'customers/enrolment-refused': 'passkeyRefused.invalid',
  'keystore/passkey-refused': 'passkeyRefused.invalid',
  'keystore/approval-needed': 'passkeyRefused.invalid',
  'keystore/passkey-known': 'passkeyRefused.known',
  'keystore/too-many-passkeys': 'passkeyRefused.tooMany',
  'keystore/erased': 'passkeyRefused.erased',
}

/** The passkey did not do: why, that nothing changed, and the way back. */
export function showPasskeyRefused(
  tools: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  code: AssertionRefusal | EnrolmentRefusal,
): FastifyReply {
  const words = tools.words(request)
  return tools.show(request, reply, {
    status: 403,
    title: words.say('passkeyRefused.title'),
    body: html`<h1>${words.say('passkeyRefused.title')}</h1>
      <p>${words.say(sentences[code])}</p>
      <p><a class="button" href="/link/continue">${words.say('back')}</a></p>`,
  })
}
