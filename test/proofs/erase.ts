import { createErasureWorld } from '../setup/erasure-world.ts'
import { startEraseGround } from './erase/erase-ground.ts'
import { runCase, victims } from './erase/run-case.ts'
import type { CaseResult } from './erase/run-case.ts'
import { option, readOptions } from '../setup/read-options.ts'

/** Cases in all, of fifty customers each: ten thousand customers are erased. */
const casesMax = 200
const customersEach = 50
/** Erasures that are followed at once, as in the gateway. */
const concurrency = 8

/**
 * The erase proof: customers with keys, tokens, sealed answers, messages and signed terms are erased while the keystore (in
 * further cases the worker, or PostgreSQL) is killed at every step it takes on disk or in the database, often with the root key
 * being rotated meanwhile. Afterwards nothing of them is left but log entries, and nobody else lost anything.
 */
async function prove(): Promise<number> {
  const options = readOptions({
    about:
      'Customers are erased while the keystore, the worker or PostgreSQL is killed at every step: nothing of them is left.',
    options: {
      ...option.cases(casesMax),
      customers: option.whole(customersEach, 'customers of a case', 1),
      victim: option.oneOf(victims, 'always kills this one'),
    },
  })
  const { from, to, customers, victim } = options
  const seed = String(options.seed)
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  say(`erase: seed ${seed}, cases ${from} to ${to}, ${customers} customers each`)
  const ground = await startEraseGround({ concurrency })
  const ending = (): void => void ground.stop().then(() => process.exit(130))
  process.once('SIGINT', ending)
  process.once('SIGTERM', ending)
  const results: CaseResult[] = []
  try {
    const keys = ground.connectKeys()
    const world = createErasureWorld(ground.database, { keys })
    const scene = { ground, world, answer: ground.database.connect('answer') }
    for (let number = from; number < to; number += 1) {
      const result = await runCase(scene, { seed, number, customers, victim })
      results.push(result)
      say(describe(result))
    }
  } finally {
    await ground.stop()
  }
  const summary = summarize(seed, from, to, results)
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return summary.held ? 0 : 1
}

function describe(result: CaseResult): string {
  const { number, victim, order, wasKilled, rotated, erased, erasingMs, failures } = result
  const verdict = failures.length === 0 ? 'held' : `FAILED: ${failures.join('; ')}`
  const end = wasKilled ? 'killed' : 'not reached'
  return `case ${number}: ${victim} at ${order} (${end})${rotated ? ', rotating' : ''}; ${erased} erased in ${erasingMs} ms: ${verdict}`
}

function summarize(seed: string, from: number, to: number, results: readonly CaseResult[]) {
  const failed = results.filter(({ failures }) => failures.length > 0)
  const sum = (count: (result: CaseResult) => number): number => results.reduce((total, one) => total + count(one), 0)
  const kills = (victim: CaseResult['victim']): number =>
    results.filter((one) => one.victim === victim && one.wasKilled).length
  const erasingMs = sum((one) => one.erasingMs)
  const erased = sum((one) => one.erased)
  return {
    proof: 'erase',
    seed,
    from,
    to,
    held: failed.length === 0 && results.length === to - from,
    cases: results.length,
    kills: { keystore: kills('keystore'), worker: kills('worker'), postgres: kills('postgres') },
    rotations: results.filter(({ rotated }) => rotated).length,
    erased,
    bystanders: sum((one) => one.bystanders),
    erasingSeconds: Math.round(erasingMs / 1000),
    erasuresPerSecond: Math.round((erased * 10_000) / Math.max(erasingMs, 1)) / 10,
    failures: failed.map(({ number, victim, order, failures }) => ({ number, victim, order, failures })),
  }
}

process.exitCode = await prove()
