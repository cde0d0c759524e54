import { commitmentOf, salts } from '../audit/index.ts'
import { toBase64 } from '../kernel/index.ts'
import type { CustomerId, LookReceipt, Secret } from '../kernel/index.ts'
import type { CentrePagesDeps } from './centre-route.ts'
import type { OwnEntry } from './own-entries-store.ts'

/**
 * The opening of one entry: its fields, its salt, and the proof that it stands in the log. Until the next beat there is the
 * promise instead: the one that was given with the look, or one signed now.
 */
export async function openEntry(
  deps: Pick<CentrePagesDeps, 'log' | 'answer'>,
  opening: { readonly customer: CustomerId; readonly key: Secret<Uint8Array>; readonly entry: OwnEntry },
): Promise<LookReceipt> {
  const { customer, key, entry } = opening
  const salt = salts.open(key, entry.salt_sealed, salts.context(customer)).reveal()
  const proof = entry.published ? await deps.log.prove(entry.seq) : 'waiting'
  const said = { v: 1, fields: entry.fields, salt: toBase64(salt) } as const
  // What is proven needs no promise any more, and is checked with one key instead of two.
  if (proof !== 'waiting') return { ...said, proof: proof.text }
  const commitment = commitmentOf(salt, entry.fields)
  const promise = entry.promise ?? deps.answer.promises.promise({ ticket: entry.seq, commitment, at: entry.at })
  return { ...said, proof: null, promise }
}
