import { join } from 'node:path'
import { readSince } from './access-log.ts'
import { FdxRefusal } from './fdx-error.ts'

/** Calls a consent may make on one (UTC) day. */
export type CallBudget = {
  /** Counts one call; throws a refusal with Retry-After when the day's budget is used up. */
  spend(consentId: string, perDay: number): void
  used(consentId: string): number
}

/** The counters of today, recovered from the access log, which is written before any answer and so survives a kill. */
export async function openCallBudget(dataDir: string, now: () => number): Promise<CallBudget> {
  let day = dayOf(now())
  let used = new Map<string, number>()
  for await (const line of readSince(join(dataDir, 'access-log.jsonl'), day)) {
    if (line.consentId !== null && counts(line.path, line.status)) add(line.consentId)
  }

  function add(consentId: string): void {
    used.set(consentId, (used.get(consentId) ?? 0) + 1)
  }

  return {
    spend(consentId, perDay) {
      const today = dayOf(now())
      if (today !== day) {
        day = today
        used = new Map()
      }
      if (perDay > 0 && (used.get(consentId) ?? 0) >= perDay) {
        const untilTomorrow = Math.ceil((Date.parse(`${day}T00:00:00Z`) + 86_400_000 - now()) / 1000)
        throw new FdxRefusal('too-many', `${perDay} calls a day`, { 'retry-after': String(untilTomorrow) })
      }
      add(consentId)
    },
    used: (consentId) => used.get(consentId) ?? 0,
  }
}

/** Refused calls and calls about the consent itself do not count: revoking must always work. */
function counts(path: string, status: number): boolean {
  return status !== 401 && status !== 429 && !path.includes('/consents/')
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
