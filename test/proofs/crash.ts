import { addConversations } from './crash/conversations.ts'
import { runCase } from './crash/run-case.ts'
import type { CaseResult } from './crash/run-case.ts'
import { startParley } from '../setup/parley-processes.ts'
import { option, readOptions } from '../setup/read-options.ts'

/** Moments in all, unless `--to` says otherwise. */
const casesMax = 200

/**
 * The crash proof: several conversations ask at once; at a seeded moment of the ask flow `kill -9` ends the gateway, the
 * keystore or PostgreSQL with all its backends; after the restart and once all is quiet, every acknowledged message is
 * answered in order, no message reached a person twice, and every request at the bank had its audit entry before it.
 */
async function prove(): Promise<number> {
  const options = readOptions({
    about:
      'Conversations ask while the gateway, the keystore or PostgreSQL is killed: every acknowledged message is answered, once.',
    options: {
      ...option.cases(casesMax),
      keep: option.words('FOLDER', undefined, 'where the processes keep their data; nothing of it is removed'),
    },
  })
  const { from, to } = options
  const seed = String(options.seed)
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  say(`crash: seed ${seed}, cases ${from} to ${to}`)
  const parley = await startParley({
    callsPerDay: 0,
    ...(options.keep === undefined ? {} : { dataDir: options.keep }),
  })
  const ending = (): void => void parley.stop().then(() => process.exit(130))
  process.once('SIGINT', ending)
  process.once('SIGTERM', ending)
  const results: CaseResult[] = []
  try {
    await parley.bankControl.turn({ budgetPerDay: 0 })
    const conversations = await addConversations(parley)
    for (let number = from; number < to; number += 1) {
      const result = await runCase(parley, conversations, { seed, number })
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

function describe(result: CaseResult): string {
  const { number, victim, afterMs, echoes, asked, replies, duplicates, failures } = result
  const verdict = failures.length === 0 ? 'held' : `FAILED: ${failures.join('; ')}`
  const mode = echoes ? 'echoes on' : 'echoes off'
  return `case ${number}: ${victim} killed after ${afterMs} ms, ${mode}; ${asked} asked, ${replies} replies, ${duplicates} repeated: ${verdict}`
}

function summarize(seed: string, from: number, to: number, results: readonly CaseResult[]) {
  const failed = results.filter(({ failures }) => failures.length > 0)
  const sum = (count: (result: CaseResult) => number): number => results.reduce((total, one) => total + count(one), 0)
  const kills = (victim: CaseResult['victim']): number => results.filter((one) => one.victim === victim).length
  return {
    proof: 'crash',
    seed,
    from,
    to,
    held: failed.length === 0 && results.length === to - from,
    cases: results.length,
    kills: { gateway: kills('gateway'), keystore: kills('keystore'), postgres: kills('postgres') },
    casesWithoutEchoes: results.filter(({ echoes }) => !echoes).length,
    asked: sum(({ asked }) => asked),
    replies: sum(({ replies }) => replies),
    repeatedWithEchoes: sum(({ echoes, duplicates }) => (echoes ? duplicates : 0)),
    repeatedWithoutEchoes: sum(({ echoes, duplicates }) => (echoes ? 0 : duplicates)),
    bankRequests: sum(({ bankRequests }) => bankRequests),
    failures: failed.map(({ number, victim, afterMs, failures }) => ({ number, victim, afterMs, failures })),
  }
}

process.exitCode = await prove()
