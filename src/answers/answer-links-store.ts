import { z } from 'zod'
import { dataClasses, isInstitutionId } from '../kernel/index.ts'
import type { ConversationId, CustomerId, DataClass, InstitutionId, SealedAnswerId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { uuidColumn } from '../customers/index.ts'

/** One sealed answer behind a link. `classes`: what it was made from; it is sealed under the first. */
export type LinkedAnswer = {
  readonly id: SealedAnswerId
  readonly institution: InstitutionId
  readonly classes: readonly [DataClass, ...DataClass[]]
}

/** A link to sealed answers as its row says now; whether it is used or over is the database's word. */
export type AnswerLinkRow = {
  readonly id: string
  readonly customer: CustomerId
  readonly conversation: ConversationId
  readonly answers: readonly LinkedAnswer[]
  /** Of a notice, which keeps no answer: the bank that is looked at once the link is opened. */
  readonly noticeOf?: InstitutionId | undefined
  /** `stopped`: the sharing ended before anybody opened it. */
  readonly state: 'live' | 'used' | 'expired' | 'stopped'
}

const linkShape = z
  .object({
    id: z.uuid(),
    customer: uuidColumn<CustomerId>(),
    conversation: uuidColumn<ConversationId>(),
    answers: z.array(uuidColumn<SealedAnswerId>()),
    institutions: z.array(z.string().refine(isInstitutionId)),
    data_classes: z.array(z.string()),
    of_notice: z.boolean(),
    state: z.enum(['live', 'used', 'expired', 'stopped']),
  })
  .transform(({ answers, institutions, data_classes, of_notice, ...row }): AnswerLinkRow => ({
    ...row,
    noticeOf: of_notice ? institutions[0] : undefined,
    answers: answers.flatMap((id, place) => {
      const institution = institutions[place]
      return institution === undefined ? [] : [{ id, institution, classes: readClasses(data_classes[place]) }]
    }),
  }))

// Rows from before there were other answers have none, and mean balances.
function readClasses(text = 'balance'): LinkedAnswer['classes'] {
  const [first, ...rest] = text.split('+').map((name) => z.enum(dataClasses).parse(name))
  return [first ?? 'balance', ...rest]
}

/** The link behind a token's hash; undefined when there is none. */
export function findAnswerLink(tx: Tx, tokenHash: Uint8Array): Promise<AnswerLinkRow | undefined> {
  return tx.maybe(
    linkShape,
    `SELECT l.id, l.customer, l.conversation, l.answers, l.institutions, l.data_classes, l.of_notice,
       CASE WHEN l.used_at IS NOT NULL THEN 'used' WHEN l.stopped_at IS NOT NULL THEN 'stopped' WHEN l.expires_at <= clock_timestamp() THEN 'expired'
         ELSE 'live' END AS state
     FROM answers.link l WHERE l.token_hash = $1`,
    [tokenHash],
  )
}

/** Uses the link up: true for one caller only, however many come at once (threat row 7). */
export async function useAnswerLink(tx: Tx, id: string): Promise<boolean> {
  const used = await tx.run(
    `UPDATE answers.link SET used_at = clock_timestamp()
     WHERE id = $1 AND used_at IS NULL AND stopped_at IS NULL AND expires_at > clock_timestamp()`,
    [id],
  )
  return used === 1
}

/** How often the page of one link may send wrong places: to correct a slip, not to fill a queue. */
export const placesReportsMax = 5

/** Counts one more report of wrong places from an opened page; false when it has sent as many as it may. */
export async function countPlacesReport(tx: Tx, id: string): Promise<boolean> {
  const counted = await tx.run(
    `UPDATE answers.link SET places_reports = places_reports + 1
     WHERE id = $1 AND used_at IS NOT NULL AND places_reports < $2`,
    [id, placesReportsMax],
  )
  return counted === 1
}

/**
 * Closes links to answers of a customer's bank that no live grant may open any more, unless another bank's answer behind the same
 * link still may. Login `parley_revoker`, in the transaction that throws the answers away.
 */
export function closeAnswerLinks(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly institution: InstitutionId },
): Promise<number> {
  return tx.run(
    `UPDATE answers.link l SET stopped_at = clock_timestamp()
     WHERE l.customer = $1 AND $2 = ANY (l.institutions) AND l.used_at IS NULL AND l.stopped_at IS NULL
       AND l.expires_at > clock_timestamp()
       AND consent.is_over_here(l.conversation, l.institutions)`,
    [of.customer, of.institution],
  )
}

/** How long a used or expired link still offers to ask again. */
const keptSeconds = 86_400

/** Forgets links that ran out a day ago, with the questions in them; gives how many. For a sweeper. */
export function sweepAnswerLinks(tx: Tx): Promise<number> {
  return tx.run(`DELETE FROM answers.link WHERE expires_at < statement_timestamp() - make_interval(secs => $1)`, [
    keptSeconds,
  ])
}
