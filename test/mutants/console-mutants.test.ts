// For each defence of the console, and of what is shown: the attack fails while it stands, and succeeds, or meets the next lock, once it is gone.
import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanText } from '../../src/answers/clean-text.ts'
import { beginAuditLook, readAuditRows } from '../../src/console/audit-look-store.ts'
import { countConsents } from '../../src/console/consent-counts-store.ts'
import { html } from '../../src/pages/index.ts'
import { writeCsv } from '../../src/privacy-centre/write-csv.ts'
import { addBareGrant, mustOpen } from '../attacks/gate-scene.ts'
import { cloneDatabase } from '../setup/database.ts'
import { hostileStrings } from '../setup/hostile-strings.ts'
import { addStaff } from '../setup/staff-people.ts'
import { beginStaffSession } from '../setup/staff-session.ts'
import { addInstitution, banks } from '../setup/trust-world.ts'
import { consoleMutants, shownMutants } from './console-mutants.ts'
import type { ConsoleMutant, ShownMutant } from './console-mutants.ts'
import { loadProduct } from './load-product.ts'
import type { Product } from './load-product.ts'

async function runAttack(attack: ConsoleMutant['attack'], sql: readonly string[]): Promise<'succeeds' | 'stopped'> {
  const database = await cloneDatabase()
  try {
    const console_ = database.connect('console')
    for (const bank of [banks.north, banks.south]) {
      await addInstitution(database.admin, bank)
      await mustOpen(database.connect('answer'), await addBareGrant(database.admin, bank))
    }
    const nora = await addStaff(database, 'nora', { role: 'auditor', institutions: [banks.north] })
    const omar = await addStaff(database, 'omar', { role: 'auditor' })
    const [session, other] = [await beginStaffSession(console_, nora), await beginStaffSession(console_, omar)]
    for (const change of sql) await database.admin.run(change.replaceAll('parley_', database.prefix))
    const id = randomUUID()
    const begin = { id, session, filter: {} }
    switch (attack) {
      case 'read the record and take the note of it back':
        return await console_.transaction(async (tx) => {
          await beginAuditLook(tx, begin)
          return (await readAuditRows(tx, begin)).length > 0 ? 'succeeds' : 'stopped'
        })
      case 'read what another person asked for':
        await beginAuditLook(console_, { ...begin, session: other })
        return (await readAuditRows(console_, begin)).length > 0 ? 'succeeds' : 'stopped'
      case 'read another bank’s looks':
        await beginAuditLook(console_, begin)
        return (await readAuditRows(console_, begin)).some(({ institution }) => institution === banks.south)
          ? 'succeeds'
          : 'stopped'
      case 'count one customer':
        return (await countConsents(console_, session)).some(({ people }) => people !== undefined)
          ? 'succeeds'
          : 'stopped'
    }
  } finally {
    await database.drop()
  }
}

test.each([...new Set(consoleMutants.map(({ attack }) => attack))])(
  'with every defence in place nobody can %s',
  async (attack) => {
    expect(await runAttack(attack, [])).toBe('stopped')
  },
)

test.each(consoleMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
  expect(await runAttack(mutant.attack, mutant.sql)).toBe(mutant.expect)
})

type Shows = { readonly html: typeof html; readonly cleanText: typeof cleanText; readonly writeCsv: typeof writeCsv }

/** How many of the strings are not inert there. */
function countLive(place: ShownMutant['place'], shows: Shows): number {
  return hostileStrings().filter((text) => {
    if (place === 'page') return /<(?!\/?p[ >])/.test(String(shows.html`<p title="${text}">${text}</p>`))
    if (place === 'shop') return /\p{Cf}/u.test(shows.cleanText(text))
    return /\r\n"?[=+@-]/.test(shows.writeCsv([{ name: text, checkedAt: 0, accounts: undefined } as never]))
  }).length
}

test('hostile strings are inert in a page, a shop’s name and a CSV file', () => {
  for (const place of ['page', 'shop', 'csv'] as const)
    expect([place, countLive(place, { html, cleanText, writeCsv })]).toEqual([place, 0])
})

// One copy without all three: each is tried in a place of its own, where the others play no part.
let product: Product
beforeAll(async () => {
  product = await loadProduct(shownMutants.map(({ change }) => change))
})
afterAll(() => product.close())

test.each(shownMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, { place }) => {
  const src = dirname(dirname(fileURLToPath(product.door('pages'))))
  const files = { page: 'pages/html.js', shop: 'answers/clean-text.js', csv: 'privacy-centre/write-csv.js' }
  const shows: Shows = await import(/* @vite-ignore */ pathToFileURL(join(src, files[place])).href)
  expect(countLive(place, shows)).toBeGreaterThan(5)
})
