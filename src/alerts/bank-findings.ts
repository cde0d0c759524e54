import { keepBankLabel } from './keep-bank-label.ts'
import { openUsesForStaff } from './open-for-staff.ts'
import { settleUses } from './settle-uses.ts'

/** What a bank and its people do with uses of cards: {@link keepBankLabel}, {@link openUsesForStaff}, {@link settleUses}. */
export const bankFindings = { keepLabel: keepBankLabel, open: openUsesForStaff, settle: settleUses } as const
