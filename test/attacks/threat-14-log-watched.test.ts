// Threat row 14 on the running product: a messenger with its complete traffic in hand watches the public checkpoints, and
// wants to know in which of them somebody looked on Parley's own pages.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { bigintColumn } from '../../src/platform/index.ts'
import { eventually } from '../setup/eventually.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'
import { createProcessLooker } from '../setup/process-looker.ts'
import type { ProcessLooker } from '../setup/process-looker.ts'
import { featuresOf, guess, publicView, sizeOf } from './log-watcher.ts'
import type { Sample } from './log-watcher.ts'

const beatMs = 1_000
const rounds = 60
// Within what one address may ask in a minute.
const pollMs = 100

let parley: ParleyProcesses
let looker: ProcessLooker
beforeAll(async () => {
  parley = await startParley({ beatSeconds: beatMs / 1_000, witness: true })
  looker = await createProcessLooker(parley)
}, 180_000)
afterAll(async () => {
  await looker?.end()
  await parley?.stop()
}, 60_000)

const read = async (path: string): Promise<Buffer> => {
  const answer = await fetch(`${parley.addresses.gateway}/log/${path}`)
  return answer.ok ? Buffer.from(await answer.arrayBuffer()) : Buffer.alloc(0)
}

/** Waits for the next checkpoint; how long after the beat it was seen. */
async function nextBeat(before: number): Promise<number> {
  await eventually('the next checkpoint', async () => {
    await new Promise((resolve) => setTimeout(resolve, pollMs))
    return sizeOf(await read('checkpoint')) > before
  })
  return Date.now() % beatMs
}

async function lookTimes(count: number): Promise<void> {
  for (let look = 0; look < count; look += 1) await looker.look()
}

const countRow = z.object({ entries: bigintColumn })

/** What only the house knows: how many of these leaves are entries. */
async function entriesBetween(from: number, to: number): Promise<number> {
  const query = 'SELECT count(entry) AS entries FROM log.leaf WHERE index >= $1 AND index < $2'
  return Number((await parley.admin.one(countRow, query, [BigInt(from), BigInt(to)])).entries)
}

test('with all its traffic and every checkpoint of a running gateway, the messenger guesses who looked no better than a coin', async () => {
  const { messengerControl: messenger } = parley
  const person = await messenger.createPerson('Watched')
  await eventually('the first checkpoint', async () => (await read('checkpoint')).length > 0, 30_000)
  const seen: Sample[] = []
  const known: Sample[] = []
  let before = sizeOf(await read('checkpoint'))
  let traffic = 0
  for (let round = 0; round < rounds; round += 1) {
    const coin = createHash('sha256').update(`beat ${round}`).digest()
    // A message in every beat, as the messenger knows; a look or several, or none, as it does not.
    const said = messenger.say(person, round % 2 === 0 ? 'hi' : 'help')
    const looks = lookTimes((coin[0] ?? 0) % 2 === 0 ? 1 + ((coin[1] ?? 0) % 5) : 0)
    const late = await nextBeat(before)
    const view = await publicView(read)
    await Promise.all([said, looks])
    const messages = (await messenger.thread(person)).length
    const entries = await entriesBetween(before, view.size)
    const features = [...featuresOf(view, before), late, messages - traffic]
    seen.push({ looked: entries > 0, features })
    known.push({ looked: entries > 0, features: [Math.sign(entries)] })
    before = view.size
    traffic = messages
  }
  const { share, band } = guess(seen)
  expect(share).toBeLessThan(0.5 + band)
  // Somebody who sees whether there are entries is always right: the watcher is not blind, it has nothing to see.
  const looked = known.filter((one) => one.looked).length
  expect(guess(known).share).toBe(looked === rounds ? 0.75 : 1)
}, 300_000)
