import { createHash, timingSafeEqual } from 'node:crypto'
import type { Credential } from '../state/people-file.ts'

/** Wrong passwords for one login name within the window before the bank makes everyone wait. */
const FAILURES_MAX = 10
const FAILURE_WINDOW_MS = 5 * 60_000
/** Login names whose failures are remembered at once. */
const NAMES_MAX = 1_000

/** Whether login name and password go together; `tooMany` asks the person to wait. */
export type LoginResult =
  { readonly ok: true; readonly login: string } | { readonly ok: false; readonly tooMany: boolean }

/** Checks a login name and password in constant time, with a limit on guesses for each name. */
export function createLoginCheck(deps: {
  readonly credentials: readonly Credential[]
  readonly now: () => number
}): (login: string, password: string) => LoginResult {
  const failures = new Map<string, number[]>()
  return (login, password) => {
    const name = login.trim().toLowerCase()
    const recent = (failures.get(name) ?? []).filter((at) => at > deps.now() - FAILURE_WINDOW_MS)
    if (recent.length >= FAILURES_MAX) return { ok: false, tooMany: true }
    const credential = deps.credentials.find((each) => each.login === name)
    const same = timingSafeEqual(digest(credential?.password ?? 'nobody'), digest(password))
    if (credential !== undefined && same) {
      failures.delete(name)
      return { ok: true, login: credential.login }
    }
    if (failures.size >= NAMES_MAX) failures.clear()
    failures.set(name, [...recent, deps.now()])
    return { ok: false, tooMany: false }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
