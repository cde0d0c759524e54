import { offeredSharing } from './offered-sharing.ts'
import { listSharedTerms, lowerTerms } from './shared-terms-store.ts'
import { findCurrentTerms, listCurrentTerms } from './current-terms-store.ts'
import { recordTerms, revokeTerms, sealCustomer } from './terms-store.ts'

/** Terms as customers signed them: recorded with the grants that follow from them, looked up, and ended; and what pages offer to sign. */
export const signedTerms = {
  record: recordTerms,
  revoke: revokeTerms,
  listCurrent: listCurrentTerms,
  findCurrent: findCurrentTerms,
  listShared: listSharedTerms,
  lower: lowerTerms,
  sealCustomer,
  offered: offeredSharing,
} as const
