import { performance } from 'node:perf_hooks'
import type { ChatMessage } from '../../setup/messenger-control.ts'
import type { ParleyProcesses } from '../../setup/parley-processes.ts'
import { type Seeded, seeded } from '../../setup/seeded.ts'
import { waitUntilQuiet } from '../../setup/wait-until-quiet.ts'
import { checkBankRequests } from './check-bank-requests.ts'
import { fingerprintOf } from './conversations.ts'
import type { Conversations, Question } from './conversations.ts'

const victims = ['gateway', 'keystore', 'postgres'] as const

/** What one case found. `failures` is empty when every promise held. */
export type CaseResult = {
  readonly number: number
  readonly victim: (typeof victims)[number]
  readonly afterMs: number
  readonly echoes: boolean
  readonly asked: number
  readonly replies: number
  /** Copies beyond the first, of any message. */
  readonly duplicates: number
  readonly bankRequests: number
  readonly failures: readonly string[]
}

/** The kill comes somewhere in this stretch, while questions are asked; an ask takes some tens of milliseconds. */
const stretchMs = 900
/** How long the victim stays away. */
const awayMsMax = 800
/** Questions of one conversation in a case. */
const questionsMax = 3
/** One case in so many runs without echoes. */
const withoutEchoesEvery = 5
/** An in-doubt message waits some ten seconds for an echo that may never come; backoffs come on top. */
const quietWithinMs = 120_000

/** One case: ask, kill at a seeded moment, bring back, wait until quiet, check. */
export async function runCase(
  parley: ParleyProcesses,
  conversations: Conversations,
  which: { readonly seed: string; readonly number: number },
): Promise<CaseResult> {
  const { number } = which
  const choose = seeded(which.seed, number)
  const victim = choose.pick(victims)
  const afterMs = choose.below(stretchMs)
  const awayMs = choose.below(awayMsMax)
  const echoes = number % withoutEchoesEvery !== withoutEchoesEvery - 1
  // Without echoes a cut connection alone makes a repeat: then only the crash may.
  await parley.messengerControl.turn({ echoes, cutRate: echoes ? 0.05 : 0 })
  const before = await messageCounts(parley, conversations)
  const since = new Date().toISOString()

  const began = performance.now()
  const asking = askAll(parley, conversations, choose)
  await waitUntil(began + afterMs)
  await parley[victim].kill()
  await waitUntil(began + afterMs + awayMs)
  await parley[victim].start()
  const asked = await asking
  await parley.messengerControl.retryNow()
  const failures: string[] = []
  await waitUntilQuiet(parley, quietWithinMs).catch((error: unknown) => failures.push(String(error)))
  for (const one of ['gateway', 'keystore', 'bank', 'messenger'] as const) {
    if (parley[one].isAlive()) continue
    failures.push(`${one} ended by itself`)
    await parley[one].start()
  }

  const threads = await newMessages(parley, conversations, before)
  const checks = threads.map((messages, index) =>
    checkThread(messages, asked[index] ?? [], { who: `person ${index + 1}`, copiesMax: echoes ? 1 : 2 }),
  )
  const duplicates = checks.reduce((sum, check) => sum + check.duplicates, 0)
  const bank = await checkBankRequests(parley, since)
  return {
    ...{ number, victim, afterMs, echoes, duplicates },
    asked: asked.flat().length,
    replies: checks.reduce((sum, check) => sum + check.replies, 0),
    bankRequests: bank.requests,
    failures: [...failures, ...checks.flatMap((check) => check.failures), ...bank.failures],
  }
}

/** Everybody asks a few questions at seeded moments of the stretch; gives them in the order in which they were asked. */
function askAll(
  parley: ParleyProcesses,
  { people, questions }: Conversations,
  choose: Seeded,
): Promise<readonly (readonly Question[])[]> {
  const began = performance.now()
  const plans = people.map((person) => ({
    person,
    asks: Array.from({ length: 1 + choose.below(questionsMax) }, () => ({
      question: choose.pick(questions),
      atMs: choose.below(stretchMs),
    })).sort((left, right) => left.atMs - right.atMs),
  }))
  return Promise.all(
    plans.map(async ({ person, asks }) => {
      for (const { question, atMs } of asks) {
        await waitUntil(began + atMs)
        await parley.messengerControl.say(person.psid, question.words)
      }
      return asks.map(({ question }) => question)
    }),
  )
}

type ThreadCheck = { readonly replies: number; readonly duplicates: number; readonly failures: readonly string[] }

/**
 * Every message was acknowledged, and answered once each (in order, where they came in order). Every outbox id came once
 * while echoes arrive; without them a crash may cost an id one copy more.
 */
function checkThread(
  messages: readonly ChatMessage[],
  asked: readonly Question[],
  { who, copiesMax }: { readonly who: string; readonly copiesMax: number },
): ThreadCheck {
  const failures: string[] = []
  const own = messages.filter(({ from }) => from === 'person')
  const lost = own.filter(({ acknowledged }) => acknowledged !== true)
  if (lost.length > 0) failures.push(`${who}: ${lost.length} messages never acknowledged`)
  const replies = messages.filter(({ from }) => from === 'page')
  const firsts = replies.filter(
    (reply, index) => replies.findIndex(({ metadata }) => metadata === reply.metadata) === index,
  )
  if (replies.some(({ metadata }) => metadata === undefined)) failures.push(`${who}: a reply without an outbox id`)
  for (const { metadata } of firsts) {
    const copies = replies.filter((reply) => reply.metadata === metadata).length
    if (copies > copiesMax) failures.push(`${who}: message ${metadata} came ${copies} times, ${copiesMax} allowed`)
  }
  if (firsts.length !== asked.length) failures.push(`${who}: ${asked.length} asked, ${firsts.length} answered`)
  const wanted = asked.map(({ fingerprint }) => fingerprint)
  const got = firsts.map(fingerprintOf)
  const isRight = cameInOrder(own) ? isSame(wanted, got) : isSame(wanted.toSorted(), got.toSorted())
  if (!isRight) failures.push(`${who}: asked ${tell(asked.map(({ words }) => words))}, was told ${tell(got)}`)
  return { replies: firsts.length, duplicates: replies.length - firsts.length, failures }
}

/**
 * Whether each message was acknowledged before the next was written. Else the messenger delivered some at the same time or
 * again after a failure, and then it promises no order (so neither do we): each is still answered once.
 */
function cameInOrder(own: readonly ChatMessage[]): boolean {
  return own.every(({ at }, index) => index === 0 || (own[index - 1]?.acknowledgedAt ?? Infinity) <= at)
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function tell(texts: readonly string[]): string {
  return JSON.stringify(texts.map((text) => text.slice(0, 100)))
}

function messageCounts(parley: ParleyProcesses, { people }: Conversations): Promise<readonly number[]> {
  return Promise.all(people.map(async ({ psid }) => (await parley.messengerControl.thread(psid)).length))
}

function newMessages(
  parley: ParleyProcesses,
  { people }: Conversations,
  before: readonly number[],
): Promise<readonly (readonly ChatMessage[])[]> {
  return Promise.all(
    people.map(async ({ psid }, index) => (await parley.messengerControl.thread(psid)).slice(before[index])),
  )
}

function waitUntil(moment: number): Promise<void> {
  const delay = moment - performance.now()
  return delay <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, delay))
}
