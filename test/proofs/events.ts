import { z } from 'zod'
import { withDatabase } from '../../bench/measure/start-database.ts'
import { proxyHeaders } from '../../src/banks/card-authorizations/citi-adapter.ts'
import { cardEvent, createCardEventsWorld, eventSecret, sendEvent } from '../setup/card-events-world.ts'
import type { Cardholder, CardEventsWorld, Intake } from '../setup/card-events-world.ts'
import { seeded } from '../setup/seeded.ts'
import { testLogins } from '../setup/server.ts'
import { banks } from '../setup/trust-world.ts'
import { brokenRequest } from './events/broken-requests.ts'
import type { BrokenRequest, Ground } from './events/broken-requests.ts'
import { option, readOptions } from '../setup/read-options.ts'

/** Requests in all. */
const casesMax = 1_000_000
/** So many are sent before what is stored is looked at. */
const chunk = 5_000
/** Under way at once, so that good and bad share commits. */
const atOnce = 24
/** Examples of what went wrong that the result names. */
const examplesMax = 5

/** What may be answered: never a 5xx. */
const allowed = new Set([200, 400, 401, 404, 405, 413, 414, 415])
const stripeSecret = 'whsec_of_stripe_in_the_proof'
const proxySecret = 'the proxy in front of the proof'
const certificate = 'ab'.repeat(32)

/**
 * The events proof: card events, directories and processors' messages, most of them bent somewhere (JSON, types, lengths, encodings,
 * lines, headers, signatures, addresses), are sent to the intake on a real database. No crash, no 5xx, every refusal a typed problem,
 * every line an answer; and what was stored is whole: it opens, has its one job, and is there if the bank was told so.
 */
async function prove(): Promise<number> {
  const { from, to, ...options } = readOptions({
    about: 'Requests with card events, most of them bent somewhere: no crash, no 5xx, and what was stored is whole.',
    options: option.cases(casesMax, 'request'),
  })
  const seed = String(options.seed)
  process.stderr.write(`events: seed ${seed}, cases ${from} to ${to}\n`)
  const began = performance.now()
  const summary = await withDatabase(testLogins, async ({ owner, connect, connection, admin }) => {
    const database = { connect, connection, admin: owner, adminConnection: admin, prefix: 'parley_' }
    const world = await createCardEventsWorld({ ...database, drop: async () => undefined })
    const intake = await world.start({
      bank: {
        // Nothing is late here, whatever else the machine does: what was answered is stored when it is looked at.
        deadlineMs: 60_000,
        citi: { proxySecret, certificates: [certificate] },
        stripe: { secrets: [stripeSecret] },
        lithic: { secrets: [eventSecret] },
      },
      deps: { decide: ({ amount }) => ({ verdict: amount.minor % 2n === 0n ? 'approve' : 'decline' }) },
    })
    const holder = await world.addCustomer()
    const tally: Tally = { statuses: new Map(), done: from, stored: 0, failures: [] }
    // Told to end, it ends after what it is at, and says how far it came.
    let isToldToEnd = false
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isToldToEnd = true))
    for (let start = from; start < to && !isToldToEnd; start += chunk) {
      const numbers = Array.from({ length: Math.min(chunk, to - start) }, (_, index) => start + index)
      await runChunk({ world, intake, holder, tally, seed }, numbers)
      tally.done = start + numbers.length
      process.stderr.write(
        `events: ${start + numbers.length - from} of ${to - from}, ${tally.stored} stored, ${tally.failures.length} failures ${tally.failures[0] ?? ''}\n`,
      )
    }
    await world.end()
    return tally
  })
  const held = summary.failures.length === 0 && summary.done === to
  const result = {
    proof: 'events',
    seed,
    from,
    to: summary.done,
    held,
    statuses: Object.fromEntries([...summary.statuses].sort(([left], [right]) => left - right)),
    stored: summary.stored,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    failures: summary.failures.slice(0, examplesMax),
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return held ? 0 : 1
}

type Tally = { readonly statuses: Map<number, number>; done: number; stored: number; readonly failures: string[] }
type Scene = {
  readonly world: CardEventsWorld
  readonly intake: Intake
  readonly holder: Cardholder
  readonly tally: Tally
  readonly seed: string
}

async function runChunk(scene: Scene, numbers: readonly number[]): Promise<void> {
  const { world, holder, intake, tally, seed } = scene
  const ground: Ground = {
    bank: banks.north,
    secret: eventSecret,
    stripeSecret,
    proxy: { [proxyHeaders.secret]: proxySecret, [proxyHeaders.certificate]: certificate },
    accounts: [holder.account, 'nobody'],
    nowMs: Date.now(),
  }
  const told = new Set<string>()
  const waiting = numbers.values()
  const lanes = Array.from({ length: atOnce }, async () => {
    for (const number of waiting) {
      const request = brokenRequest(seeded('events', seed, number), ground)
      const wrong = await tryRequest(scene, request, told)
      if (wrong !== undefined) tally.failures.push(`case ${number}: ${wrong}`)
    }
  })
  await Promise.all(lanes)
  // The honest path works after all of that.
  const honest = await sendEvent(intake, cardEvent(holder.account))
  if (honest.status !== 200)
    tally.failures.push(`after case ${numbers.at(-1) ?? 0}: the honest path gives ${honest.status}`)
  tally.stored += await checkStored(scene, told)
  await world.clone.admin.run('TRUNCATE vault.card_event, platform.job, platform.job_claim, institutions.card_name')
}

const answerShape = z.looseObject({
  code: z.string().optional(),
  verdict: z.string().optional(),
  reference: z.string().optional(),
})

/** What is wrong with the answer to one request; adds to `told` which references the bank was told are taken. */
async function tryRequest(
  { intake, tally }: Scene,
  request: BrokenRequest,
  told: Set<string>,
): Promise<string | undefined> {
  const { path, body, headers } = request
  const response = await intake.server.inject({ method: 'POST', url: path, headers, payload: body })
  const status = response.statusCode
  tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1)
  if (!allowed.has(status)) return `status ${status}`
  const isLines = String(response.headers['content-type']).startsWith('application/x-ndjson')
  const texts = isLines ? response.body.split('\n').slice(0, -1) : [response.body]
  for (const text of texts) {
    const answer = answerShape.safeParse(JSON.parse(text))
    if (!answer.success) return 'an answer that is no object'
    const { code, verdict, reference } = answer.data
    if (status !== 200 && code === undefined) return `a refusal without a code (${status})`
    if (isLines && (verdict === undefined || (reference === undefined && code === undefined)))
      return 'a line without its answer'
    if (code?.startsWith('banks/card-event-not-stored') === true) return 'not stored though the database is there'
    if (reference !== undefined) told.add(reference)
  }
  return undefined
}

/** Everything that is stored opens, has one job, and nothing that the bank was told is missing. */
async function checkStored({ world, intake, holder, tally }: Scene, told: ReadonlySet<string>): Promise<number> {
  const stored = new Set<string>()
  const of = { customer: holder.id, institution: banks.north }
  let after = 0n
  for (;;) {
    const events = await intake.events.replay(of, after)
    const last = events.at(-1)
    if (last === undefined) break
    for (const { event } of events) if (event.accountId === holder.account) stored.add(event.reference)
    after = last.seq
  }
  const rows = await world.count('vault.card_event')
  const jobs = await world.count(`platform.job WHERE kind = 'alerts.card-event'`)
  if (rows !== stored.size) tally.failures.push(`${rows} rows, ${stored.size} of them open and whole`)
  if (rows !== jobs) tally.failures.push(`${rows} rows and ${jobs} jobs`)
  // A request may name both accounts, line by line: what was told of the other one is not stored.
  const missing = [...stored].filter((reference) => reference.startsWith('r-') && !told.has(reference))
  if (missing.length > 0) tally.failures.push(`${missing.length} stored and never answered`)
  return rows
}

process.exitCode = await prove()
