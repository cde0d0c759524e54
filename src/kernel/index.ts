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
export { maskSecrets } from './mask.ts'
export { fromBase64, sameBytes, toBase64 } from './base64.ts'
export {
  type GrowingTree,
  type Hash,
  type Peak,
  growTree,
  hashBytes,
  hashLeaf,
  hashNode,
  joinPeaks,
} from './merkle-tree.ts'
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
