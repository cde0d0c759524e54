import { toInstant } from '../../../src/kernel/index.ts'
import { type FraudAlert, isFraudAlertId, newAlert } from '../../../src/alerts/fraud-alert.ts'
import { stepAlert } from '../../../src/alerts/step-alert.ts'
import type { FraudLabel } from '../../../src/fraud/card-use.ts'
import type { CardHistory } from '../../../src/fraud/evaluate/card-history.ts'
import { fractionOf } from '../../../src/fraud/evaluate/fraction-of.ts'
import type { Labelling } from '../../../src/fraud/evaluate/replay-history.ts'

/** How people answer about their payments. */
export type Answering = {
  /** So many of all frauds are reported within the hour. */
  readonly share: number
  /** Whether people see the payment's details before they answer. */
  readonly informed: boolean
  readonly seed: string
}

const hourMs = 3_600_000

/**
 * What answering without having seen the details costs. It is an assumption, and stands in docs/fraud.md: of the frauds that would be reported
 * so many are taken for one's own, and of the genuine payments that the same people look at so many are taken for somebody else's, until
 * the bank's own word corrects them.
 */
export const uninformedNoise = { missed: 1 / 4, falseAlarms: 1 / 200 } as const

/**
 * The loop: what customers say within the hour, and for every payment the bank's word after `delayMs`. What a customer says goes through the
 * product's own alert flow, and becomes a label where that flow makes one of it ("it was me" unseen is none).
 */
export function simulateAnswers(history: CardHistory, answering: Answering, delayMs: number): Labelling {
  const { share, informed, seed } = answering
  const chance = (row: number, what: string): number => fractionOf(`${seed}:${what}:${row}`)
  return (row, use) => {
    const isFraud = history.truth(row) === 'fraud'
    const bank: FraudLabel = {
      use: use.id,
      arrivedAtMs: use.atMs + delayMs,
      isFraud,
      informed: true,
      source: 'bank',
      by: use.customer,
    }
    // Who looks at a genuine payment and knows it says nothing: receipts need no answer.
    if (chance(row, 'looks') >= share) return [bank]
    const isMistaken =
      !informed && chance(row, 'mistakes') < (isFraud ? uninformedNoise.missed : uninformedNoise.falseAlarms)
    if (!isFraud && !isMistaken) return [bank]
    const saidAtMs = use.atMs + Math.ceil(chance(row, 'when') * hourMs)
    return [...answerThroughAlert({ openedAtMs: use.atMs, saidAtMs, informed, says: isMistaken === isFraud ? 'it-was-me' : 'not-me' }, bank), bank] // prettier-ignore
  }
}

type Saying = {
  readonly openedAtMs: number
  readonly saidAtMs: number
  readonly informed: boolean
  readonly says: 'not-me' | 'it-was-me'
}

const nobodysId = '00000000-0000-4000-8000-000000000000'

/** Steps one alert from its receipt to the answer, and gives the labels that the flow makes of it. */
function answerThroughAlert({ openedAtMs, saidAtMs, informed, says }: Saying, of: FraudLabel): readonly FraudLabel[] {
  if (!isFraudAlertId(nobodysId)) throw new TypeError('not an id')
  const [openedAt, at] = [toInstant(openedAtMs), toInstant(saidAtMs)]
  const steps = [
    { kind: 'opened', at: openedAt, cardFrozen: false, quietUntil: undefined },
    ...(informed ? [{ kind: 'details-shown', at } as const] : []),
    says === 'not-me' ? { kind: says, at } : { kind: says, at, withPasskey: false },
  ] as const
  let alert: FraudAlert = newAlert({ id: nobodysId, origin: 'receipt', declined: false })
  const labels: FraudLabel[] = []
  for (const event of steps) {
    const step = stepAlert(alert, event)
    alert = step.alert
    for (const effect of step.effects) {
      if (effect.do !== 'label') continue
      const { isFraud, source } = effect
      labels.push({ ...of, arrivedAtMs: saidAtMs, isFraud, informed: effect.informed, source })
    }
  }
  return labels
}
