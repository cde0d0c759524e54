import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isInstitutionId } from '../../kernel/index.ts'
import type { InstitutionId, Instant } from '../../kernel/index.ts'
import { instantColumn } from '../../platform/index.ts'
import type { Tx } from '../../platform/index.ts'

/** Whether a bank sent it, or we fetched it. */
export type NoticeCame = 'pushed' | 'fetched'

/** Notes that a notice is being acted on; false if it was before. */
async function noteNotice(
  tx: Tx,
  notice: { readonly institution: InstitutionId; readonly id: string; readonly came: NoticeCame },
): Promise<boolean> {
  const hash = createHash('sha256').update(notice.id, 'utf8').digest()
  const noted = await tx.run(
    `INSERT INTO institutions.bank_notice (institution, notice_hash, came) VALUES ($1, $2, $3)
     ON CONFLICT (institution, notice_hash) DO NOTHING`,
    [notice.institution, hash, notice.came],
  )
  return noted === 1
}

/** A bank may repeat a notice for as long as its list of them reaches back; nobody's is known to reach further. */
const keptDays = 60

/** Forgets notices that cannot come again; gives how many. */
async function sweepNotices(tx: Tx): Promise<number> {
  return await tx.run(
    `DELETE FROM institutions.bank_notice WHERE ctid = ANY (ARRAY(SELECT ctid FROM institutions.bank_notice
       WHERE received_at < statement_timestamp() - interval '${keptDays} days' LIMIT 5000))`,
  )
}

/** Makes it these banks' turn now: after a start there may be something that was missed. */
async function beginPolls(tx: Tx, institutions: readonly InstitutionId[]): Promise<void> {
  await tx.run(
    `INSERT INTO institutions.notice_poll (institution) SELECT i.id FROM institutions.institution i WHERE i.id = ANY ($1)
     ON CONFLICT (institution) DO UPDATE SET next_at = clock_timestamp()`,
    [institutions],
  )
}

/** One bank's turn: until when everything was fetched, where the bank was last told to send, and the database's time. */
export type PollTurn = {
  readonly institution: InstitutionId
  readonly fetchedUntil: Instant | undefined
  readonly subscription: { readonly callbackUrl: string; readonly at: Instant } | undefined
  readonly now: Instant
}

const turnRow = z.object({
  institution: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
  fetched_until: instantColumn.nullable(),
  callback_url: z.string().nullable(),
  subscribed_at: instantColumn.nullable(),
  now: instantColumn,
})

/** Takes the turn of a bank that is due, and sets its next one; undefined when none is. Two processes never get the same. */
async function takeTurn(
  tx: Tx,
  institutions: readonly InstitutionId[],
  nextAfterMs: number,
): Promise<PollTurn | undefined> {
  const row = await tx.maybe(
    turnRow,
    `UPDATE institutions.notice_poll p SET next_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
     WHERE p.institution = (SELECT q.institution FROM institutions.notice_poll q
       WHERE q.institution = ANY ($1) AND q.next_at <= statement_timestamp()
       ORDER BY q.next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING p.institution, p.fetched_until, p.callback_url, p.subscribed_at, clock_timestamp() AS now`,
    [institutions, nextAfterMs],
  )
  if (row === undefined) return undefined
  const { callback_url: callbackUrl, subscribed_at: at } = row
  return {
    institution: row.institution,
    fetchedUntil: row.fetched_until ?? undefined,
    subscription: callbackUrl === null || at === null ? undefined : { callbackUrl, at },
    now: row.now,
  }
}

/** Notes that the bank knows where to send. */
async function noteSubscribed(tx: Tx, institution: InstitutionId, callbackUrl: string): Promise<void> {
  await tx.run(
    'UPDATE institutions.notice_poll SET callback_url = $2, subscribed_at = clock_timestamp() WHERE institution = $1',
    [institution, callbackUrl],
  )
}

/** Notes that everything up to this time was fetched and acted on. */
async function noteFetched(tx: Tx, { institution, now }: PollTurn): Promise<void> {
  await tx.run('UPDATE institutions.notice_poll SET fetched_until = $2 WHERE institution = $1', [
    institution,
    new Date(now).toISOString(),
  ])
}

/** A bank's notices as the database knows them. Login `parley_consent`. */
export const bankNoticesStore = {
  note: noteNotice,
  sweep: sweepNotices,
  beginPolls,
  takeTurn,
  noteSubscribed,
  noteFetched,
} as const
