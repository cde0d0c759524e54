import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDeskWorld } from '../setup/desk-world.ts'
import { makePasswords, openOwnDatabase } from '../setup/own-database.ts'
import { startKillablePostgres } from '../setup/running-postgres.ts'
import { createTrustWorld } from '../setup/trust-world.ts'
import { option, readOptions } from '../setup/read-options.ts'
import { runDeskHour } from '../sim/desk/desk-hour.ts'

/** Rounds in which people arrive (desk-hour.ts). */
const rounds = 40
/** From a commit to every page that is open. */
const updateMsMax = 500

/**
 * The desk proof: an hour of two thousand open conversations, as many that arrive, and two hundred agents, against the real database. Nothing
 * open is without an owner or a timer, nobody is answered by two, and what changes reaches every page that is open.
 */
async function prove(): Promise<number> {
  const { from, to, minutes, ...options } = readOptions({
    about: `An hour at the desk against a real database, once for each case: nothing open is without an owner or a timer, nobody is answered by two,
and what changes is at every open page within ${updateMsMax} ms (p99). Each hour is one piece: what ends early begins anew with --from.
Hours of 2,000 and 200 take eight minutes each on two quiet cores.`,
    options: {
      ...option.cases(1, 'hour'),
      conversations: option.whole(2_000, 'conversations that begin in an hour', 1),
      waiting: option.whole(2_000, 'conversations that are open already when it begins, and stay so many'),
      agents: option.whole(200, 'agents, each with a page open; 500 is what one process serves', 2),
      minutes: option.amount(4, 'how long an hour takes here, at least'),
    },
    check: ({ agents }) => (agents > 500 ? '--agents wants 500 or less: so many pages one process serves.' : undefined),
  })
  const seed = String(options.seed)
  const hour = {
    conversations: options.conversations,
    ...(options.waiting === 0 ? {} : { waiting: options.waiting }),
    agents: options.agents,
    pauseMs: (minutes * 60_000) / rounds,
  }
  process.stderr.write(`desk: seed ${seed}, hours ${from} to ${to}, ${JSON.stringify(hour)}\n`)
  const hours = []
  for (let number = from; number < to; number += 1) hours.push(await oneHour({ ...hour, seed: `${seed}/${number}` }))
  const held = hours.every(
    ({ ownerless, answeredByTwo, p99Ms, asked, served, updates }) =>
      ownerless.length === 0 &&
      answeredByTwo.length === 0 &&
      served === asked &&
      updates === options.conversations * options.agents &&
      p99Ms <= updateMsMax,
  )
  process.stdout.write(`${JSON.stringify({ proof: 'desk', seed, from, to, held, hours })}\n`)
  return held ? 0 : 1
}

async function oneHour(hour: Parameters<typeof runDeskHour>[2]) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-desk-'))
  const postgres = await startKillablePostgres(join(folder, 'postgres'))
  const database = await openOwnDatabase(postgres.admin, makePasswords())
  const world = await createTrustWorld(database)
  const began = performance.now()
  try {
    const report = await runDeskHour(database, createDeskWorld(database, world), hour)
    const seconds = Math.round((performance.now() - began) / 100) / 10
    process.stderr.write(`${JSON.stringify({ ...report, seconds })}\n`)
    return { ...report, seconds }
  } finally {
    await world.end()
    await database.drop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await prove()
