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
