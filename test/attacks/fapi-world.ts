import { createBanks, makeClientKeys, publicJwks } from '../../src/banks/index.ts'
import type { Banks, ClientKeys, Departure } from '../../src/banks/index.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import type { MemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { testLinkSecret, testPermit } from '../../src/banks/test-support/test-permit.ts'
import { parseTokenRecord } from '../../src/banks/token-record.ts'
import type { TokenRecord } from '../../src/banks/token-record.ts'
import { toInstant } from '../../src/kernel/index.ts'
import type { InstitutionId, Outcome } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import { signInAndAgree, startStockBank } from '../conformance/fapi-stock-bank.ts'
import type { StockBank } from '../conformance/fapi-stock-bank.ts'

export const redirectUri = 'https://parley.example/link/callback'

/** One bank, a stock authorization server, and our client at it, in a process of its own as it were. */
export type FapiSide = {
  readonly institution: InstitutionId
  readonly stock: StockBank
  readonly vault: MemoryVault
  readonly banks: Banks
  /** How far our clock is ahead of the world's. */
  clockSkewMs: number
  /** Starts a link, as a customer who presses the button. */
  depart(): Promise<Departure>
  /** Somebody signs in at the bank under this departure and agrees; gives the address that the browser comes back to. */
  signIn(departure: Departure, person?: string): Promise<URL>
  finish(departure: Departure, callback: URL): ReturnType<Banks['links']['finish']>
  /** The same, as one word: `linked`, or why not. */
  outcome(departure: Departure, callback: URL): Promise<string>
  record(): TokenRecord
  stop(): Promise<void>
}

/** What of the product a test may swap for a mutated copy. */
export type BanksProduct = {
  readonly createBanks: typeof createBanks
  readonly makeClientKeys: typeof makeClientKeys
  readonly publicJwks: typeof publicJwks
}

/** Starts a stock bank with our client registered, and the connectors that face it. */
export async function startFapiSide(
  name: string,
  options: { readonly product?: BanksProduct; readonly clientKeys?: ClientKeys } = {},
): Promise<FapiSide> {
  const institution = name as InstitutionId
  const { product = { createBanks, makeClientKeys, publicJwks } } = options
  const clientKeys = options.clientKeys ?? (await product.makeClientKeys())
  const jwks = product.publicJwks(clientKeys)
  const accounts = { accounts: [] }
  const stock = await startStockBank({ clientId: 'parley', redirectUri, jwks, accounts })
  const vault = createMemoryVault(Date.now)
  const { issuer, fdxUrl } = stock
  const database = oneBankDatabase({ id: institution, name, issuer, fdxUrl, clientId: 'parley', callsPerDay: 0 })
  const clock = { ...systemClock, now: () => toInstant(Date.now() + side.clockSkewMs) }
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const deps = { database, tokens: vault, clock, random: systemRandom, logger, metrics }
  const banks = product.createBanks(deps, { clientKeys, allowLoopback: true, linkSecret: testLinkSecret })
  const side: FapiSide = {
    institution,
    stock,
    vault,
    banks,
    clockSkewMs: 0,
    async depart() {
      const started = await banks.links.start({ institution, redirectUri, days: 90, linkId: crypto.randomUUID() })
      if (!started.ok) throw new Error(started.code)
      return started.value
    },
    signIn: (departure, person = 'alice') => signInAndAgree(departure.url, person, redirectUri),
    finish: ({ carry }, currentUrl) =>
      banks.links.finish({ institution, carry, currentUrl, permit: testPermit('account-list', { institution }) }),
    outcome: async (departure, callback) => wordOf(await side.finish(departure, callback)),
    record() {
      const row = vault.peek()
      if (row === undefined) throw new Error('nothing is stored')
      return parseTokenRecord(row.plain)
    },
    async stop() {
      banks.close()
      await stock.stop()
    },
  }
  return side
}

/** An outcome as one word. */
export function wordOf(outcome: Outcome<unknown, string>): string {
  return outcome.ok ? 'linked' : outcome.code
}
