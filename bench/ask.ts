import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { linkPerson } from '../test/setup/link-person.ts'
import { startParley } from '../test/setup/parley-processes.ts'
import type { ParleyProcesses } from '../test/setup/parley-processes.ts'
import { createWebhookSender } from '../test/setup/signed-webhook.ts'
import type { WebhookSender } from '../test/setup/signed-webhook.ts'
import { waitUntilQuiet } from '../test/setup/wait-until-quiet.ts'
import { cpuBetween, readCpu, sumOf } from './measure/cpu-seconds.ts'
import { watchMachine } from './measure/machine-load.ts'
import { spreadOf } from './measure/percentiles.ts'
import { openReplyStream } from './measure/reply-stream.ts'
import type { ReplyStream } from './measure/reply-stream.ts'
import { readStages, stagesBetween } from './measure/stage-times.ts'
import { summarizeProfiles } from './measure/top-functions.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/** Budgets of the promise on two cores. */
const budgetAloneP50Ms = 40
const budgetAsksPerSecond = 250
const replyWithinMs = 20_000
const quietWithinMs = 60_000
const warmUpSeconds = 5

/**
 * Closed loop: each conversation asks for its balance, waits for the reply at the messenger, and asks again. Measured from
 * the start of the webhook's post to the moment the reply shows in the messenger. Every ask is a durable one: message,
 * audit entries, sealed answer and outbox are committed with the disk synchronised. The bank answers without delay, both
 * call budgets are off, previews and cuts are off, echoes are on, and everything shares the machine.
 */
async function measure(): Promise<number> {
  const options = readOptions({
    about:
      'What an ask costs: alone, and with many conversations at once, from the webhook to the reply in the messenger.',
    options: {
      conversations: option.whole(32, 'conversations that ask at once', 1),
      seconds: option.amount(20, 'how long they ask; alone for half of it'),
      profile: option.flag('adds where the gateway’s time goes'),
    },
  })
  const profileDir = mkdtempSync(join(tmpdir(), 'parley-profile-'))
  const parley = await startParley({
    callsPerDay: 0,
    gatewayNodeWords: options.profile ? ['--cpu-prof', '--cpu-prof-dir', profileDir] : [],
  })
  let stopped = false
  try {
    const askers = await openAskers(parley, options.conversations)
    const [first] = askers
    if (first === undefined) throw new Error('nobody was linked')
    await askFor(parley, askers, warmUpSeconds)
    const alone = await askFor(parley, [first], options.seconds / 2)
    const together = await askFor(parley, askers, options.seconds)
    for (const { replies } of askers) replies.close()
    await waitUntilQuiet(parley, quietWithinMs)
    await parley.stop()
    stopped = true
    const result = {
      bench: 'ask',
      conversations: askers.length,
      alone,
      together,
      ...(options.profile ? { profile: summarizeProfiles(profileDir) } : {}),
      budgetAloneP50Ms,
      budgetAsksPerSecond,
      held: alone.askMs.p50 <= budgetAloneP50Ms && together.asksPerSecond >= budgetAsksPerSecond,
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.held ? 0 : 1
  } finally {
    if (!stopped) await parley.stop()
    rmSync(profileDir, { recursive: true, force: true })
  }
}

type Asker = { readonly psid: string; readonly replies: ReplyStream; readonly sender: WebhookSender }

/** Customers of their own, linked over the real pages, each with an open chat page. */
async function openAskers(parley: ParleyProcesses, count: number): Promise<readonly Asker[]> {
  await parley.messengerControl.turn({ previews: false, cutRate: 0, echoes: true })
  await parley.bankControl.turn({ budgetPerDay: 0 })
  const { appSecret, pageId } = parley.secrets.messenger
  const sender = createWebhookSender({ url: parley.addresses.webhook, appSecret, pageId })
  const askers: Asker[] = []
  for (let index = 0; index < count; index += 1) {
    const { psid } = await linkPerson(parley, `Asker ${index + 1}`, { bankPerson: index })
    askers.push({ psid, sender, replies: await openReplyStream(parley.addresses.messengerUi, psid) })
  }
  return askers
}

/** Everybody asks, one question at a time each, for so many seconds. */
async function askFor(parley: ParleyProcesses, askers: readonly Asker[], seconds: number) {
  const stages = await readStages(parley)
  const before = readCpu(parley)
  const machine = watchMachine()
  const began = performance.now()
  const end = began + seconds * 1000
  const series = await Promise.all(askers.map((asker) => askUntil(asker, end)))
  const lasted = (performance.now() - began) / 1000
  const cpu = cpuBetween(before, readCpu(parley))
  const load = machine(sumOf(cpu))
  const times = series.flat()
  return {
    asks: times.length,
    asksPerSecond: Math.round((times.length / lasted) * 10) / 10,
    /** What one busy core of ours yields: comparable between machines and loads. */
    asksPerCoreSecond: Math.round((times.length / sumOf(cpu)) * 10) / 10,
    askMs: spreadOf(times),
    cpuSeconds: cpu,
    cpuMsPerAsk: Object.fromEntries(
      Object.entries(cpu).map(([part, spent]) => [part, Math.round((spent / times.length) * 100_000) / 100]),
    ),
    machine: load,
    stages: stagesBetween(stages, await readStages(parley), times.length),
  }
}

async function askUntil(asker: Asker, end: number): Promise<readonly number[]> {
  const times: number[] = []
  while (performance.now() < end) {
    const began = performance.now()
    const status = await asker.sender.post(asker.psid, 'what is my balance?')
    if (status !== 200) throw new Error(`the webhook answered ${status}`)
    times.push((await asker.replies.next(replyWithinMs)) - began)
  }
  return times
}

process.exitCode = await measure()
