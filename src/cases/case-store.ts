import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import { caseFindings, caseRefunds, isInstitutionId } from '../kernel/index.ts'
import type {
  CaseFinding,
  CaseProposalId,
  CaseRefund,
  ConversationId,
  CustomerId,
  InstitutionId,
  Instant,
} from '../kernel/index.ts'
import { bigintColumn, bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { SignedStaffAct } from '../staff/index.ts'
import type { AskedFilter } from './late-cases.ts'
import { caseKinds } from './regulatory-clock.ts'
import type { RiskStep } from './risk-step.ts'
import { caseStates } from './step-case.ts'

// Every function here takes the hash of a staff session, and the database decides whose it is and what that person sees. Login `parley_console`.

const risk = { risk_step: z.number().int().nullable(), risk_currency: z.string().nullable() }
const common = {
  fraud_case: z.string(),
  number: z.string(),
  kind: z.enum(caseKinds),
  institution: z.string().refine(isInstitutionId).nullable(),
  institution_name: z.string().nullable(),
  state: z.enum(caseStates),
  opened_at: instantColumn,
  closed_at: instantColumn.nullable(),
  ...risk,
  assigned_to: z.string().nullable(),
  is_mine: z.boolean().nullable(),
  finding: z.enum(caseFindings).nullable(),
  refund: z.enum(caseRefunds).nullable(),
}

function commonOf(row: z.infer<z.ZodObject<typeof common>>) {
  return {
    id: row.fraud_case,
    number: row.number,
    kind: row.kind,
    institution: row.institution ?? undefined,
    institutionName: row.institution_name ?? row.institution ?? undefined,
    state: row.state,
    openedAt: row.opened_at,
    closedAt: row.closed_at ?? undefined,
    risk: riskOf(row),
    assignedTo: row.assigned_to ?? undefined,
    isMine: row.is_mine === true,
    finding: row.finding ?? undefined,
    refund: row.refund ?? undefined,
  }
}

function riskOf(row: {
  readonly risk_step: number | null
  readonly risk_currency: string | null
}): RiskStep | undefined {
  return row.risk_step === null || row.risk_currency === null
    ? undefined
    : { step: row.risk_step, currency: row.risk_currency }
}

const listRow = z
  .object({
    ...common,
    waits_for_me: z.boolean(),
    joined: bigintColumn,
    similar_count: bigintColumn,
    total: bigintColumn,
  })
  .transform((row) => ({
    ...commonOf(row),
    waitsForMe: row.waits_for_me,
    joined: Number(row.joined),
    similar: Number(row.similar_count),
    total: Number(row.total),
  }))

/** A case as a line of the list. `total`: how many there are by the same filter. */
export type ListedCase = z.infer<typeof listRow>

/** Which cases, in which order, which of them. */
export type CaseWanted = {
  readonly filter: AskedFilter
  readonly order: 'oldest' | 'risk'
  readonly offset: number
  readonly limit: number
  /** None that was opened later. */
  readonly until?: Instant | undefined
}

async function list(tx: Tx, session: Uint8Array, wanted: CaseWanted): Promise<readonly ListedCase[]> {
  return await tx.rows(listRow, 'SELECT * FROM cases.list($1, $2, to_timestamp($3::float8 / 1000), $4, $5, $6)', [
    session,
    JSON.stringify(wanted.filter),
    wanted.until ?? null,
    wanted.order,
    wanted.offset,
    wanted.limit,
  ])
}

const idRow = z.object({ id: z.string().nullable() })

/** Writes a look at a case down; undefined where this person has no such case. What it shows opens in a later transaction alone. */
async function beginLook(
  tx: Tx,
  session: Uint8Array,
  { number, shownAs }: { readonly number: string; readonly shownAs: string },
): Promise<string | undefined> {
  return (await tx.one(idRow, 'SELECT cases.begin_look($1, $2, $3) AS id', [session, number, shownAs])).id ?? undefined
}

const proposalId = z.custom<CaseProposalId>((value) => z.uuid().safeParse(value).success)

const caseRow = z
  .object({
    ...common,
    customer: uuidColumn<CustomerId>(),
    conversation: uuidColumn<ConversationId>(),
    decided_at: instantColumn.nullable(),
    joined_to: z.string().nullable(),
    joined_because: z.enum(['same-use', 'same-day']).nullable(),
    details_sealed: bytesColumn,
    events: z.array(z.string()),
    proposal: proposalId.nullable(),
    proposed_finding: z.enum(caseFindings).nullable(),
    proposed_refund: z.enum(caseRefunds).nullable(),
    proposed_by: z.string().nullable(),
    proposed_by_me: z.boolean().nullable(),
    proposed_at: instantColumn.nullable(),
  })
  .transform((row) => ({
    ...commonOf(row),
    customer: row.customer,
    conversation: row.conversation,
    decidedAt: row.decided_at ?? undefined,
    joined: row.joined_to === null ? undefined : { to: row.joined_to, because: row.joined_because ?? 'same-day' },
    words: row.details_sealed,
    events: row.events,
    proposal:
      row.proposal === null || row.proposed_finding === null || row.proposed_refund === null || row.proposed_at === null
        ? undefined
        : {
            id: row.proposal,
            finding: row.proposed_finding,
            refund: row.proposed_refund,
            by: row.proposed_by ?? '',
            byMe: row.proposed_by_me === true,
            at: row.proposed_at,
          },
  }))

/** One case with its sealed words and the ids of its evidence. */
export type OpenedCase = z.infer<typeof caseRow>

/** A case, under a look of this person's that committed before; undefined without one. */
async function load(tx: Tx, session: Uint8Array, id: string): Promise<OpenedCase | undefined> {
  return await tx.maybe(caseRow, 'SELECT * FROM cases.load($1, $2)', [session, id])
}

const timelineRow = z
  .object({
    kind: z.string(),
    login: z.string().nullable(),
    about: z.string().nullable(),
    other: z.string().nullable(),
    note: z.string().nullable(),
    words: bytesColumn.nullable(),
    at: instantColumn,
  })
  .transform((row) => ({
    kind: row.kind,
    login: row.login ?? undefined,
    about: row.about ?? undefined,
    other: row.other ?? undefined,
    note: row.note === null || row.words === null ? undefined : { id: row.note, sealed: row.words },
    at: row.at,
  }))

export type TimelineEvent = z.infer<typeof timelineRow>

async function timeline(tx: Tx, session: Uint8Array, id: string): Promise<readonly TimelineEvent[]> {
  return await tx.rows(timelineRow, 'SELECT * FROM cases.timeline($1, $2)', [session, id])
}

const relatedRow = z
  .object({
    number: z.string(),
    kind: z.enum(caseKinds),
    state: z.enum(caseStates),
    finding: z.enum(caseFindings).nullable(),
    opened_at: instantColumn,
    relation: z.enum(['same-use', 'same-day', 'same-merchant']),
  })
  .transform(({ opened_at: openedAt, finding, ...row }) => ({ ...row, openedAt, finding: finding ?? undefined }))

export type RelatedCase = z.infer<typeof relatedRow>

async function related(tx: Tx, session: Uint8Array, id: string): Promise<readonly RelatedCase[]> {
  return await tx.rows(relatedRow, 'SELECT * FROM cases.related($1, $2)', [session, id])
}

const doneRow = z.object({ done: z.boolean() })

async function done(tx: Tx, query: string, values: Parameters<Tx['one']>[2]): Promise<boolean> {
  return (await tx.one(doneRow, query, values)).done
}

const assign = (tx: Tx, session: Uint8Array, id: string, take: boolean): Promise<boolean> =>
  done(tx, 'SELECT cases.assign($1, $2, $3) AS done', [session, id, take])

const addNote = (
  tx: Tx,
  session: Uint8Array,
  note: { readonly fraudCase: string; readonly id: string; readonly sealed: Uint8Array },
): Promise<boolean> =>
  done(tx, 'SELECT cases.add_note($1, $2, $3, $4) AS done', [session, note.fraudCase, note.id, note.sealed])

/** What somebody thinks it was. */
export type Proposed = {
  readonly fraudCase: string
  readonly id: string
  readonly finding: CaseFinding
  readonly refund: CaseRefund
}

const propose = (tx: Tx, session: Uint8Array, { fraudCase, id, finding, refund }: Proposed): Promise<boolean> =>
  done(tx, 'SELECT cases.propose($1, $2, $3, $4, $5) AS done', [session, fraudCase, id, finding, refund])

const turnDown = (tx: Tx, session: Uint8Array, proposal: string): Promise<boolean> =>
  done(tx, 'SELECT cases.turn_down($1, $2) AS done', [session, proposal])

const unjoin = (tx: Tx, session: Uint8Array, id: string): Promise<boolean> =>
  done(tx, 'SELECT cases.unjoin($1, $2) AS done', [session, id])

const noteEvidenceOpened = (tx: Tx, session: Uint8Array, id: string): Promise<boolean> =>
  done(tx, 'SELECT cases.note_evidence_opened($1, $2) AS done', [session, id])

const waitingRow = z
  .object({
    number: z.string(),
    kind: z.enum(caseKinds),
    finding: z.enum(caseFindings),
    refund: z.enum(caseRefunds),
    proposed_by: z.string(),
    by_me: z.boolean(),
    proposed_at: instantColumn,
  })
  .transform(({ proposed_by: by, by_me: byMe, proposed_at: at, ...row }) => ({ ...row, by, byMe, at }))

/** A proposal that waits for another person. */
export type WaitingProposal = z.infer<typeof waitingRow>

async function findProposal(tx: Tx, session: Uint8Array, proposal: string): Promise<WaitingProposal | undefined> {
  return await tx.maybe(waitingRow, 'SELECT * FROM cases.find_proposal($1, $2)', [session, proposal])
}

const stepRow = z.object({ step: z.enum(['decided', 'same-person', 'over']) })

/** The second person's yes. The database compares what was signed with what was proposed, and who with who. */
async function confirm(
  tx: Tx,
  session: Uint8Array,
  signed: SignedStaffAct,
): Promise<'decided' | 'same-person' | 'over'> {
  const row = await tx.one(stepRow, 'SELECT cases.confirm($1, $2, $3, $4, $5, $6) AS step', [
    session,
    signed.document,
    signed.credentialId,
    signed.authenticatorData,
    signed.clientData,
    signed.signature,
  ])
  return row.step
}

/** Writes down that cases are taken out, and a look at each; gives how many. */
async function takeOut(
  tx: Tx,
  session: Uint8Array,
  out: {
    readonly id: string
    readonly form: 'csv' | 'json'
    readonly filter: AskedFilter
    readonly shownAs: string
    readonly limit: number
  },
): Promise<number> {
  const values = [session, out.id, out.form, JSON.stringify(out.filter), out.shownAs, out.limit]
  return (await tx.one(z.object({ rows: z.number() }), 'SELECT cases.take_out($1, $2, $3, $4, $5, $6) AS rows', values))
    .rows
}

/** Forgets exports of long ago; gives how many. For a sweeper. */
async function sweep(tx: Tx): Promise<number> {
  return Number((await tx.one(z.object({ swept: bigintColumn }), 'SELECT cases.sweep() AS swept')).swept)
}

/** Cases as people of the staff read them. */
export const caseRows = { list, beginLook, load, timeline, related, findProposal, sweep } as const
/** And what they do to them. */
export const caseActs = { assign, addNote, propose, turnDown, confirm, unjoin, noteEvidenceOpened, takeOut } as const

/** A bank as a filter of the list. */
export type CaseBank = { readonly id: InstitutionId; readonly name: string }
