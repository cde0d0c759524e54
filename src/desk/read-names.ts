import type { Secret } from '../kernel/index.ts'
import type { HandoverId } from './handover-id.ts'

/** Names that agents of this process read at a bank, conversation by conversation. In memory alone: nothing of a bank's is kept. */
export type ReadNames = {
  add(handover: HandoverId, names: readonly Secret<string>[]): void
  /** Undefined: nothing is known here, which is not the same as nothing was read. */
  of(handover: HandoverId): readonly Secret<string>[] | undefined
}

/** More than any desk serves at once; the one that was read longest ago goes first. */
const handoversMax = 1_000
/** A month of payments, and room. */
const namesMax = 2_000

/** A memory of its own for each process. Whoever finds nothing in it must take everything for read. */
export function createReadNames(): ReadNames {
  const known = new Map<HandoverId, readonly Secret<string>[]>()
  return {
    add(handover, names) {
      const all = [...(known.get(handover) ?? []), ...names].slice(-namesMax)
      known.delete(handover)
      known.set(handover, all)
      const [oldest] = known.keys()
      if (known.size > handoversMax && oldest !== undefined) known.delete(oldest)
    },
    of: (handover) => known.get(handover),
  }
}
