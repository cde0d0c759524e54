import { z } from 'zod'
import type { StateStore } from '../state/state-store.ts'

/**
 * A number in every access token. Raising it (the `expireTokens` switch) makes all earlier tokens die at once, and the
 * journal keeps them dead after a restart.
 */
export type TokenEpoch = {
  current(): number
  raise(): Promise<void>
}

/** Reads the number from the journal. */
export function openTokenEpoch(store: StateStore): TokenEpoch {
  let epoch = z.number().int().safeParse(store.get('token-epoch')).data ?? 1
  return {
    current: () => epoch,
    async raise() {
      epoch += 1
      await store.set('token-epoch', epoch)
    },
  }
}
