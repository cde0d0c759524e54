import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { startParley } from '../test/setup/parley-processes.ts'
import type { ParleyProcesses } from '../test/setup/parley-processes.ts'
import { createWebhookSender, newMid } from '../test/setup/signed-webhook.ts'
import { waitUntilQuiet } from '../test/setup/wait-until-quiet.ts'
import { cpuBetween, readCpu, sumOf } from './measure/cpu-seconds.ts'
import { watchMachine } from './measure/machine-load.ts'
import { spreadOf } from './measure/percentiles.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/** Budget of the promise: 99 of 100 webhooks acknowledged within this. */
const budgetP99Ms = 50
const quietWithinMs = 180_000
/** Of the messages, every second comes from somebody who never wrote before; the others from this many people. */
const regularsMax = 200
const warmUpSeconds = 3

/**
 * Open loop: signed webhooks at a steady rate, each on its own schedule whether or not earlier ones were answered, so a
 * slow answer cannot hide. Measured from the moment a webhook was due to its 200. All of the gateway's other work (the
 * replies these messages cause, their echoes) goes on at the same time. Afterwards everything must be stored and answered.
 */
async function measure(): Promise<number> {
  const options = readOptions({
    about: 'Webhooks at a steady rate, each measured from the moment it was due to its 200.',
    options: {
      rate: option.whole(200, 'webhooks a second', 1),
      seconds: option.whole(30, 'how long', 1),
      'work-apart': option.flag('the replies are made in a process of their own'),
    },
  })
  const { rate, seconds, 'work-apart': workApart } = options
  const parley = await startParley({ workApart })
  try {
    await parley.messengerControl.turn({ previews: false, cutRate: 0 })
    const count = rate * (seconds + warmUpSeconds)
    const psids = await addPeople(parley, count)
    const sent = await openLoop(parley, psids, rate)
    const measured = sent.results.slice(rate * warmUpSeconds)
    const acknowledged = sent.results.filter(({ status }) => status === 200)
    const quietAfterMs = await timeUntilQuiet(parley)
    const kept = await countKept(parley, acknowledged)
    const spread = spreadOf(measured.map(({ ms }) => ms))
    const result = {
      bench: 'webhook',
      ratePerSecond: rate,
      seconds,
      workApart,
      webhooks: count,
      notAcknowledged: count - acknowledged.length,
      acknowledgementMs: spread,
      ...kept,
      quietAfterMs,
      cpuSeconds: sent.cpu,
      machine: sent.machine,
      budgetP99Ms,
      held: spread.p99 <= budgetP99Ms && kept.lost === 0 && kept.unanswered === 0 && acknowledged.length === count,
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.held ? 0 : 1
  } finally {
    await parley.stop()
  }
}

/** People who wrote once, by the messenger's book, so that it lets us reply. Index by webhook. */
async function addPeople(parley: ParleyProcesses, count: number): Promise<readonly string[]> {
  const regulars = await createPeople(parley, regularsMax)
  const newcomers = await createPeople(parley, Math.ceil(count / 2))
  const all = [...regulars, ...newcomers]
  await parley.messengerControl.turn({ windowClosed: Object.fromEntries(all.map((psid) => [psid, false])) })
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? (newcomers[index / 2] ?? '') : (regulars[((index - 1) / 2) % regularsMax] ?? ''),
  )
}

const peopleAtOnce = 50

async function createPeople(parley: ParleyProcesses, count: number): Promise<readonly string[]> {
  const psids: string[] = []
  while (psids.length < count) {
    const some = Array.from({ length: Math.min(peopleAtOnce, count - psids.length) }, (_, index) =>
      parley.messengerControl.createPerson(`Person ${psids.length + index}`),
    )
    psids.push(...(await Promise.all(some)))
  }
  return psids
}

type Sent = { readonly mid: string; readonly status: number; readonly ms: number }

async function openLoop(parley: ParleyProcesses, psids: readonly string[], rate: number) {
  const { appSecret, pageId } = parley.secrets.messenger
  const sender = createWebhookSender({ url: parley.addresses.webhook, appSecret, pageId })
  const before = readCpu(parley)
  const machine = watchMachine()
  const began = performance.now() + 100
  const running: Promise<Sent>[] = []
  for (const [index, psid] of psids.entries()) {
    const due = began + (index * 1000) / rate
    const early = due - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    const mid = newMid()
    running.push(
      sender.post(psid, 'hello', mid).then(
        (status) => ({ mid, status, ms: performance.now() - due }),
        () => ({ mid, status: 0, ms: performance.now() - due }),
      ),
    )
  }
  const results = await Promise.all(running)
  const cpu = cpuBetween(before, readCpu(parley))
  sender.close()
  return { results, cpu, machine: machine(sumOf(cpu)) }
}

async function timeUntilQuiet(parley: ParleyProcesses): Promise<number> {
  const began = performance.now()
  await waitUntilQuiet(parley, quietWithinMs)
  return Math.round(performance.now() - began)
}

const countShape = z.object({ stored: z.string(), handled: z.string() })

/** What was acknowledged and is not in the database, and what is there and was never answered. */
async function countKept(parley: ParleyProcesses, acknowledged: readonly Sent[]) {
  const { stored, handled } = await parley.admin.one(
    countShape,
    `SELECT count(*)::text AS stored, count(handled_at)::text AS handled FROM channels.inbound_message`,
  )
  const confirmed = await parley.admin.one(
    z.object({ count: z.string() }),
    'SELECT count(*)::text AS count FROM platform.outbox WHERE confirmed_at IS NOT NULL',
  )
  const answered = Math.min(Number(handled), Number(confirmed.count))
  return {
    stored: Number(stored),
    lost: acknowledged.length - Number(stored),
    unanswered: acknowledged.length - answered,
  }
}

process.exitCode = await measure()
