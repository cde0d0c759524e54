import { z } from 'zod'
import { isInstitutionId } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, TermsId } from '../kernel/index.ts'
import { bytesColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { draftShape } from './draft.ts'
import type { Draft } from './draft.ts'
import type { LinkPurpose } from './offer-link.ts'
import { uuidColumn } from '../customers/index.ts'

export const linkSteps = [
  'offered', 'opened', 'signed-in', 'at-bank', 'choosing', 'signed',
  'recover-at-bank', 'recover-proven', 'recovering', 'confirmed', 'done', 'void',
] as const // prettier-ignore
export type LinkStep = (typeof linkSteps)[number]

/** One visit to the link pages: a link that was opened in one browser. */
export type LinkRow = {
  readonly id: string
  readonly purpose: LinkPurpose
  readonly conversation: ConversationId
  readonly customer: CustomerId | undefined
  readonly institution: InstitutionId | undefined
  readonly step: LinkStep
  readonly setupTerms: TermsId | undefined
  readonly terms: TermsId | undefined
  readonly draft: Draft
}

/** How long a visit lasts from its opening: reading, choosing and the login at the bank. */
const visitSeconds = 3_600

/** How long the code can be typed into the chat. */
export const codeSeconds = 900

const columns = 'id, purpose, conversation, customer, institution, step, setup_terms, terms, draft'

const linkShape = z
  .object({
    id: z.uuid(),
    purpose: z.enum(['link', 'change', 'recover']),
    conversation: uuidColumn<ConversationId>(),
    customer: uuidColumn<CustomerId>().nullable(),
    institution: z.string().refine(isInstitutionId).nullable(),
    step: z.enum(linkSteps),
    setup_terms: uuidColumn<TermsId>().nullable(),
    terms: uuidColumn<TermsId>().nullable(),
    draft: draftShape.nullable(),
  })
  .transform((row): LinkRow => ({
    id: row.id,
    purpose: row.purpose,
    conversation: row.conversation,
    customer: row.customer ?? undefined,
    institution: row.institution ?? undefined,
    step: row.step,
    setupTerms: row.setup_terms ?? undefined,
    terms: row.terms ?? undefined,
    draft: row.draft ?? {},
  }))

/** Binds an offered link to the browser that opens it, once; undefined when it was used, ran out, or never was. */
export function openOffered(tx: Tx, tokenHash: Uint8Array, sessionHash: Uint8Array): Promise<LinkRow | undefined> {
  return tx.maybe(
    linkShape,
    `UPDATE linking.link SET used_at = clock_timestamp(), step = 'opened', session_hash = $2,
       expires_at = clock_timestamp() + make_interval(secs => ${visitSeconds})
     WHERE token_hash = $1 AND used_at IS NULL AND step = 'offered' AND expires_at > clock_timestamp()
     RETURNING ${columns}`,
    [tokenHash, sessionHash],
  )
}

/** The visit of a browser session. */
export function findBySession(tx: Tx, sessionHash: Uint8Array): Promise<LinkRow | undefined> {
  return tx.maybe(
    linkShape,
    `SELECT ${columns} FROM linking.link
     WHERE session_hash = $1 AND expires_at > clock_timestamp() AND step <> 'void'`,
    [sessionHash],
  )
}

/** Whether this token's link was opened by this very browser: then the person merely came back. */
export async function isOpenedBy(tx: Tx, tokenHash: Uint8Array, sessionHash: Uint8Array): Promise<boolean> {
  const { own } = await tx.one(
    z.object({ own: z.boolean() }),
    `SELECT EXISTS (SELECT FROM linking.link WHERE token_hash = $1 AND session_hash = $2
       AND expires_at > clock_timestamp() AND step <> 'void') AS own`,
    [tokenHash, sessionHash],
  )
  return own
}

/** What a page's act changes of a visit. The step it must be at guards against two tabs doing it twice. */
export type LinkChange = {
  readonly from: readonly LinkStep[]
  readonly step: LinkStep
  readonly customer?: CustomerId
  readonly sessionHash?: Uint8Array
  readonly institution?: InstitutionId
  readonly setupTerms?: TermsId
  readonly terms?: TermsId
  readonly codeHash?: Uint8Array
  readonly draft?: Draft
}

/** Changes a visit if it still is where the page thought it was. */
export async function changeLink(tx: Tx, id: string, change: LinkChange): Promise<boolean> {
  const changed = await tx.run(
    `UPDATE linking.link SET step = $3, customer = coalesce($4::uuid, customer), session_hash = coalesce($5, session_hash),
       institution = coalesce($6, institution), setup_terms = coalesce($7::uuid, setup_terms),
       terms = coalesce($8::uuid, terms), code_hash = coalesce($9, code_hash), draft = coalesce($10::jsonb, draft),
       expires_at = CASE WHEN $9::bytea IS NULL THEN expires_at
         ELSE clock_timestamp() + make_interval(secs => ${codeSeconds}) END
     WHERE id = $1 AND step = ANY ($2::text[])`,
    [
      id,
      change.from,
      change.step,
      change.customer ?? null,
      change.sessionHash ?? null,
      change.institution ?? null,
      change.setupTerms ?? null,
      change.terms ?? null,
      change.codeHash ?? null,
      change.draft === undefined ? null : JSON.stringify(change.draft),
    ],
  )
  return changed === 1
}

/** Remembers what must come back from the bank: the state by its hash, the rest sealed. */
export async function saveDeparture(
  tx: Tx,
  id: string,
  departure: {
    readonly step: 'at-bank' | 'recover-at-bank'
    readonly stateHash: Uint8Array
    readonly sealed: Uint8Array
  },
): Promise<void> {
  await tx.run('UPDATE linking.link SET step = $2, state_hash = $3, oauth_sealed = $4 WHERE id = $1', [
    id,
    departure.step,
    departure.stateHash,
    departure.sealed,
  ])
}

const departureShape = z.object({ oauth_sealed: bytesColumn })

/** The sealed departure of a visit, for showing the way to the bank again. */
export async function readDeparture(tx: Tx, id: string): Promise<Buffer | undefined> {
  const row = await tx.maybe(
    departureShape,
    'SELECT oauth_sealed FROM linking.link WHERE id = $1 AND oauth_sealed IS NOT NULL',
    [id],
  )
  return row?.oauth_sealed
}

/** Takes the departure that a callback belongs to, once: same state, same browser session. */
export async function takeDeparture(
  tx: Tx,
  callback: { readonly id: string; readonly stateHash: Uint8Array },
): Promise<{ readonly sealed: Buffer } | undefined> {
  const row = await tx.maybe(
    departureShape,
    `WITH taken AS (
       SELECT id, oauth_sealed FROM linking.link
       WHERE id = $1 AND state_hash = $2 AND step IN ('at-bank', 'recover-at-bank') FOR UPDATE)
     UPDATE linking.link l SET state_hash = NULL, oauth_sealed = NULL FROM taken
     WHERE l.id = taken.id RETURNING taken.oauth_sealed`,
    [callback.id, callback.stateHash],
  )
  return row === undefined ? undefined : { sealed: row.oauth_sealed }
}

/** Ends a visit: nothing more can be done with it. */
export async function voidLink(tx: Tx, id: string): Promise<void> {
  await tx.run(
    `UPDATE linking.link SET step = 'void', code_hash = NULL, state_hash = NULL, oauth_sealed = NULL, draft = NULL
     WHERE id = $1 AND step NOT IN ('confirmed', 'done', 'recovering')`,
    [id],
  )
}

/** Whether this conversation may become this customer's (SQL `consent.is_free_for`, which also guards the code). */
export async function isFreeFor(tx: Tx, conversation: ConversationId, customer: CustomerId): Promise<boolean> {
  const { free } = await tx.one(z.object({ free: z.boolean() }), 'SELECT consent.is_free_for($1, $2) AS free', [
    conversation,
    customer,
  ])
  return free
}

/** Forgets visits and offers that ran out a day ago; gives how many. For a sweeper. */
export function sweepLinks(tx: Tx): Promise<number> {
  return tx.run(`DELETE FROM linking.link WHERE expires_at < statement_timestamp() - interval '1 day'`)
}
