import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { featureNames, fraudModels } from '../../src/fraud/index.ts'
import { addPerson, startBrowser } from '../attacks/link-browser.ts'
import { expectNoBarriers } from '../setup/barriers.ts'
import { buildFolder } from '../setup/build-folder.ts'
import { eventually } from '../setup/eventually.ts'
import { linkPerson, repliesTo } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

const run = promisify(execFile)
// Where pictures go, for whoever wants to look at them.
const pictures = process.env['PARLEY_PICTURES']

let parley: ParleyProcesses
let browser: Browser

beforeAll(async () => {
  ;[parley, browser] = await Promise.all([startParley({ challenger: makeChallenger }), startBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await parley?.stop()
})

/** Another model than the one that decides: its first forty trees. */
function makeChallenger(folder: ParleyProcesses['folder']): string {
  const { model } = fraudModels.readDefault(featureNames)
  const file = join(folder.logs, 'challenger.bin')
  writeFileSync(file, fraudModels.write({ ...model, trees: model.trees.slice(0, 40) }))
  return file
}

const main = () => join(buildFolder(), 'src', 'main.js')
const addedShape = z.tuple([z.object({ address: z.string() })])

/** Somebody whom an administrator adds, who enrols a passkey and signs in. */
async function begin(
  login: string,
  role: string,
  look: { readonly dark?: boolean; readonly width?: number } = {},
): Promise<Page> {
  const words = ['staff', 'add', login, '--role', role, '--config', parley.folder.staffConfig, '--json']
  const { stdout } = await run(process.execPath, [main(), ...words])
  const [{ address }] = addedShape.parse(JSON.parse(stdout))
  const { page } = await addPerson(browser, look)
  await page.goto(address)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByRole('link', { name: /^Sign in/ }).click()
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/staff/'))
  return page
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${parley.addresses.gateway}${path}`)
}

/** No finding of axe’s, nothing wider than the window, and a picture where they are wanted. */
async function isFit(page: Page, name: string): Promise<void> {
  await expectNoBarriers(page, name)
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

/** What the command line finds of a rule file over a small history, as an analyst makes it. */
async function backtest(file: string): Promise<string> {
  const rules = join(parley.folder.logs, 'candidate.rules')
  const history = join(parley.folder.logs, 'history.csv')
  writeFileSync(rules, file)
  const lines = Array.from({ length: 60 }, (_, at) => {
    const day = String(1 + (at % 20)).padStart(2, '0')
    return `${at},2026-01-${day} 10:00:${String(at % 60).padStart(2, '0')},${at % 6},${at % 4},${at % 10 === 0 ? 900 : 20},${at % 10 === 0 ? 1 : 0}`
  })
  writeFileSync(history, ['TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD', ...lines].join('\n'))
  const { stdout } = await run(process.execPath, [main(), 'fraud', 'rules', 'backtest', rules, history, '--json'])
  return stdout
}

const first = 'amounts in USD\nask from score 60%\n\nlarge: review when amount > 500 USD\n'
const second =
  'amounts in USD\nask from score 60%\n\nlarge: review when amount > 800 USD\nabroad: block when country is not home_country and amount > 100 USD\n'

/** From a draft to a version that decides, and everything in between. */
async function bringLive(analyst: Page, operator: Page, file: string, version: number): Promise<void> {
  await open(analyst, '/console/rules')
  await analyst.getByLabel('Sentences, one a line after an id').fill(file)
  await analyst.getByLabel('What is different, for colleagues').fill(`Version ${version}`)
  await analyst.getByRole('button', { name: 'Save as a draft' }).click()
  await analyst.getByText('Saved as a new version. It decides nothing yet.').waitFor()
  const card = (page: Page) => page.getByRole('region', { name: new RegExp(`^Version ${version} `) })
  await card(analyst)
    .getByLabel('Report of a backtest (JSON)')
    .fill(await backtest(file))
  await card(analyst).getByRole('button', { name: 'Keep the report' }).click()
  await analyst.getByText('The backtest is kept with its version.').waitFor()
  await card(analyst)
    .getByText(/^Backtest over \d+ days: \d+ of 6 frauds caught/)
    .waitFor()
  await isFit(analyst, `rules-backtested-${version}`)
  await card(analyst).getByRole('button', { name: 'Try it in shadow, without effect' }).click()
  await analyst.getByText('It has no effect on any payment.').waitFor()

  // Ten minutes in shadow at least: refused now, and the page says so.
  await card(analyst).getByLabel('Why').fill('Seen in shadow for long enough')
  await card(analyst).getByRole('button', { name: 'Sign to make it live' }).click()
  await analyst.getByText('Something it needs is not there (yet)').waitFor()
  await parley.admin.run(`UPDATE rules.rule_set SET shadow_from = shadow_from - interval '1 hour' WHERE version = $1`, [
    version,
  ])
  await open(analyst, '/console/rules')
  if (version > 1) {
    await card(analyst).getByText('What is different from version 1').click()
    expect(await card(analyst).locator('ins').allInnerTexts()).toContain(
      'block when country is not home_country and amount > 100 USD',
    )
    await isFit(analyst, 'rules-diff')
  }
  await card(analyst).getByLabel('Why').fill('Seen in shadow for long enough')
  await card(analyst).getByRole('button', { name: 'Sign to make it live' }).click()
  await analyst.getByRole('button', { name: 'Sign, as the first of two' }).click()
  await analyst.getByText('Your signature is kept. It waits for a second person').waitFor()
  expect(await analyst.getByRole('button', { name: 'Look at it and sign' }).count()).toBe(0)

  await open(operator, '/console/rules')
  await isFit(operator, `rules-waiting-${version}`)
  await operator.getByRole('button', { name: 'Look at it and sign' }).click()
  await isFit(operator, `rules-act-${version}`)
  await operator.getByRole('button', { name: 'Sign and do it now' }).click()
  await operator.getByText('Done. It decides from now on.').waitFor()
  await card(operator).getByText('Live', { exact: true }).waitFor()
}

test('a rule goes from an idea to live by two people’s passkeys, a second one takes its place, and one person goes back', async () => {
  const ana = await begin('ana', 'analyst', { width: 1280 })
  const omar = await begin('omar', 'operator', { dark: true })
  await open(ana, '/console/rules')
  await isFit(ana, 'rules-empty')

  // The editor says what may come next, by keyboard alone.
  const editor = ana.getByLabel('Sentences, one a line after an id')
  await editor.fill('large: rev')
  await editor.press('Control+Space')
  await ana.getByRole('option', { name: /^review/ }).waitFor()
  // Typed on while the next list is on its way: Enter takes what fits the words as they stand then.
  let send: () => void = () => undefined
  const held = new Promise<void>((resolve) => (send = resolve))
  await ana.route('**/console/rules/complete', async (route) => {
    await held
    await route.continue()
  })
  await editor.press('i')
  await editor.press('Enter')
  send()
  await expect.poll(() => editor.inputValue()).toBe('large: review ')
  await ana.unroute('**/console/rules/complete')

  // A sentence that cannot be read: where, what, and what was meant; nothing is kept, and nothing that was typed is lost.
  await editor.fill('large: review when amout > 500 USD')
  await ana.getByRole('button', { name: 'Save as a draft' }).click()
  await ana.getByText('Nothing is called "amout". Did you mean "amount"?').waitFor()
  expect(await editor.inputValue()).toBe('large: review when amout > 500 USD')
  await isFit(ana, 'rules-error')

  await bringLive(ana, omar, first, 1)
  await bringLive(ana, omar, second, 2)

  // Back to the version before, within seven days: one person, one passkey.
  await open(omar, '/console/rules')
  const old = omar.getByRole('region', { name: /^Version 1 / })
  await old.getByLabel('Why').last().fill('Troubles too many customers')
  await old.getByRole('button', { name: 'Sign to go back to it now' }).click()
  await omar.getByRole('button', { name: 'Sign and do it now' }).click()
  await omar.getByText('Done. It decides from now on.').waitFor()
  await old.getByText('Live', { exact: true }).waitFor()
  await isFit(omar, 'rules-rolled-back')
  expect(readFileSync(join(parley.folder.logs, 'gateway.log'), 'utf8')).toContain('fraud-rules.changed')
})

test('every page of the console is fit for its people: empty, with figures, narrow and wide, light and dark', async () => {
  const olga = await begin('olga', 'operator')
  const awa = await begin('awa', 'auditor', { width: 1280, dark: true })
  // A day of looks as processes add them up, the last of them gone wrong.
  await parley.admin.run(`INSERT INTO institutions.look_hour (institution, login, hour, looks, failed, calls, initiated)
    SELECT 'first-valley', 'parley_answer', date_bin('1 hour', clock_timestamp(), '2000-01-01 00:00Z') - n * interval '1 hour',
      40 - n, CASE WHEN n < 3 THEN 12 ELSE 0 END, 90, 80 FROM generate_series(0, 20) AS n`)
  await parley.admin.run(`INSERT INTO institutions.look_state (institution, login, good_at, bad_at, bad) VALUES
    ('first-valley', 'parley_answer', clock_timestamp() - interval '4 minutes', clock_timestamp() - interval '1 minute', 'banks/unreachable'),
    ('first-valley', 'parley_notify', clock_timestamp() - interval '2 minutes', NULL, NULL)`)
  for (const path of [
    '',
    '/connectors',
    '/consents',
    '/models',
    '/audit',
    '/incidents',
    '/configuration',
    '/cutoffs',
  ]) {
    const name = `console${path.replace('/', '-')}`
    await open(olga, `/console${path}`)
    await isFit(olga, `${name}-390-light`)
    await open(awa, `/console${path}`)
    await isFit(awa, `${name}-1280-dark`)
    await awa.setViewportSize({ width: 768, height: 900 })
    await expectNoBarriers(awa, '768')
    await awa.setViewportSize({ width: 1280, height: 900 })
  }

  // An incident stands at the top of everybody’s pages until it is resolved.
  await open(olga, '/console/incidents')
  await olga.getByLabel('In one line').fill('Answers are slow')
  await olga.getByLabel('What is wrong').fill('First Valley takes long since the morning.')
  await olga.getByRole('button', { name: 'Tell the staff' }).click()
  await olga.getByText('It stands at the top of every page').waitFor()
  await isFit(olga, 'console-incident-told')
  await open(awa, '/console/models')
  await awa.getByRole('link', { name: 'Answers are slow' }).waitFor()
  await open(awa, '/console')
  await awa.getByText('Answers are slow, since').waitFor()
  await isFit(awa, 'console-overview-incident')
  await olga.getByLabel('What is known now').fill('It was a line of theirs; it is mended.')
  await olga.getByLabel('It is over').check()
  await olga.getByRole('button', { name: 'Add', exact: true }).click()
  await olga.getByText('Resolved. It is gone').waitFor()
  await open(awa, '/console')
  expect(await awa.getByText('Answers are slow').count()).toBe(0)

  // Looking at the record of looks is written down first, and says so.
  await open(awa, '/console/audit')
  await awa.getByText('Looking is itself logged.').waitFor()
  expect(await parley.admin.run('SELECT FROM console.audit_look')).toBe(0)
  await awa.getByRole('button', { name: 'Log my look and show' }).click()
  await awa.getByText('Your look was logged all the same.').waitFor()
  expect(await parley.admin.run('SELECT FROM console.audit_look')).toBe(1)
  await isFit(awa, 'console-audit-looked')

  // Secrets are told of, never told.
  await open(awa, '/console/configuration')
  const configuration = await awa.content()
  expect(configuration).toContain('secret, set')
  expect(configuration).not.toContain('demo_')

  // A model that is tried beside the one that decides: what both made of a theft that its customer spoke of.
  await open(awa, '/console/models')
  await awa.getByText('No challenger is tried beside a model.').waitFor()
  await isComparedAfterATheft(awa)
  await isFit(awa, 'console-models-compared-1280-dark')
  await open(olga, '/console/models')
  await isFit(olga, 'console-models-compared-390-light')
})

/** Maya's card is stolen and she says so; the page then has both models with the same uses and the same frauds. */
async function isComparedAfterATheft(page: Page): Promise<void> {
  const maya = await linkPerson(parley, 'Maya', { alerts: true })
  await parley.bankControl.swipe(maya.bankLogin.login, { shop: 'coffee', amount: '4.85' })
  await parley.bankControl.commitFraud(maya.bankLogin.login, 'impossible-travel')
  const notMe = async () =>
    (await repliesTo(parley, maya))
      .flatMap(({ shown }) => shown.buttons)
      .find(({ title, payload }) => title === 'Not me' && payload !== undefined)
  await eventually('Maya is asked', async () => (await notMe()) !== undefined, 60_000)
  await parley.messengerControl.tap(maya.psid, (await notMe())?.payload ?? '', 'Not me')
  const card = page
    .locator('section.card')
    .filter({ has: page.getByRole('heading', { level: 3, name: 'First Valley Bank' }) })
  await expect
    .poll(
      async () => {
        await page.reload()
        return (await card.count()) === 0 ? '' : await card.innerText()
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toMatch(/[1-9]\d* of them known fraud/)
  const cells = await card.locator('tbody tr').allInnerTexts()
  expect(cells).toHaveLength(4)
}
