import { bankTokens, endings } from '../consent/index.ts'
import type { Permit, RevokingPermit } from '../consent/index.ts'
import type { DataClass, Secret } from '../kernel/index.ts'
import type { Database } from '../platform/index.ts'

/** Where bank tokens live: sealed, behind the gate. */
export type BankTokenVault = {
  /** The stored record, or undefined when there is none that this permit may see. */
  read(permit: Permit<DataClass>): Promise<{ readonly version: number; readonly plain: Secret<string> } | undefined>
  /** False: the permit is over, or another version is stored by now. Version 0 is expected for a link. */
  store(
    permit: Permit<DataClass>,
    token: { readonly expectedVersion: number; readonly plain: Secret<string> },
  ): Promise<boolean>
  /** True: this process may refresh for some seconds. False: somebody else is at it. */
  lease(permit: Permit<DataClass>, version: number): Promise<boolean>
  /** The stored record of a link that is over, to be given back to the bank. */
  readRevoking(
    permit: RevokingPermit,
  ): Promise<{ readonly version: number; readonly plain: Secret<string> } | undefined>
}

/** The vault of `consent`, seen through one purpose login. */
export function consentVault(database: Database): BankTokenVault {
  return {
    read: (permit) => bankTokens.read(database, permit),
    store: (permit, token) => bankTokens.store(database, permit, token),
    lease: (permit, version) => bankTokens.leaseRefresh(database, permit, version),
    readRevoking: (permit) => endings.revoking.readToken(database, permit),
  }
}
