import { z } from 'zod'
import { Fault, Secret, isInstitutionId, toInstant } from '../../kernel/index.ts'
import type { Instant, InstitutionId } from '../../kernel/index.ts'
import { dpopKeyShape } from './dpop-key.ts'
import type { DpopKey } from './dpop-key.ts'

/** From the departure to the callback: as long as a bank's own login pages usually last. */
export const loginMsMax = 20 * 60_000

/** What one login must remember between the departure and its callback. Sealed by the caller, used once. */
export type Carry = {
  /** A callback of a fresh login cannot finish a link, nor the other way round. */
  readonly kind: 'link' | 'fresh-login'
  readonly institution: InstitutionId
  readonly issuer: string
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly dpopKey: DpopKey
  readonly startedAt: Instant
}

const text = z.string().min(1).max(2048)
const carryShape = z.object({
  kind: z.enum(['link', 'fresh-login']),
  institution: z.string().refine(isInstitutionId),
  issuer: text,
  redirectUri: text,
  state: text,
  nonce: text,
  verifier: text,
  dpopKey: dpopKeyShape,
  startedAt: z.number().transform(toInstant),
})

/** The text that the caller seals. */
export function carryText(carry: Carry): Secret<string> {
  return new Secret(JSON.stringify(carry))
}

/** Reads what {@link carryText} wrote. Throws `banks/carry-malformed`, without the text: only a mistake of ours does that. */
export function parseCarry(carry: Secret<string>): Carry {
  try {
    return carryShape.parse(JSON.parse(carry.reveal()))
  } catch {
    // The cause could quote the verifier or the key.
    throw new Fault('banks/carry-malformed', { retry: 'never' })
  }
}
