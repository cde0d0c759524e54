/** Proofs remembered at once: ten times the bench's rate over a whole window. */
const PROOFS_MAX = 400_000

/**
 * Remembers each proof for at least the window in which it would be accepted. Two generations: a full turn drops the older
 * one, so memory is bounded without a timer. When it is full the bank refuses rather than forgets.
 */
export function createReplayGuard(
  windowMs: number,
  now: () => number,
): (proofId: string) => 'fresh' | 'replayed' | 'full' {
  let current = new Set<string>()
  let previous = new Set<string>()
  let turnedAt = now()
  return (proofId) => {
    const elapsed = now() - turnedAt
    if (elapsed > windowMs) {
      previous = elapsed > 2 * windowMs ? new Set() : current
      current = new Set()
      turnedAt = now()
    }
    if (current.has(proofId) || previous.has(proofId)) return 'replayed'
    if (current.size >= PROOFS_MAX) return 'full'
    current.add(proofId)
    return 'fresh'
  }
}
