import { importJWK } from 'jose'
import type { CryptoKey } from 'jose'
import type { Instant } from '../../kernel/index.ts'
import type { Clock } from '../../platform/index.ts'
import type { DpopKey } from './dpop-key.ts'

/** Imported keys kept; past it the oldest goes. */
const keysMax = 2_000
/** Importing costs as much as signing, so a key serves the next question too, for a minute. */
const keptMs = 60_000

/** Imports links' DPoP keys for signing. A key without its access token opens nothing, and cannot be exported from here. */
export type SigningKeys = {
  of(key: DpopKey): Promise<CryptoKey>
  /** Forgets all of them. */
  clear(): void
}

/** Keeps imported keys for {@link keptMs}, found by their public half. */
export function createSigningKeys(clock: Clock): SigningKeys {
  const kept = new Map<string, { readonly signingKey: CryptoKey; readonly importedAt: Instant }>()
  return {
    async of(key) {
      const name = `${key.x}.${key.y}`
      const entry = kept.get(name)
      if (entry !== undefined && clock.now() - entry.importedAt < keptMs) return entry.signingKey
      const signingKey = await importJWK(key, 'ES256', { extractable: false })
      if (signingKey instanceof Uint8Array) throw new TypeError('an EC key has no bytes')
      forgetOld(kept, clock.now())
      kept.delete(name)
      kept.set(name, { signingKey, importedAt: clock.now() })
      return signingKey
    },
    clear: () => kept.clear(),
  }
}

// Entries stand in the order of their import, so the old ones come first.
function forgetOld(kept: Map<string, { readonly importedAt: Instant }>, now: Instant): void {
  for (const [name, { importedAt }] of kept) {
    if (now - importedAt < keptMs && kept.size < keysMax) return
    kept.delete(name)
  }
}
