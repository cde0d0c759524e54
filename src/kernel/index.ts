export { type Outcome, success, refusal, unreachable } from './outcome.ts'
export { Fault, type Retry } from './fault.ts'
export {
  type Id,
  type CustomerId,
  type InstitutionId,
  type ConversationId,
  type TermsId,
  type GrantId,
  type AuditEntryId,
  type SealedAnswerId,
  type OutboxId,
  type MessageId,
  isUuid,
  isInstitutionId,
} from './ids.ts'
export { Secret } from './secret.ts'
export { type CanonicalValue, canonicalJson } from './canonical.ts'
export { type Instant, toInstant } from './instant.ts'
export { type Money, add, digitsOf, parseMoney, decimalText, formatMoney, roundMoney, formatRounded } from './money.ts'
export {
  type Terms,
  type Purpose,
  type DataClass,
  type Disclosure,
  type ChannelName,
  purposes,
  dataClasses,
  disclosures,
  channelNames,
  termDaysMax,
  termsDocument,
  termsChallenge,
  termsCover,
  lesserDisclosure,
  parseTerms,
} from './terms.ts'
export {
  type CaseFinding,
  type CaseProposalId,
  type CaseRefund,
  type CaseSignatureId,
  type CutoffId,
  type CutoffTarget,
  type LiftId,
  type PlatformName,
  type RuleChangeId,
  type RuleSignatureId,
  type StaffAct,
  type StaffId,
  cutoffReasonLengths,
  isCutoffReason,
  parseStaffAct,
  platformNames,
  readCutoffTarget,
  staffActChallenge,
  staffActDocument,
  caseFindings,
  caseRefunds,
} from './staff-act.ts'
export { maskSecrets, replaceAll } from './mask.ts'
export { type Correction, type DigitPart, type DigitStep, hideHead, readPart, stepDigits } from './mask-held.ts'
export { evidences as digitEvidences } from './mask-held-evidence.ts'
export { fromBase64, sameBytes, toBase64, toBase64Url } from './base64.ts'
export { type GrowingTree, type Hash, type Peak, growTree, hashLeaf, hashNode, joinPeaks } from './merkle-tree.ts'
export {
  type ConsistencyClaim,
  type InclusionClaim,
  type LeafRange,
  consistencyRanges,
  inclusionRanges,
  verifyConsistency,
  verifyInclusion,
} from './merkle-proof.ts'
export {
  type Tile,
  type TreeNode,
  decodeBundle,
  encodeBundle,
  hashInTile,
  middleWidth,
  nodesOf,
  parseTilePath,
  placeOf,
  rootWithin,
  tileHeight,
  tilePath,
  tileWidth,
  tileWidthIn,
} from './tile.ts'
export {
  type Note,
  type NoteCheck,
  type NoteKey,
  type NoteKeyKind,
  type NoteSignature,
  type VerifySignature,
  composeNote,
  cosignatureMessage,
  formatSignatureLine,
  formatVerifierKey,
  makeNoteKey,
  noteChecks,
  openNote,
  parseNote,
  parseSignatureLine,
  parseVerifierKey,
} from './note.ts'
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './tlog-checkpoint.ts'
export { type TlogProof, formatTlogProof, parseTlogProof } from './tlog-proof.ts'
export { type ReceiptBody, formatReceiptText, openReceipt, parseReceiptText } from './receipt.ts'
export type { ExportBundle, LookReceipt, SignedGrant, StoredItem } from './export-bundle.ts'
export { commitTo, leafBytes, parseLeaf } from './verify/log-leaf.ts'
export { type LogPromise, formatPromiseText, openPromise } from './verify/promise.ts'
export type {
  LogCrypto,
  LogProblem,
  LogProblemCode,
  LogSource,
  TreeView,
  VerifyLogOptions,
} from './verify/log-problem.ts'
export { type OpenedCheckpoint } from './verify/open-checkpoints.ts'
export { type FullTile, type TileBuilder, type TreeEdge, buildTiles } from './verify/tile-builder.ts'
export { type LogVerdict, verifyLog } from './verify/verify-log.ts'
export { type LookKeys, type LookProblem, type LookVerdict, createLookVerifier } from './verify/look-receipt.ts'
export { type LookFields } from './verify/look-fields.ts'
export {
  type PasskeyPublicKey,
  type VerifyPasskey,
  isWrittenOneWay,
  parsePasskeyKey,
  splitEcdsaSignature,
} from './verify/passkey-key.ts'
export {
  type GrantProblem,
  type GrantVerdict,
  type PasskeyCrypto,
  type PasskeySite,
  type StoredAssertion,
  verifyGrant,
  verifySignedTerms,
} from './verify/signed-grant.ts'
export { archiveEnd, archivePart, logPrefix } from './verify/log-archive.ts'
export { type Exhibit, type UnreadableCode, logOf, recognise } from './verify/exhibit.ts'
export { type Say, sayFinding, sayVerdict } from './verify/say-verdict.ts'
export { type JudgeOptions, judge } from './verify/judge.ts'
export type {
  Finding,
  FoundGrant,
  FoundLook,
  KeyOrigin,
  Problem,
  ProblemCode,
  TreeHead,
  Unjudged,
  Verdict,
} from './verify/verdict.ts'
