import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { linkPerson } from '../setup/link-person.ts'
import { noonZone } from '../setup/notify-world.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'
import { killPoints } from './alerts/kill-points.ts'
import { runCase, turnSandboxes, victims } from './alerts/run-case.ts'
import type { CaseResult, Holder, Victim } from './alerts/run-case.ts'
import { option, readOptions } from '../setup/read-options.ts'

/** Each point once, before it and after it. */
const round = 2 * killPoints.length
/** Cases in all, unless `--to` says otherwise: five such rounds of each victim. */
const casesMax = 5 * victims.length * round
/** People whose cards are used in turn. */
const holdersMax = 4

/**
 * The alerts proof: a card is used where its owner cannot be, and a process is killed with SIGKILL at every point between the bank's event and
 * the frozen card: the gateway in the first round of cases, then keystore, bank and messenger. Afterwards there was one question, one freeze at the bank, one case, one label for each use, and none about a card that is frozen.
 */
async function prove(): Promise<number> {
  const options = readOptions({
    about:
      'From the bank’s event to the frozen card with a process killed at every point: one question, one freeze, one case.',
    options: {
      ...option.cases(casesMax),
      victim: option.oneOf(victims, 'only this one is killed, not each in its round'),
      keep: option.words('FOLDER', undefined, 'where the processes keep their data; nothing of it is removed'),
    },
  })
  const { from, to } = options
  const seed = String(options.seed)
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  say(`alerts: seed ${seed}, cases ${from} to ${to}`)
  const parley = await startParley({
    callsPerDay: 0,
    gateway: { timeZone: noonZone },
    gatewayNodeWords: killWords(),
    ...(options.keep === undefined ? {} : { dataDir: options.keep }),
  })
  const ending = (): void => void parley.stop().then(() => process.exit(130))
  process.once('SIGINT', ending)
  process.once('SIGTERM', ending)
  const results: CaseResult[] = []
  try {
    const holders = await addHolders(parley, Math.min(holdersMax, to - from))
    for (let number = from; number < to; number += 1) {
      const result = await runCase(parley, holders, { seed, number, victim: options.victim ?? victimOf(number) })
      results.push(result)
      say(describe(result))
    }
  } finally {
    await parley.stop()
  }
  const summary = summarize(seed, from, to, results)
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return summary.held ? 0 : 1
}

/** A round of each in turn, so that any thirty cases beginning at a round have every point of one victim. */
function victimOf(number: number): Victim {
  return victims[Math.floor(number / round) % victims.length] ?? 'gateway'
}

/** Types are stripped in the gateway's process too, for the one file that kills it. */
function killWords(): readonly string[] {
  const files = [join('..', '..', 'scripts', 'run-typescript.mjs'), join('alerts', 'kill-at-point.ts')]
  return files.flatMap((file) => ['--import', pathToFileURL(join(import.meta.dirname, file)).href])
}

/** People with fraud alerts, whose cards were used at home before. */
async function addHolders(parley: ParleyProcesses, count: number): Promise<readonly Holder[]> {
  await turnSandboxes(parley)
  const holders: Holder[] = []
  for (let index = 0; index < count; index += 1) {
    const person = await linkPerson(parley, `Person ${index + 1}`, { bankPerson: index, alerts: true })
    for (const amount of ['4.20', '5.10'])
      await parley.bankControl.swipe(person.bankLogin.login, { shop: 'coffee', amount })
    holders.push({ person, lastCity: 'home' })
  }
  return holders
}

function describe(result: CaseResult): string {
  const { number, point, when, victim, wasKilled, outOfOrder, uses, failures } = result
  const verdict = failures.length === 0 ? 'held' : `FAILED: ${failures.join('; ')}`
  const order = outOfOrder ? `${uses} uses, newest first` : `${uses} use`
  return `case ${number}: ${victim} ${wasKilled ? 'killed' : 'not killed'} ${when} ${point}, ${order}: ${verdict}`
}

function summarize(seed: string, from: number, to: number, results: readonly CaseResult[]) {
  const failed = results.filter(({ failures }) => failures.length > 0)
  const kills = (name: string): number => results.filter(({ point, wasKilled }) => point === name && wasKilled).length
  return {
    proof: 'alerts',
    seed,
    from,
    to,
    held: failed.length === 0 && results.length === to - from,
    cases: results.length,
    kills: Object.fromEntries(killPoints.map(({ name }) => [name, kills(name)])),
    victims: Object.fromEntries(
      victims.map((name) => [name, results.filter(({ victim, wasKilled }) => victim === name && wasKilled).length]),
    ),
    outOfOrder: results.filter(({ outOfOrder }) => outOfOrder).length,
    failures: failed.map(({ number, point, when, failures }) => ({ number, point, when, failures })),
  }
}

process.exitCode = await prove()
