import type { Permit } from '../../consent/index.ts'
import type { DataClass, Secret } from '../../kernel/index.ts'
import type { BankTokenVault } from '../bank-token-vault.ts'

/** A vault without a gate, for tests of what goes over the wire; the real one is tested where it lives. */
export type MemoryVault = BankTokenVault & {
  /** What happens to the next `store`: `refuse` as if the grant had ended, `break` as if the database were gone. */
  failNextStore(how: 'refuse' | 'break'): void
  readonly stores: number
  peek(): { readonly version: number; readonly plain: Secret<string> } | undefined
  replace(plain: Secret<string>): void
}

/** One customer's link at one bank, in memory, with the versions and the lease of the real one. */
export function createMemoryVault(now: () => number): MemoryVault {
  let row: { version: number; plain: Secret<string> } | undefined
  let leaseUntil = 0
  let failure: 'refuse' | 'break' | undefined
  let stores = 0
  return {
    get stores() {
      return stores
    },
    failNextStore(how) {
      failure = how
    },
    peek: () => row,
    replace(plain) {
      row = { version: (row?.version ?? 0) + 1, plain }
    },
    read: (_permit: Permit<DataClass>) => Promise.resolve(row),
    readRevoking: () => Promise.resolve(row),
    store(_permit, { expectedVersion, plain }) {
      const how = failure
      failure = undefined
      if (how === 'break') return Promise.reject(new Error('the database is gone'))
      if (how === 'refuse') return Promise.resolve(false)
      if (expectedVersion !== 0 && row?.version !== expectedVersion) return Promise.resolve(false)
      row = { version: (row?.version ?? 0) + 1, plain }
      leaseUntil = 0
      stores += 1
      return Promise.resolve(true)
    },
    lease(_permit, version) {
      if (row?.version !== version || leaseUntil > now()) return Promise.resolve(false)
      leaseUntil = now() + 15_000
      return Promise.resolve(true)
    },
  }
}
