import { existsSync, unlinkSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { BankCardUse } from '../../setup/bank-control.ts'
import { eventually } from '../../setup/eventually.ts'
import { repliesTo } from '../../setup/link-person.ts'
import type { TestPerson } from '../../setup/link-person.ts'
import type { ParleyProcesses } from '../../setup/parley-processes.ts'
import { seeded } from '../../setup/seeded.ts'
import type { Seeded } from '../../setup/seeded.ts'
import { checkCase } from './check-case.ts'
import { killPoints } from './kill-points.ts'
import type { KillPoint } from './kill-points.ts'
import { notMe, questionsSince } from './find-questions.ts'
import { activeCards, unfreezeCard } from './own-cards.ts'

/** Whoever is asked, and where their card was used last: the next use is far from there. */
export type Holder = { readonly person: TestPerson; lastCity: string }

/** Which process ends. What the others have to live with: no keys for a while, no bank, no messenger. */
export const victims = ['gateway', 'keystore', 'bank', 'messenger'] as const
export type Victim = (typeof victims)[number]

/** What one case found. `failures` is empty when every promise held. */
export type CaseResult = {
  readonly number: number
  readonly point: string
  readonly when: 'before' | 'after'
  readonly victim: Victim
  readonly wasKilled: boolean
  readonly outOfOrder: boolean
  readonly uses: number
  readonly failures: readonly string[]
}

/** Cities that are thousands of kilometres from each other: a card that was in one cannot be in the next a minute later. */
const cities = ['tokyo', 'london', 'mexicoCity', 'seattle'] as const
const shops = ['electronics', 'jewellery', 'hotel', 'cash'] as const
/** A process that is at its point ends in the same moment; a point that is not reached in this time is not on the way. */
const reachedWithinMs = 30_000
/** Retries and echoes that never come take their seconds. */
const withinMs = 90_000
const awayMsMax = 400

/**
 * One case: a suspicious use, its question, "Not me"; one process is killed as the gateway comes to one point of it. Every event comes twice, in every second
 * case the newest first, and the answer comes twice in every third.
 */
export async function runCase(
  parley: ParleyProcesses,
  holders: readonly Holder[],
  which: { readonly seed: string; readonly number: number; readonly victim: Victim },
): Promise<CaseResult> {
  const { seed, number, victim } = which
  const choose = seeded(seed, number)
  // Every point comes once before and once after in so many cases; where it begins depends on the seed.
  const place = (seeded(seed).below(2 * killPoints.length) + number) % (2 * killPoints.length)
  const [point, when] = [killPoints[place >> 1], place % 2 === 0 ? 'before' : 'after'] as const
  const holder = holders[number % holders.length]
  if (point === undefined || holder === undefined) throw new Error('no case')
  const outOfOrder = choose.below(2) === 0
  const told = { number, point: point.name, when, victim, outOfOrder } as const
  const scene = { parley, holder, choose, point, when, victim, outOfOrder }
  const before = {
    messages: (await repliesTo(parley, holder.person)).length,
    acts: (await parley.bankControl.cardActs()).length,
  }
  const kill = { wasKilled: false }
  let uses: readonly BankCardUse[] = []
  const failures: string[] = []
  try {
    uses = await swipeUntilAsked(scene, before.messages, kill)
    await answerNotMe(scene, before.messages, kill)
    await settled(parley)
    failures.push(...(await checkCase(parley, { person: holder.person, uses, before })))
    failures.push(...(await useFrozenCard(scene)))
    await unfreezeCard(parley, holder.person)
    if ((await activeCards(parley, holder.person)) !== 'all') failures.push('the passkey did not unfreeze the card')
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error))
    for (const name of victims) await parley[name].start()
  }
  if (!kill.wasKilled) failures.push(`${point.name} was never reached`)
  return { ...told, wasKilled: kill.wasKilled, uses: uses.length, failures }
}

type Scene = {
  readonly parley: ParleyProcesses
  readonly holder: Holder
  readonly choose: Seeded
  readonly point: KillPoint
  readonly when: 'before' | 'after'
  readonly victim: Victim
  readonly outOfOrder: boolean
}
type Kill = { wasKilled: boolean }

/** Two uses of one card at one shop, of which each would be asked about: they are one matter. */
async function swipeUntilAsked(scene: Scene, from: number, kill: Kill): Promise<readonly BankCardUse[]> {
  const { parley, holder, choose, outOfOrder } = scene
  const { bankControl } = parley
  const city = choose.pick(cities.filter((one) => one !== holder.lastCity))
  holder.lastCity = city
  const shop = choose.pick(shops)
  const amount = (): string => `${350 + choose.below(500)}.00`
  await bankControl.turn({ holdCardEvents: outOfOrder })
  if (!outOfOrder) arm(scene, 'question')
  const known = new Set((await bankControl.cardUses()).map(({ reference }) => reference))
  const swipe = () => bankControl.swipe(holder.person.bankLogin.login, { shop, city, amount: amount() })
  if (outOfOrder) {
    await swipe()
    await swipe()
    arm(scene, 'question')
    await bankControl.turn({ holdCardEvents: false }).catch(unlessKilled(scene, 'bank'))
  } else {
    // A bank that ends while it waits for the verdict answers nobody; it has written the use down before, and tells of it when it is back.
    await swipe().catch(unlessKilled(scene, 'bank'))
  }
  await endAndStart(scene, 'question', kill)
  const uses = (await bankControl.cardUses()).filter(({ reference }) => !known.has(reference))
  await eventually('the question', async () => (await questionsSince(parley, holder.person, from)).length > 0, withinMs)
  await delivered(parley, uses)
  await settled(parley)
  return uses
}

async function answerNotMe(scene: Scene, from: number, kill: Kill): Promise<void> {
  const { parley, holder, choose } = scene
  const [question] = await questionsSince(parley, holder.person, from)
  const payload = question?.shown.buttons.find(({ title }) => title === notMe)?.payload ?? ''
  arm(scene, 'answer')
  const tap = () => parley.messengerControl.tap(holder.person.psid, payload, notMe)
  await tap().catch(unlessKilled(scene, 'messenger'))
  await endAndStart(scene, 'answer', kill)
  if (choose.below(3) === 0) await tap()
  await parley.messengerControl.retryNow()
}

/** What a control call may say when the sandbox that it asked is the one that was killed meanwhile. */
function unlessKilled({ victim }: Scene, asked: Victim): (thrown: unknown) => void {
  return (thrown) => {
    if (victim !== asked) throw thrown
  }
}

/** Every event comes twice, no call is refused for its number, no send is cut. */
export async function turnSandboxes({ bankControl, messengerControl }: ParleyProcesses): Promise<void> {
  await bankControl.turn({ budgetPerDay: 0, duplicateCardEvents: true })
  await messengerControl.turn({ cutRate: 0, previews: false, echoes: true })
}

/** The thief tries once more: nobody is asked about a card that nobody can pay with. */
async function useFrozenCard({ parley, holder, choose }: Scene): Promise<readonly string[]> {
  const asked = (await questionsSince(parley, holder.person, 0)).length
  const city = choose.pick(cities.filter((one) => one !== holder.lastCity))
  holder.lastCity = city
  const use = await parley.bankControl.swipe(holder.person.bankLogin.login, {
    shop: 'electronics',
    city,
    amount: '612.00',
  })
  await delivered(parley, [use])
  await settled(parley)
  const more = (await questionsSince(parley, holder.person, 0)).length - asked
  return [
    ...(use.outcome === 'declined' ? [] : ['a frozen card could be used']),
    ...(more === 0 ? [] : [`${more} questions about a card that is frozen`]),
  ]
}

function armFileOf(parley: ParleyProcesses): string {
  return `${parley.folder.gatewayConfig}.kill`
}

function arm({ parley, point, when, victim }: Scene, half: KillPoint['half']): void {
  if (point.half === half) writeFileSync(armFileOf(parley), `${point.name} ${when} ${parley[victim].pid()}`)
}

/** Waits for the kill, where it comes in this half of the flow, and begins again. */
async function endAndStart(
  { parley, point, choose, victim }: Scene,
  half: KillPoint['half'],
  kill: Kill,
): Promise<void> {
  if (point.half !== half) return
  await eventually(`the kill at ${point.name}`, () => !parley[victim].isAlive(), reachedWithinMs).then(
    () => (kill.wasKilled = true),
    () => undefined,
  )
  if (existsSync(armFileOf(parley))) unlinkSync(armFileOf(parley))
  const until = performance.now() + choose.below(awayMsMax)
  await eventually(`the ${victim} stays away`, () => performance.now() > until)
  await parley[victim].start()
  // A sandbox begins with its own switches.
  await turnSandboxes(parley)
}

async function delivered(parley: ParleyProcesses, uses: readonly BankCardUse[]): Promise<void> {
  const own = new Set(uses.map(({ reference }) => reference))
  await eventually(
    'every event is delivered',
    async () =>
      (await parley.bankControl.cardUses()).every(
        ({ reference, delivery }) => !own.has(reference) || delivery === 'delivered',
      ),
    withinMs,
  )
}

const leftRow = z.object({ jobs: z.string(), sends: z.string() })

/** Nothing about alerts or the chat is under way: no job that is due or claimed, no message unsettled, no webhook to deliver. Timers wait. */
async function settled(parley: ParleyProcesses): Promise<void> {
  let left = ''
  await eventually(
    'all is settled',
    async () => {
      const { pendingCount, inFlight } = await parley.messengerControl.deliveries()
      const { jobs, sends } = await parley.admin.one(
        leftRow,
        `SELECT (SELECT coalesce(string_agg(kind, ' '), '') FROM platform.job WHERE due_at <= clock_timestamp()
             OR (kind LIKE 'alerts.%' AND kind NOT IN ('alerts.due', 'alerts.receipts'))) AS jobs,
           (SELECT count(*)::text FROM platform.outbox WHERE confirmed_at IS NULL) AS sends`,
      )
      left = `${jobs} ${sends} messages ${pendingCount + inFlight} webhooks`.trim()
      return left === '0 messages 0 webhooks'
    },
    withinMs,
  ).catch((cause: unknown) => {
    throw new Error(`not settled: ${left}`, { cause })
  })
}
