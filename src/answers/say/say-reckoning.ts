import type { ReckoningBlock } from '../block.ts'
import type { SayLine, Speech } from './speech.ts'

/** How it was reckoned, step by step, and what comes of it; the amount that was asked about is the person's own word. */
export function sayReckoning(
  speech: Speech,
  { until, steps, verdict }: ReckoningBlock,
): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  const day = speech.day(until)
  const amountOf = (name: string): string => {
    const found = steps.find(({ step }) => step === name)
    return found === undefined ? '' : speech.amount(found.amount)
  }
  const reckoned = steps.flatMap(({ step, amount }): readonly SayLine[] =>
    step === 'asked' || step === 'after'
      ? []
      : [{ key: `answer.reckoning.${step}`, values: { amount: speech.amount(amount), day } }],
  )
  const end: readonly SayLine[] =
    verdict === 'unasked'
      ? []
      : [{ key: `answer.reckoning.${verdict}`, values: { asked: amountOf('asked'), amount: amountOf('after') } }]
  return { lines: [...reckoned, ...end], more: false }
}
