import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { moneyNeedles, searchBytes, searchFolder, searchTables } from '../setup/canary.ts'
import type { Finding, Needle } from '../setup/canary.ts'
import { ask, linkIn, linkPerson, openSealed } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'
import { makeUnsealedDist } from '../setup/unsealed-dist.ts'
import { waitUntilQuiet } from '../setup/wait-until-quiet.ts'

const longMs = 240_000
const quietWithinMs = 90_000

/** Amounts that nothing else on earth holds. */
const booked = { minor: 8_371_926_457n, currency: 'USD' } as const
const available = { minor: 6_142_785_913n, currency: 'USD' } as const
const needles: readonly Needle[] = [...moneyNeedles(booked), ...moneyNeedles(available)]

const statement = `OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261101120000[-5:EST]<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>000111222<ACCTID>5550004321<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261001<DTEND>20261031
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261001<TRNAMT>1500.00<FITID>c1<NAME>HARBOUR PAYROLL</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>83719264.57<DTASOF>20261031</LEDGERBAL>
<AVAILBAL><BALAMT>61427859.13<DTASOF>20261031</AVAILBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
`

type Searched = {
  readonly page: readonly Finding[]
  readonly wire: readonly Finding[]
  readonly eyes: readonly Finding[]
  readonly tables: readonly Finding[]
  readonly files: readonly Finding[]
}

/** A sealed journey: one answer opened, one left waiting, previews fetched; then everything is searched for the amounts. */
async function searchAfterJourney(dist?: string): Promise<Searched> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-statement-'))
  const ofx = join(folder, 'statement.ofx')
  writeFileSync(ofx, statement)
  const parley = await startParley({ ofx, ...(dist === undefined ? {} : { dist }) })
  try {
    const person = await linkPerson(parley, 'Canary')
    const first = await ask(parley, person, 'what is my balance?', ({ shown }) => shown.buttons.length > 0)
    const page = await openSealed(person, linkIn(first, '/a/'))
    await ask(parley, person, 'how much is in my checking account?', ({ shown }) => shown.buttons.length > 0)
    await waitUntilQuiet(parley, quietWithinMs)
    await parley.admin.run('CHECKPOINT')
    return {
      page: searchBytes('the opened page', Buffer.from(page.text), needles),
      wire: await searchWire(parley),
      eyes: await searchEyes(parley),
      tables: await searchTables(parley.admin, needles),
      files: await searchFiles(parley),
    }
  } finally {
    await parley.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Everything that went between messenger and gateway, the crawler's fetches included; and the addresses the bank saw. */
async function searchWire(parley: ParleyProcesses): Promise<readonly Finding[]> {
  const traffic = await parley.messengerControl.traffic()
  expect(traffic.some(({ direction }) => direction === 'crawl')).toBe(true)
  const lines = traffic.map(({ direction, path, body }) => `${direction} ${path} ${body}`).join('\n')
  const addresses = readFileSync(join(parley.folder.bank, 'access-log.jsonl'))
  return [
    ...searchBytes('traffic', Buffer.from(lines), needles),
    ...searchBytes('the bank’s access log', addresses, needles),
  ]
}

/** What an operator sees: metrics and the machine's addresses. (Logs are among the files.) */
async function searchEyes(parley: ParleyProcesses): Promise<readonly Finding[]> {
  const paths = ['/metrics', '/readyz', '/livez', '/openapi.json']
  const headers = { authorization: `Bearer ${parley.secrets.metricsToken}` }
  const found = await Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(`${parley.addresses.gateway}${path}`, { headers })
      expect([path, answer.status]).toEqual([path, 200])
      return searchBytes(path, Buffer.from(await answer.text()), needles)
    }),
  )
  return found.flat()
}

/** The whole data folder: database with WAL, keystore, messenger, logs, configuration. The bank's own state knows, of course. */
async function searchFiles(parley: ParleyProcesses): Promise<readonly Finding[]> {
  const { root, bank } = parley.folder
  const findings: Finding[] = []
  for (const entry of readdirSync(root)) {
    const path = join(root, entry)
    if (path === bank) continue
    findings.push(...(await searchPath(path)))
  }
  return findings
}

async function searchPath(path: string): Promise<readonly Finding[]> {
  try {
    return await searchFolder(path, needles)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTDIR')) throw error
    return searchBytes(path, readFileSync(path), needles)
  }
}

describe('the balance of a sealed journey', () => {
  test(
    'is on the opened page, and nowhere else: no message, webhook, log, metric, address, table, WAL or file',
    async () => {
      const { page, ...elsewhere } = await searchAfterJourney()
      expect(page.length).toBeGreaterThan(0)
      expect(elsewhere).toEqual({ wire: [], eyes: [], tables: [], files: [] })
    },
    longMs,
  )

  test(
    'is found by the same search in tables and files once encryption is switched off',
    async () => {
      const unsealed = makeUnsealedDist()
      try {
        const { page, tables, files, wire } = await searchAfterJourney(unsealed.dist)
        expect(page.length).toBeGreaterThan(0)
        expect(tables.length).toBeGreaterThan(0)
        expect(files.some(({ where }) => where.includes('pg_wal'))).toBe(true)
        // Even then the messenger learns nothing: what the chat carries does not hang on encryption.
        expect(wire).toEqual([])
      } finally {
        unsealed.remove()
      }
    },
    longMs,
  )
})
