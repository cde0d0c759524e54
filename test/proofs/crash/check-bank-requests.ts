import { z } from 'zod'
import { instantColumn } from '../../../src/platform/index.ts'
import type { ParleyProcesses } from '../../setup/parley-processes.ts'

/** What goes into a uuid column; anything else has no entry for sure. */
const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What we ask as the bank's client, about no customer: subscribing to its notices and fetching those we missed. */
const clientPath = /^\/fdx\/v6\/notification(s|-subscriptions)(\/|\?|$)/

const entryRow = z.object({ id: z.string(), at: instantColumn })

/**
 * Every request for a customer's data in the bank's access log since then carries the id of an `opened` audit entry that exists and is older
 * than the request. It is read from the database after the crash, so it had committed.
 */
export async function checkBankRequests(
  parley: ParleyProcesses,
  since: string,
): Promise<{ readonly requests: number; readonly failures: readonly string[] }> {
  const log = await parley.bankControl.accessLog(since)
  const lines = log.filter(({ path, consentId }) => consentId !== null || !clientPath.test(path))
  const ids = [...new Set(lines.flatMap(({ interactionId }) => (isId(interactionId) ? [interactionId] : [])))]
  const entries = await parley.admin.rows(
    entryRow,
    `SELECT id::text AS id, at FROM audit.entry WHERE event = 'opened' AND id = ANY (SELECT unnest($1::text[])::uuid)`,
    [ids],
  )
  const openedAt = new Map(entries.map(({ id, at }) => [id, at]))
  const failures = lines.flatMap(({ at, path, interactionId }) => {
    const opened = interactionId === null ? undefined : openedAt.get(interactionId)
    if (opened === undefined) return [`bank request ${path} at ${at} has no audit entry`]
    return opened <= Date.parse(at) ? [] : [`bank request ${path} at ${at} is older than its audit entry`]
  })
  return { requests: lines.length, failures }
}

function isId(text: string | null): text is string {
  return text !== null && idShape.test(text)
}
