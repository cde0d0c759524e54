import { Secret } from '../kernel/index.ts'
import type { DataClass } from '../kernel/index.ts'
import type { Database } from '../platform/index.ts'
import { bankConsents } from './bank-consents-store.ts'
import type { BankLinkOf } from './bank-consents-store.ts'
import { queueEndAtBank } from './end-at-bank.ts'

/** What is kept of the bank's consents behind links, and what follows when one ends. */
export type ConsentBook = {
  /** Remembers the consent behind a link that was just stored, and what it covers, if the bank says it. */
  remember(link: BankLinkOf, consentId: string, classes: readonly DataClass[] | undefined): Promise<void>
  /** The bank says, asked for data, that this consent has ended: what rests on it ends a moment later. */
  ended(link: BankLinkOf, consentId: string): Promise<void>
  /** Forgets the consent behind a link whose tokens were given back. */
  forget(link: BankLinkOf, consentId: string): Promise<void>
}

/** The book over one login's database: consents are known by a keyed hash only. */
export function storedConsentBook(database: Database, linkSecret: Secret<Uint8Array>): ConsentBook {
  const hash = ({ institution }: BankLinkOf, consentId: string): Buffer =>
    bankConsents.hash(linkSecret, institution, new Secret(consentId))
  return {
    remember: (link, consentId, classes) =>
      bankConsents.remember(database, link, { hash: hash(link, consentId), classes }),
    ended: (link, consentId) => queueEndAtBank(database, link, hash(link, consentId)),
    forget: (link, consentId) => bankConsents.forget(database, link, hash(link, consentId)),
  }
}
