/** Wrong passwords for one login within the window; then it waits. */
const guessesMax = 10
const windowMs = 5 * 60_000
/** Logins whose guesses are counted at once. */
const loginsMax = 10_000

/** Counts tries for each login, and says when there were too many. */
export function createGuessLimit(now: () => number = Date.now) {
  const tries = new Map<string, { count: number; readonly since: number }>()
  return {
    mayTry(login: string): boolean {
      const known = tries.get(login)
      if (known === undefined || now() - known.since > windowMs) {
        if (tries.size >= loginsMax) tries.clear()
        tries.set(login, { count: 1, since: now() })
        return true
      }
      known.count += 1
      return known.count <= guessesMax
    },
    forget(login: string): void {
      tries.delete(login)
    },
  }
}
