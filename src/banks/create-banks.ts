import type { Secret } from '../kernel/index.ts'
import type { Clock, Database, Logger, Metrics, Random } from '../platform/index.ts'
import type { Bank } from './bank.ts'
import type { BankLinks } from './bank-links.ts'
import { storedConsentBook } from './consent-book.ts'
import type { ConsentBook } from './consent-book.ts'
import { consentVault } from './bank-token-vault.ts'
import type { BankTokenVault } from './bank-token-vault.ts'
import { sweepCallCounts } from './call-budget-store.ts'
import type { ClientKeys } from './client-keys.ts'
import { createEgress } from './egress/create-egress.ts'
import type { ResolveAll } from './egress/checked-lookup.ts'
import { createBankLinks } from './fapi/create-bank-links.ts'
import { createBankServers } from './fapi/bank-servers.ts'
import { createSigningKeys } from './fapi/signing-keys.ts'
import { createFdxBank } from './fdx/create-fdx-bank.ts'
import { createFreshTokens } from './fresh-token.ts'
import { createHealth } from './health.ts'
import type { HealthOf } from './health.ts'
import { createInstitutionDirectory } from './institution-directory.ts'
import { createLookCounts } from './look-counts.ts'
import { createRecentOutcomes } from './recent-outcomes.ts'

export type BanksDeps = {
  /** A purpose login: reads institutions, counts calls, and reaches tokens through the gate. */
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
  /** Where tokens live, if not in `consent`'s vault over `database`. */
  readonly tokens?: BankTokenVault
  /** Where the bank's consents behind links are known, if not in the database. */
  readonly consents?: ConsentBook
  /** How names become addresses, if not by the system. */
  readonly resolve?: ResolveAll
}

export type BanksOptions = {
  readonly clientKeys: ClientKeys
  /** Demo only: banks on loopback addresses, over plain HTTP. */
  readonly allowLoopback: boolean
  /** Who asks: `USER` (as a rule) where the customer has just asked, `BATCH` where looks are made while nobody is there. */
  readonly actor?: 'USER' | 'BATCH'
  /** Keys the hashes of banks' consent ids. */
  readonly linkSecret: Secret<Uint8Array>
}

/** The banks of this installation, all behind one door. */
export type Banks = {
  readonly bank: Bank
  readonly links: BankLinks
  readonly health: HealthOf
  /** Forgets how many calls were made on days long past. For a sweeper. */
  sweepCallCounts(): Promise<number>
  /** Closes connections and forgets what is in memory. */
  close(): void
}

/** Builds the module for one purpose login. */
export function createBanks(deps: BanksDeps, options: BanksOptions): Banks {
  const { database, clock, logger } = deps
  const tokens = deps.tokens ?? consentVault(database)
  const consents = deps.consents ?? storedConsentBook(database, options.linkSecret)
  const directory = createInstitutionDirectory({ database, clock })
  const egress = createEgress({
    clock,
    allowLoopback: options.allowLoopback,
    ...(deps.resolve === undefined ? {} : { resolve: deps.resolve }),
  })
  const servers = createBankServers({ egress, clock }, options)
  const freshTokens = createFreshTokens({ tokens, servers, clock, logger })
  const recent = createRecentOutcomes(clock)
  const counts = createLookCounts({ database, clock, logger })
  const signingKeys = createSigningKeys(clock)
  return {
    bank: createFdxBank({
      ...deps,
      directory,
      freshTokens,
      egress,
      recent,
      counts,
      signingKeys,
      consents,
      ...(options.actor === undefined ? {} : { actor: options.actor }),
    }),
    links: createBankLinks({ ...deps, tokens, consents, directory, servers, egress, signingKeys }),
    health: createHealth({ directory, egress, recent, clock }),
    sweepCallCounts: () => sweepCallCounts(database),
    close() {
      counts.close()
      freshTokens.close()
      signingKeys.clear()
      egress.close()
    },
  }
}
