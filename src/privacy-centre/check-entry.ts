import { logCrypto } from '../audit/index.ts'
import { createLookVerifier, parseVerifierKey } from '../kernel/index.ts'
import type { LookReceipt } from '../kernel/index.ts'
import type { CentrePagesDeps } from './centre-route.ts'

/**
 * Whether an opening holds, by the very check that `parley verify` makes, with the keys that outsiders get. `broken` would mean
 * that the row or the log was changed: the page says so instead of hiding it.
 */
export function checkEntry(
  deps: Pick<CentrePagesDeps, 'log'>,
  receipt: LookReceipt,
): 'verified' | 'promised' | 'broken' {
  const { keys } = deps.log
  const log = parseVerifierKey(logCrypto.hash, keys.log)
  const promise = parseVerifierKey(logCrypto.hash, keys.promise)
  if (log === undefined) return 'broken'
  const verdict = createLookVerifier(logCrypto, { log, ...(promise === undefined ? {} : { promise }) })(receipt)
  if (!verdict.ok) return 'broken'
  return verdict.state === 'proven' ? 'verified' : 'promised'
}
