import { formatRounded } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import { loadWords } from '../pages/index.ts'
import type { Words } from '../pages/index.ts'
import { deadlinesOf, nextDeadline } from './regulatory-clock.ts'
import type { BankClock, CaseKind, Deadline } from './regulatory-clock.ts'
import { boundsOf } from './risk-step.ts'
import type { RiskStep } from './risk-step.ts'

/** The sentences of the pages of cases; read once, never changed. */
export const caseWords = loadWords(new URL('./words/', import.meta.url))

/** Where and in which zone a page is read. */
export type CaseReading = { readonly words: Words; readonly timeZone: string; readonly now: Instant }

/** How much is at risk, in words: between two amounts, or that nobody knows before the evidence is opened. */
export function sayRisk({ words }: Pick<CaseReading, 'words'>, risk: RiskStep | undefined): string {
  if (risk === undefined) return words.say('risk.unknown')
  const { from, below } = boundsOf(risk)
  const values = {
    from: formatRounded(from, words.language),
    below: below === undefined ? '' : formatRounded(below, words.language),
  }
  if (below === undefined) return words.say('risk.over', values)
  return words.say(risk.step === 0 ? 'risk.under' : 'risk.between', values)
}

/** A day, in the staff's zone. */
export function sayDay({ words, timeZone }: Pick<CaseReading, 'words' | 'timeZone'>, at: Instant): string {
  return new Intl.DateTimeFormat(words.language, { timeZone, dateStyle: 'medium' }).format(at)
}

/** A moment to the minute. */
export function sayMoment({ words, timeZone }: Pick<CaseReading, 'words' | 'timeZone'>, at: Instant): string {
  return new Intl.DateTimeFormat(words.language, { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

const dayMs = 86_400_000

/** How long a case has waited, in whole days. */
export function sayWaited({ words, now }: CaseReading, openedAt: Instant): string {
  return words.say('list.waited', { days: Math.max(0, Math.floor((now - openedAt) / dayMs)) })
}

/** How urgent a step is, as a word: it stands beside every colour. */
export type Urgency = 'late' | 'soon' | 'calm'

/** A step that is less than two days away is soon. */
const soonMs = 2 * dayMs

/** The step that comes next, and how urgent it is; undefined for a case that waits for nothing. */
export function nextStepOf(
  { now }: Pick<CaseReading, 'now'>,
  of: { readonly kind: CaseKind; readonly openedAt: Instant; readonly clock: BankClock },
): { readonly step: Deadline; readonly urgency: Urgency } | undefined {
  const step = nextDeadline(deadlinesOf(of.kind, of.openedAt, of.clock), now)
  if (step === undefined) return undefined
  return { step, urgency: step.at <= now ? 'late' : step.at - now < soonMs ? 'soon' : 'calm' }
}

/** The same in words: what, by when, and how many days that leaves. */
export function sayStep(reading: CaseReading, next: { readonly step: Deadline; readonly urgency: Urgency }): string {
  const { step, urgency } = next
  const days = Math.ceil(Math.abs(step.at - reading.now) / dayMs)
  return reading.words.say(`clock.${urgency}`, {
    what: reading.words.say(`clock.what.${step.what}`),
    day: sayDay(reading, step.at),
    days,
  })
}
