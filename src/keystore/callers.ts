import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../kernel/index.ts'

/** Who may ask the keystore, each with its own bearer secret. The four in the middle are purposes. */
export const callers = [
  'channel',
  'answer',
  'notify',
  'fraud',
  'service',
  'consent',
  'centre',
  'erase',
  'revoke',
  'console',
] as const
export type ConfiguredCaller = (typeof callers)[number]
/** `operator`: the command line on the keystore's own host, known by being able to read the root key. */
export type Caller = ConfiguredCaller | 'operator'

/** The shortest bearer secret that is accepted. */
export const bearerLengthMin = 32

/** Finds out who asks. Every secret is compared, each in constant time, so timing tells neither who nor how close. */
export function createCallerCheck(
  bearers: Readonly<Partial<Record<ConfiguredCaller, Secret<string>>>>,
  operatorBearer: () => string,
): (authorization: string | undefined) => Caller | undefined {
  const known = callers.flatMap((caller) => {
    const bearer = bearers[caller]
    return bearer === undefined ? [] : [{ caller, digest: digestOf(bearer.reveal()) }]
  })
  return (authorization) => {
    const presented = digestOf(/^Bearer (\S{1,512})$/.exec(authorization ?? '')?.[1] ?? '')
    // The operator's changes with the root key, so it is asked for anew.
    if (timingSafeEqual(digestOf(operatorBearer()), presented)) return 'operator'
    const matching = known.filter(({ digest }) => timingSafeEqual(digest, presented))
    return matching[0]?.caller
  }
}

function digestOf(bearer: string): Buffer {
  return createHash('sha256').update(bearer, 'utf8').digest()
}
