import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBank } from '../../sandbox/bank/start-bank.ts'
import { createCookieBrowser } from '../../sandbox/bank/test-support/cookie-browser.ts'
import { share, signIn } from '../../sandbox/bank/test-support/outside-client.ts'
import { createBanks, makeClientKeys, publicJwks } from '../../src/banks/index.ts'
import type { Banks } from '../../src/banks/index.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import type { MemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { testLinkSecret, testPermit } from '../../src/banks/test-support/test-permit.ts'
import { parseTokenRecord } from '../../src/banks/token-record.ts'
import type { TokenRecord } from '../../src/banks/token-record.ts'
import type { InstitutionId } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import { createBankControl } from '../setup/bank-control.ts'
import type { BankControl, BankLogin } from '../setup/bank-control.ts'

/** The sandbox bank with one link to its first person, kept in memory instead of behind the gate. */
export type LinkedSandbox = {
  readonly institution: InstitutionId
  readonly issuer: string
  readonly fdxUrl: string
  readonly control: BankControl
  readonly vault: MemoryVault
  /** Two processes' worth of connectors over one vault. */
  readonly banks: Banks
  readonly otherBanks: Banks
  /** Links (again). */
  link(): Promise<void>
  record(): TokenRecord
  stop(): Promise<void>
}

const redirectUri = 'http://127.0.0.1:9/callback'

export async function startLinkedSandbox(): Promise<LinkedSandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bank-'))
  const clientKeys = await makeClientKeys()
  const clientConfig = join(folder, 'clients.json')
  const jwks = publicJwks(clientKeys)
  const client = { client_id: 'parley', client_name: 'Parley', redirect_uris: [redirectUri], jwks }
  await writeFile(clientConfig, JSON.stringify({ clients: [client] }))
  const dataDir = join(folder, 'bank')
  const people = { seed: 'first-valley', empty: false, ofxFiles: [] }
  const bank = await startBank({ port: 0, host: '127.0.0.1', dataDir, issuer: undefined, ...people, clientConfig })
  const control = createBankControl(bank.issuer, dataDir)
  const institution = 'sandbox-bank' as InstitutionId
  const { issuer, fdxUrl } = bank
  const row = { id: institution, name: 'Sandbox Bank', issuer, fdxUrl, clientId: 'parley', callsPerDay: 0 }
  const vault = createMemoryVault(Date.now)
  const open = (): Banks =>
    createBanks(
      {
        database: oneBankDatabase(row),
        tokens: vault,
        clock: systemClock,
        random: systemRandom,
        logger: createLogger({ role: 'test', level: 'silent' }),
        metrics: createMetrics({ processMetrics: false }),
      },
      { clientKeys, allowLoopback: true, linkSecret: testLinkSecret },
    )
  const banks = open()
  const otherBanks = open()

  async function link(): Promise<void> {
    const [person] = control.logins()
    if (person === undefined) throw new Error('the bank has no people')
    await linkAs(banks, institution, person)
  }
  await link()
  return {
    institution,
    issuer,
    fdxUrl,
    control,
    vault,
    banks,
    otherBanks,
    link,
    record() {
      const row = vault.peek()
      if (row === undefined) throw new Error('nothing is stored')
      return parseTokenRecord(row.plain)
    },
    async stop() {
      banks.close()
      otherBanks.close()
      await bank.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function linkAs(banks: Banks, institution: InstitutionId, person: BankLogin): Promise<void> {
  const started = await banks.links.start({ institution, redirectUri, days: 90, linkId: crypto.randomUUID() })
  if (!started.ok) throw new Error(started.code)
  const browser = createCookieBrowser(redirectUri)
  const back = await share(browser, await signIn(browser, started.value.url, person), (ids) => ids)
  const permit = testPermit('account-list', { institution })
  const { carry } = started.value
  const finished = await banks.links.finish({ institution, carry, currentUrl: new URL(back.url), permit })
  if (!finished.ok) throw new Error(finished.code)
}
