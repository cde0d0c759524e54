import { refusal, success } from '../kernel/index.ts'
import type { Instant, Outcome } from '../kernel/index.ts'
import type { Logger } from '../platform/index.ts'
import { eraseChallenge, removalChallenge } from './approval-challenges.ts'
import type { Caller } from './callers.ts'
import type { KeystoreCode } from './codes.ts'
import { auditKey, profileKey } from './derive-keys.ts'
import { carryOutErasure } from './carry-out-erasure.ts'
import { enrolPasskey, isApproved } from './enrol-passkey.ts'
import { changeRules } from './change-rules.ts'
import { liftCutoff } from './lift-cutoff.ts'
import type { LiftDeps } from './lift-cutoff.ts'
import type { PasskeyDeps } from './enrol-passkey.ts'
import { makeEnrolmentChallenge } from './enrolment-challenge.ts'
import type { DyingKeys } from './dying-keys.ts'
import { forgetConversation } from './forget-conversation.ts'
import { destroyBankKey, releaseTokenKey } from './revoke-keys.ts'
import { releaseKeys } from './release-keys.ts'
import type { ReleaseDeps } from './release-keys.ts'
import type { Random } from '../platform/index.ts'
import type { RootRotation } from './rotate-root.ts'
import { sealHeld } from './seal-held.ts'
import { toWire } from './wire.ts'
import type { AnswerOf, RequestOf, Route } from './wire.ts'

export type RouteDeps = PasskeyDeps &
  ReleaseDeps &
  LiftDeps & {
    readonly random: Random
    readonly logger: Logger
    readonly dyingKeys: DyingKeys
    readonly rotation: RootRotation
    readonly lastCopyAt: () => Instant
  }

type Answer<Name extends Route> = Promise<Outcome<AnswerOf<Name>, KeystoreCode>>

/** One function a route: from a parsed request to the answer or a refusal. */
export const routes: {
  readonly [Name in Route]: (deps: RouteDeps, asked: RequestOf<Name>, caller: Caller) => Answer<Name>
} = {
  '/conversation-key': async ({ ring }, { conversation }) =>
    success({ key: toWire(await ring.conversationKey(conversation)) }),

  '/conversations/forget': async (deps, { conversation }) => {
    const forgotten = await forgetConversation(deps, conversation)
    return forgotten.ok ? success({ lastCopyAt: forgotten.value }) : forgotten
  },

  '/dying-keys': async ({ dyingKeys }, { conversation }) =>
    success({ keys: dyingKeys.keysOf(conversation).map(({ slot, key }) => ({ slot, key: toWire(key) })) }),

  '/audit-key': async ({ ring }, { customer }) => {
    const key = ring.customerKey(customer)
    return key === undefined ? refusal('keystore/no-such-customer') : success({ key: toWire(auditKey(key)) })
  },

  '/profile-key': async ({ ring }, { customer }) => {
    const key = ring.customerKey(customer)
    return key === undefined ? refusal('keystore/no-such-customer') : success({ key: toWire(profileKey(key)) })
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

  '/revoking/release': async (deps, { ticket }, caller) => {
    const released = await releaseTokenKey(deps, caller, ticket)
    if (released.ok) return success({ bankToken: toWire(released.value) })
    deps.logger.warn('keystore.release-refused', { ticketId: ticket, reason: released.code, login: caller })
    if (released.code === 'no-key') return refusal('keystore/no-key')
    return refusal(released.code === 'not-live' ? 'keystore/not-live' : 'keystore/refused')
  },

  '/revoking/destroy': async (deps, { ticket }, caller) => {
    const destroyed = await destroyBankKey(deps, caller, ticket)
    if (destroyed.ok) return success({ lastCopyAt: deps.lastCopyAt() })
    deps.logger.warn('keystore.destroy-refused', { ticketId: ticket, reason: destroyed.code, login: caller })
    return refusal(destroyed.code === 'not-live' ? 'keystore/not-live' : 'keystore/refused')
  },

  '/enrolment/begin': async ({ rotation, clock, random }, { customer }) =>
    success({ challenge: toWire(makeEnrolmentChallenge(rotation.current().challenge, customer, clock.now(), random)) }),

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
    if (ring.isErased(customer)) return success({ lastCopyAt: deps.lastCopyAt() })
    const isAgreed = await isApproved(deps, customer, approval, eraseChallenge(customer, institution))
    if (!isAgreed) return refusal('keystore/passkey-refused')
    await ring.turns(customer, () =>
      institution === undefined ? ring.eraseCustomer(customer) : ring.dropInstitution(customer, institution),
    )
    return success({ lastCopyAt: deps.lastCopyAt() })
  },

  '/erasures/carry-out': async (deps, { erasure }) => {
    const carriedOut = await carryOutErasure(deps, erasure)
    if (carriedOut.ok) return success({ lastCopyAt: carriedOut.value })
    deps.logger.warn('keystore.erasure-refused', { reason: carriedOut.code })
    return carriedOut
  },

  // Sealing only: no route gives a held record or its key to anybody.
  '/hold/seal': async ({ ring, clock }, asked) => {
    const sealed = await sealHeld(ring, clock.now(), asked)
    return sealed === undefined ? refusal('keystore/request-malformed') : success({ sealed: toWire(sealed) })
  },

  '/cutoffs/lift': async (deps, { cutoff }) => {
    const lifted = await liftCutoff(deps, cutoff)
    if (lifted.ok) return success({ liftedAt: lifted.value })
    deps.logger.warn('keystore.lift-refused', { reason: lifted.code })
    return refusal('keystore/refused')
  },

  '/rules/change': async (deps, { change }) => {
    const changed = await changeRules(deps, change)
    if (changed.ok) return success({})
    deps.logger.warn('keystore.rules-refused', { reason: changed.code })
    return refusal('keystore/refused')
  },

  '/rotate': async ({ rotation }) => {
    await rotation.rotate()
    const { version, madeAt } = rotation.current()
    return success({ version, madeAt })
  },
}

/** What each caller may ask for. A stolen secret opens no more than this. */
export const allowedRoutes: { readonly [Name in Caller]: readonly Route[] } = {
  channel: ['/conversation-key', '/conversations/forget', '/dying-keys'],
  answer: ['/conversation-key', '/audit-key', '/release'],
  notify: ['/conversation-key', '/audit-key', '/release'],
  fraud: ['/conversation-key', '/audit-key', '/release'],
  service: ['/conversation-key', '/audit-key', '/release'],
  centre: ['/audit-key', '/profile-key'],
  consent: ['/conversation-key', '/enrolment/begin', '/enrolment/finish', '/passkeys/remove', '/erase'],
  erase: ['/erasures/carry-out', '/hold/seal'],
  revoke: ['/audit-key', '/conversations/forget', '/revoking/release', '/revoking/destroy'],
  operator: ['/rotate'],
  console: ['/cutoffs/lift', '/rules/change'],
}
