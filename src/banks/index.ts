export type { Account, Balance, BalanceReport, Bank, BankRefusal } from './bank.ts'
export type {
  AccountDetails,
  AccountNumbers,
  AskedDetail,
  CardAct,
  CardBill,
  CardReport,
  CardState,
  Day,
  Days,
  Decline,
  Place,
  Rewards,
  Transaction,
  TransactionReport,
} from './facts.ts'
export type { BankLinks, BankRevocation, Departure, LinkRefusal } from './bank-links.ts'
export { bankConsentClasses } from './bank-consents-store.ts'
export { clientKeysFile, makeClientKeys, publicJwks } from './client-keys.ts'
export type { ClientKeys, PublicJwk } from './client-keys.ts'
export { bankCodes } from './codes.ts'
export { createBanks } from './create-banks.ts'
export type { Banks, BanksDeps, BanksOptions } from './create-banks.ts'
export type { BankTokenVault } from './bank-token-vault.ts'
export { bankJobs } from './end-at-bank.ts'
export type { BankHealth, HealthOf } from './health.ts'
export { listInstitutions, loadInstitution, saveInstitution } from './institutions-store.ts'
export type { Institution } from './institutions-store.ts'
export { createBankNotices } from './notices/create-bank-notices.ts'
export type { OnNews } from './notices/take-notice.ts'
export type { BankNotices, BankNoticesDeps, BankNoticesOptions } from './notices/create-bank-notices.ts'
export type { CardEventSettings } from './card-authorizations/bank-settings.ts'
export type {
  CardAuthorization,
  CardEventId,
  CardEventKind,
  CardPresence,
  Verdict,
  VerdictWord,
} from './card-authorizations/card-authorization.ts'
export { createCardEvents } from './card-authorizations/create-card-events.ts'
export type { CardEvents, CardEventsDeps, CardEventsOptions } from './card-authorizations/create-card-events.ts'
export type { LoggedEvent } from './card-authorizations/event-log.ts'
export type { BankLabel } from './card-authorizations/take-labels.ts'
