import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import type { Logger } from '../platform/index.ts'
import { eraseChallenge, removalChallenge } from './approval-challenges.ts'
import type { Caller } from './callers.ts'
import type { KeystoreCode } from './codes.ts'
import { auditKey } from './derive-keys.ts'
import { enrolPasskey, isApproved } from './enrol-passkey.ts'
import type { PasskeyDeps } from './enrol-passkey.ts'
import { makeEnrolmentChallenge } from './enrolment-challenge.ts'
import { releaseKeys } from './release-keys.ts'
import type { ReleaseDeps } from './release-keys.ts'
import type { Random } from '../platform/index.ts'
import { toWire } from './wire.ts'
import type { AnswerOf, RequestOf, Route } from './wire.ts'

export type RouteDeps = PasskeyDeps & ReleaseDeps & { readonly random: Random; readonly logger: Logger }

type Answer<Name extends Route> = Promise<Outcome<AnswerOf<Name>, KeystoreCode>>

/** One function a route: from a parsed request to the answer or a refusal. */
export const routes: {
  readonly [Name in Route]: (deps: RouteDeps, asked: RequestOf<Name>, caller: Caller) => Answer<Name>
} = {
  '/conversation-key': async ({ ring }, { conversation }) =>
    success({ key: toWire(await ring.conversationKey(conversation)) }),

  '/audit-key': async ({ ring }, { customer }) => {
    const key = ring.customerKey(customer)
    return key === undefined ? refusal('keystore/no-such-customer') : success({ key: toWire(auditKey(key)) })
  },

  '/release': async (deps, { ticket }, caller) => {
    const released = await releaseKeys(deps, caller, ticket)
    if (released.ok) {
      const { data, bankToken, terms } = released.value
      const { disclosure, accounts } = terms
      return success({ data: toWire(data), bankToken: toWire(bankToken), disclosure, accounts: [...accounts] })
    }
    deps.logger.warn('keystore.release-refused', { ticketId: ticket, reason: released.code, login: caller })
    return refusal(released.code === 'not-live' ? 'keystore/not-live' : 'keystore/refused')
  },

  '/enrolment/begin': async ({ root, clock, random }, { customer }) =>
    success({ challenge: toWire(makeEnrolmentChallenge(root, customer, clock.now(), random)) }),

  '/enrolment/finish': async (deps, { customer, response, approval, recovery }) => {
    const enrolled = await enrolPasskey(deps, {
      customer,
      response,
      ...(approval === undefined ? {} : { approval }),
      ...(recovery === undefined ? {} : { recovery }),
    })
    if (!enrolled.ok) return enrolled
    const { id, publicKey, signCount, transports, effectiveAt } = enrolled.value
    return success({ credentialId: id, publicKey, signCount, transports, effectiveAt })
  },

  '/passkeys/remove': async (deps, { customer, credentialId, approval }) => {
    const isAgreed = await isApproved(deps, customer, approval, removalChallenge(customer, credentialId))
    if (!isAgreed) return refusal('keystore/passkey-refused')
    await deps.ring.turns(customer, () => deps.ring.removePasskey(customer, toWire(credentialId)))
    return success({})
  },

  '/erase': async (deps, { customer, institution, approval }) => {
    const { ring } = deps
    // Asked again after a lost answer: what was to be destroyed is destroyed.
    if (ring.isErased(customer)) return success({})
    const isAgreed = await isApproved(deps, customer, approval, eraseChallenge(customer, institution))
    if (!isAgreed) return refusal('keystore/passkey-refused')
    await ring.turns(customer, () =>
      institution === undefined ? ring.eraseCustomer(customer) : ring.dropInstitution(customer, institution),
    )
    return success({})
  },
}

/** What each caller may ask for. A stolen secret opens no more than this. */
export const allowedRoutes: { readonly [Name in Caller]: readonly Route[] } = {
  channel: ['/conversation-key'],
  answer: ['/conversation-key', '/audit-key', '/release'],
  notify: ['/conversation-key', '/audit-key', '/release'],
  fraud: ['/audit-key', '/release'],
  service: ['/conversation-key', '/audit-key', '/release'],
  consent: ['/conversation-key', '/enrolment/begin', '/enrolment/finish', '/passkeys/remove', '/erase'],
}
