import { z } from 'zod'
import { Fault, Secret } from '../kernel/index.ts'
import type { CustomerId } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { bytesColumn, seal, unseal } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'

/** The words by which a customer recognises Parley's own pages. Shown only after the passkey. */
export type Phrases = {
  find(customer: CustomerId): Promise<Secret<string> | undefined>
  /** Undefined takes it away. */
  save(customer: CustomerId, phrase: string | undefined): Promise<void>
}

/** As long as a person remembers, and short enough for one line on a phone. */
export const phraseCharactersMax = 60

/** Phrases in the database of `parley_centre`, sealed under a key that the keystore derives from the customer's own. */
export function createPhrases(deps: {
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'profileKey'>
}): Phrases {
  const { database, keystore } = deps
  return {
    async find(customer) {
      const row = await database.maybe(
        z.object({ sealed: bytesColumn }),
        'SELECT p.sealed FROM customers.phrase p WHERE p.customer = $1',
        [customer],
      )
      const key = row && (await profileKey(keystore, customer))
      if (row === undefined || key === undefined) return undefined
      return new Secret(unseal(key.reveal(), row.sealed, contextOf(customer)).toString('utf8'))
    },
    async save(customer, phrase) {
      if (phrase === undefined) {
        await database.run('DELETE FROM customers.phrase WHERE customer = $1', [customer])
        return
      }
      const key = await keystore.profileKey(customer)
      const sealed = seal(key.reveal(), Buffer.from(phrase, 'utf8'), contextOf(customer))
      await database.run(
        `INSERT INTO customers.phrase (customer, sealed) VALUES ($1, $2)
         ON CONFLICT (customer) DO UPDATE SET sealed = excluded.sealed, changed_at = clock_timestamp()`,
        [customer, sealed],
      )
    },
  }
}

// Somebody who is being erased has no key any more, and so no phrase.
async function profileKey(
  keystore: Pick<KeystoreClient, 'profileKey'>,
  customer: CustomerId,
): Promise<Secret<Uint8Array> | undefined> {
  try {
    return await keystore.profileKey(customer)
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'keystore/no-such-customer') return undefined
    throw thrown
  }
}

function contextOf(customer: CustomerId): string {
  return `customers.phrase|${customer}`
}
