import type { Instant } from '../kernel/index.ts'
import { seal } from '../platform/index.ts'
import type { KeyRing } from './key-ring.ts'

/** No law that we know makes anybody keep a record longer. */
const heldMsMax = 12 * 366 * 24 * 60 * 60 * 1000

/**
 * Seals what the law makes us keep, under a key of its own that hangs on the hold key: it opens with no key of a customer,
 * and no caller can have it. Undefined when it should be kept into the past, or for longer than any law asks.
 */
export async function sealHeld(
  ring: Pick<KeyRing, 'holdKey'>,
  now: Instant,
  held: { readonly record: string; readonly until: Instant; readonly plain: Uint8Array },
): Promise<Buffer | undefined> {
  const { record, until, plain } = held
  if (until <= now || until > now + heldMsMax) return undefined
  return seal(await ring.holdKey(record, until), plain, heldContext(record))
}

/** What the sealed bytes of a held record are bound to. */
export function heldContext(record: string): string {
  return `erasure.held_record|${record}`
}
