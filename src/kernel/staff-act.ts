import { canonicalJson } from './canonical.ts'
import { type Id, isInstitutionId, isUuid } from './ids.ts'
import { type ChannelName, channelNames } from './terms.ts'

/** Somebody who runs Parley: an operator, analyst, agent or auditor. Never a customer. */
export type StaffId = Id<'staff'>
/** One cut-off: from the moment somebody stopped a platform, a channel or a bank until two people lifted it. */
export type CutoffId = Id<'cutoff'>
/** One person's signed wish to lift a cut-off. */
export type LiftId = Id<'lift'>

/** One change to a bank's fraud rules or lists that takes signatures. */
export type RuleChangeId = Id<'rule-change'>
/** One person's signature under such a change. */
export type RuleSignatureId = Id<'rule-signature'>

/** One proposal of how a fraud case is to be decided. */
export type CaseProposalId = Id<'case-proposal'>
/** One person's signature under such a proposal. */
export type CaseSignatureId = Id<'case-signature'>

/**
 * What the bank's people found of a case. `friendly`: the customer, or somebody they let, made the payment and disputes it all the same.
 * `not-decided`: it cannot be told.
 */
export const caseFindings = ['fraud', 'genuine', 'friendly', 'not-decided'] as const
export type CaseFinding = (typeof caseFindings)[number]
/** Whether the bank is recommended to give the money back; nothing here moves any. */
export const caseRefunds = ['yes', 'no'] as const
export type CaseRefund = (typeof caseRefunds)[number]

/** Whole platforms, each with all of its channels. */
export const platformNames = ['meta', 'assistants'] as const
export type PlatformName = (typeof platformNames)[number]

/** What is cut off: a platform with all its channels, one channel, or one bank. */
export type CutoffTarget =
  | { readonly kind: 'platform'; readonly target: PlatformName }
  | { readonly kind: 'channel'; readonly target: ChannelName }
  | { readonly kind: 'institution'; readonly target: string }

/** The shortest and the longest reason, in characters. */
export const cutoffReasonLengths = { min: 10, max: 280 } as const

/** What one of the staff signs with a passkey. `id` is new for each act, so that no two documents are the same. */
export type StaffAct =
  | ({
      readonly v: 1
      readonly act: 'cut-off'
      readonly id: CutoffId
      readonly staff: StaffId
      readonly reason: string
    } & CutoffTarget)
  | {
      readonly v: 1
      readonly act: 'lift'
      readonly id: LiftId
      readonly staff: StaffId
      readonly cutoff: CutoffId
    }
  | {
      readonly v: 1
      readonly act: 'change-rules'
      readonly id: RuleSignatureId
      readonly staff: StaffId
      readonly change: RuleChangeId
      /** SHA-256 of the change's own document, in lower-case hex: what was shown is what is signed. */
      readonly digest: string
    }
  | {
      readonly v: 1
      readonly act: 'decide-case'
      readonly id: CaseSignatureId
      readonly staff: StaffId
      readonly proposal: CaseProposalId
      /** The case's number, as people say it. */
      readonly case: string
      readonly finding: CaseFinding
      readonly refund: CaseRefund
    }

/** The one text of an act: what is shown, hashed, signed and stored. */
export function staffActDocument(act: StaffAct): string {
  return canonicalJson(act)
}

/** The WebAuthn challenge for an act: SHA-256 over a domain-separated copy of its document. */
export function staffActChallenge(document: string, sha256: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  return sha256(new TextEncoder().encode(`parley/staff-act/v1\n${document}`))
}

/** Reads an act. Undefined for anything but the exact canonical text of a well-formed one. */
export function parseStaffAct(document: string): StaffAct | undefined {
  const act = toAct(parseJson(document))
  return act !== undefined && staffActDocument(act) === document ? act : undefined
}

function toAct(value: unknown): StaffAct | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const fields: { readonly [key: string]: unknown } = { ...value }
  const { v, act, id, staff, cutoff, reason } = {
    v: fields['v'],
    act: fields['act'],
    id: fields['id'],
    staff: fields['staff'],
    cutoff: fields['cutoff'],
    reason: fields['reason'],
  }
  if (v !== 1 || !isId<StaffId>(staff)) return undefined
  if (act === 'change-rules') return toRuleChange({ id, staff, change: fields['change'], digest: fields['digest'] })
  if (act === 'decide-case') return toCaseDecision({ ...fields, id, staff })
  if (act === 'lift' && isId<LiftId>(id) && isId<CutoffId>(cutoff)) return { v, act, id, staff, cutoff }
  const target = readCutoffTarget(fields['kind'], fields['target'])
  if (act !== 'cut-off' || !isId<CutoffId>(id) || target === undefined || !isCutoffReason(reason)) return undefined
  return { v, act, id, staff, reason, ...target }
}

function toRuleChange(fields: {
  readonly id: unknown
  readonly staff: StaffId
  readonly change: unknown
  readonly digest: unknown
}): StaffAct | undefined {
  const { id, staff, change, digest } = fields
  if (!isId<RuleSignatureId>(id) || !isId<RuleChangeId>(change)) return undefined
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) return undefined
  return { v: 1, act: 'change-rules', id, staff, change, digest }
}

function toCaseDecision(fields: {
  readonly id: unknown
  readonly staff: StaffId
  readonly [key: string]: unknown
}): StaffAct | undefined {
  const { id, staff } = fields
  const { proposal, number } = { proposal: fields['proposal'], number: fields['case'] }
  const finding = caseFindings.find((each) => each === fields['finding'])
  const refund = caseRefunds.find((each) => each === fields['refund'])
  if (!isId<CaseSignatureId>(id) || !isId<CaseProposalId>(proposal) || finding === undefined || refund === undefined)
    return undefined
  if (typeof number !== 'string' || !/^\d{4}-\d{4}$/.test(number)) return undefined
  return { v: 1, act: 'decide-case', id, staff, proposal, case: number, finding, refund }
}

/** A target as two fields of a form or a document; undefined when there is no such thing. */
export function readCutoffTarget(kind: unknown, target: unknown): CutoffTarget | undefined {
  if (typeof target !== 'string') return undefined
  const platform = platformNames.find((name) => name === target)
  if (kind === 'platform' && platform !== undefined) return { kind, target: platform }
  const channel = channelNames.find((name) => name === target)
  if (kind === 'channel' && channel !== undefined) return { kind, target: channel }
  return kind === 'institution' && isInstitutionId(target) ? { kind, target } : undefined
}

/** Whether a reason says enough and not too much. */
export function isCutoffReason(reason: unknown): reason is string {
  return (
    typeof reason === 'string' &&
    reason.trim() === reason &&
    reason.length >= cutoffReasonLengths.min &&
    reason.length <= cutoffReasonLengths.max
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON at all: like any other malformed document
  }
}

function isId<Kind extends string>(value: unknown): value is Kind {
  return typeof value === 'string' && isUuid(value)
}
