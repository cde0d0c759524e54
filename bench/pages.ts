import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium, practicePasskeys } from '../src/demo/chromium.ts'
import { visitLink } from '../src/demo/tour/link-visit.ts'
import { signInStaff } from '../test/setup/agent-browser.ts'
import { eventually } from '../test/setup/eventually.ts'
import { startParley } from '../test/setup/parley-processes.ts'
import type { ParleyProcesses } from '../test/setup/parley-processes.ts'
import { option, readOptions } from '../test/setup/read-options.ts'
import { readTreeCpu } from './measure/cpu-seconds.ts'
import { fillDesk } from './measure/fill-desk.ts'
import { watchMachine } from './measure/machine-load.ts'
import { spreadOf } from './measure/percentiles.ts'
import { openPage, watchKeys } from './measure/time-to-interactive.ts'
import type { Opening } from './measure/time-to-interactive.ts'

/** From the beginning of the navigation to a key that was handled, on two cores: the median of each page. */
const budgetMs = 1_500
const replyWithinMs = 30_000
const institution = 'first-valley'

/**
 * How long pages take until they can be used, in a real Chromium against the built processes: opened without copies of any file, in turns, and
 * timed to the moment when a key was handled that was pressed as soon as the page's scripts had run. The desk and the cases are full.
 */
async function measure(): Promise<number> {
  const { rounds, waiting } = readOptions({
    about: `Time to interactive of the pages in a real Chromium: medians, at most ${budgetMs} ms each.`,
    options: {
      rounds: option.whole(9, 'times that each page is opened', 1),
      waiting: option.whole(200, 'conversations that wait at the desk, each with a case; 200 is what a list shows'),
    },
  })
  const parley = await startParley({ callsPerDay: 0 })
  let browser: Browser | undefined
  try {
    browser = await launchChromium({ headless: true })
    await fillDesk(parley.admin, institution, waiting)
    const tabs = await openTabs(parley, browser)
    const machine = watchMachine()
    const before = readTreeCpu()
    const openings = new Map<string, Opening[]>()
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, page, url } of tabs)
        openings.set(name, [...(openings.get(name) ?? []), await openPage(page, url)])
    }
    const load = machine(readTreeCpu() - before)
    const pages = [...openings].map(([name, all]) => ({ page: name, ...summarize(all) }))
    const held = pages.every(({ interactiveMs }) => interactiveMs.p50 <= budgetMs)
    process.stderr.write(`${pages.map(describe).join('\n')}\n`)
    process.stdout.write(
      `${JSON.stringify({ bench: 'pages', rounds, waiting, pages, machine: load, budgetMs, held })}\n`,
    )
    return held ? 0 : 1
  } finally {
    await browser?.close()
    await parley.stop()
  }
}

type Tab = { readonly name: string; readonly page: Page; readonly url: string }

async function openTabs(parley: ParleyProcesses, browser: Browser): Promise<readonly Tab[]> {
  const { gateway } = parley.addresses
  const [agent, operator, customer] = [await person(browser), await person(browser), await person(browser)]
  const desk = await signInStaff(parley.folder.staffConfig, agent, { login: 'pia', role: 'agent', institution })
  const staff = await signInStaff(parley.folder.staffConfig, operator, { login: 'otis', role: 'operator', institution })
  const sealed = await askForAnswer(parley, customer)
  const own = await customer.context.newPage()
  await customer.passkeys.equip(own)
  await own.goto(`${gateway}/me`)
  await own.getByRole('button', { name: 'Use my passkey' }).click()
  await own.locator('form[action="/me/sign-out"]').waitFor()
  const answer = await customer.context.newPage()
  for (const page of [desk, staff, own, answer]) await watchKeys(page)
  const of = (page: Page, ...paths: readonly string[]): readonly Tab[] =>
    paths.map((path) => ({ name: path, page, url: `${gateway}${path}` }))
  return [
    ...of(desk, '/desk'),
    ...of(staff, '/cases', '/console', '/statistics'),
    ...of(own, '/me'),
    { name: '/a/…', page: answer, url: sealed },
  ]
}

type Somebody = { readonly context: BrowserContext; readonly passkeys: ReturnType<typeof practicePasskeys> }

async function person(browser: Browser): Promise<Somebody> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 844 } })
  context.setDefaultTimeout(60_000)
  return { context, passkeys: practicePasskeys(context) }
}

/** Somebody links the bank and asks; gives the address of the sealed answer, which is not opened by looking at it. */
async function askForAnswer(parley: ParleyProcesses, { context, passkeys }: Somebody): Promise<string> {
  const { messengerControl } = parley
  await messengerControl.turn({ previews: false, cutRate: 0 })
  const psid = await messengerControl.createPerson('Ana')
  const linkTo = async (path: string): Promise<string> => {
    let url: string | undefined
    await eventually(
      `a link to ${path}`,
      async () => {
        const buttons = (await messengerControl.thread(psid)).flatMap(({ shown }) => shown.buttons)
        url = buttons.findLast((button) => button.url?.includes(path))?.url
        return url !== undefined
      },
      replyWithinMs,
    )
    return url ?? ''
  }
  await messengerControl.say(psid, "what's my balance?")
  const [login] = parley.bankControl.logins()
  if (login === undefined) throw new Error('the bank has no people')
  const digits = await visitLink(context, passkeys, { url: await linkTo('/link/'), login, disclosure: 'sealed' })
  await messengerControl.say(psid, digits)
  return await linkTo('/a/')
}

function summarize(all: readonly Opening[]) {
  const spread = (name: keyof Opening) => spreadOf(all.map((opening) => opening[name]))
  return {
    interactiveMs: spread('interactive'),
    answeredMs: spread('answered').p50,
    paintedMs: spread('painted').p50,
    readyMs: spread('ready').p50,
    kilobytes: spread('kilobytes').p50,
  }
}

function describe({
  page,
  interactiveMs,
  answeredMs,
  paintedMs,
  kilobytes,
}: ReturnType<typeof summarize> & { page: string }): string {
  const { p50, max } = interactiveMs
  return `${page.padEnd(12)} interactive ${p50} ms (at most ${max}), first byte ${answeredMs}, painted ${paintedMs}, ${kilobytes} kB`
}

process.exitCode = await measure()
