import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../kernel/index.ts'

/** Who may ask the keystore, each with its own bearer secret. The four in the middle are purposes. */
export const callers = ['channel', 'answer', 'notify', 'fraud', 'service', 'consent'] as const
export type Caller = (typeof callers)[number]

/** The shortest bearer secret that is accepted. */
export const bearerLengthMin = 32

/** Finds out who asks. Every secret is compared, each in constant time, so timing tells neither who nor how close. */
export function createCallerCheck(
  bearers: Readonly<Partial<Record<Caller, Secret<string>>>>,
): (authorization: string | undefined) => Caller | undefined {
  const known = callers.flatMap((caller) => {
    const bearer = bearers[caller]
    return bearer === undefined ? [] : [{ caller, digest: digestOf(bearer.reveal()) }]
  })
  return (authorization) => {
    const presented = digestOf(/^Bearer (\S{1,512})$/.exec(authorization ?? '')?.[1] ?? '')
    const matching = known.filter(({ digest }) => timingSafeEqual(digest, presented))
    return matching[0]?.caller
  }
}

function digestOf(bearer: string): Buffer {
  return createHash('sha256').update(bearer, 'utf8').digest()
}
