import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createDeskWorld } from '../setup/desk-world.ts'
import { makePasswords, openOwnDatabase } from '../setup/own-database.ts'
import { startKillablePostgres } from '../setup/running-postgres.ts'
import { createTrustWorld } from '../setup/trust-world.ts'
import { runDeskHour } from '../sim/desk/desk-hour.ts'

/** Conversations of an hour, and agents who have a page open; each case is an hour of its own. */
const size = { conversations: 2_000, agents: 200 }
/** Rounds in which people arrive (desk-hour.ts). */
const rounds = 40
/** From a commit to every page that is open. */
const updateMsMax = 500

/**
 * The desk proof: an hour of two thousand conversations and two hundred agents against the real database. Nothing open is without an owner or a
 * timer, nobody is answered by two, and what changes reaches every page that is open.
 */
async function prove(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      to: { type: 'string', default: '1' },
      conversations: { type: 'string', default: String(size.conversations) },
      agents: { type: 'string', default: String(size.agents) },
      // How long the arrivals of an hour take here.
      minutes: { type: 'string', default: '4' },
    },
  })
  const [from, to] = [Number(values.from), Number(values.to)]
  const hour = {
    conversations: Number(values.conversations),
    agents: Number(values.agents),
    pauseMs: (Number(values.minutes) * 60_000) / rounds,
  }
  process.stderr.write(`desk: seed ${values.seed}, hours ${from} to ${to}, ${JSON.stringify(hour)}\n`)
  const hours = []
  for (let number = from; number < to; number += 1)
    hours.push(await oneHour({ ...hour, seed: `${values.seed}/${number}` }))
  const held = hours.every(
    ({ ownerless, answeredByTwo, p99Ms, asked, served }) =>
      ownerless.length === 0 && answeredByTwo.length === 0 && served === asked && p99Ms <= updateMsMax,
  )
  process.stdout.write(`${JSON.stringify({ proof: 'desk', seed: values.seed, from, to, held, hours })}\n`)
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
