import { reasonWords } from './reason-words.ts'
import type { TrainWish, TrainedHistory, TrainedPart } from './train-history.ts'

type CardFacts = TrainedHistory & { readonly uses: number; readonly customers: number; readonly version: string }

/** A model's card: what it is, what it was trained on, how well it did where it had never looked, and what it is not good for. */
export function composeCard(facts: CardFacts, wish: TrainWish): string {
  const { model, parts, thinnedBy } = facts
  const { options } = model.training
  return `# Model card: ${wish.name}

**Trained on: ${wish.about}.**

Written by \`parley fraud train\`. The model's file names its features, its data and its scores.

| | |
| --- | --- |
| Version | \`${facts.version}\` |
| Card uses read | ${facts.uses} of ${facts.customers} cards |
| Kind | ${model.trees.length} gradient-boosted trees of depth ${options.depth} over ${model.names.length} features${wish.portable ? ' (without those that grow with the number of cards one sees)' : ''}, probabilities by Platt's sigmoid |
| Labels | where the data does not say when they came: ${wish.delayDays} days after the use${wish.reportedShare === 0 ? '' : `; ${percent(wish.reportedShare)} of frauds within the hour, as where customers are asked`} |

## Trained, held out, tested

By time, in this order; between training and the rest lie the days in which labels would still have been on their way.

| | From | Until | Uses | Frauds |
| --- | --- | --- | ---: | ---: |
${lineOf('Trees were grown on', parts.train)}${thinnedBy === 1 ? '' : ` (of the genuine one in ${thinnedBy} was kept, and counts ${thinnedBy} times)`}
${lineOf('Ended their growth, fitted the probabilities', parts.heldOut)}
${lineOf('Seen by neither: the scores below', parts.test)}

## Scores

| Measure | On the test days |
| --- | ---: |
${Object.entries(model.scores)
  .filter(([name]) => name.startsWith('test_'))
  .map(([name, score]) => `| ${measureNames[name] ?? name} | ${score.toFixed(3)} |`)
  .join('\n')}
| share of fraud: what a guess would reach as average precision | ${(parts.test.frauds / parts.test.uses).toFixed(4)} |

| If the highest scores of 1,000 uses are asked about | Frauds found | Questions that were fraud |
| ---: | ---: | ---: |
${facts.caught.map(({ askedPerThousand, shareOfFrauds, precision }) => `| ${askedPerThousand} | ${percent(shareOfFrauds)} | ${percent(precision)} |`).join('\n')}

## What moves a score

Exact Shapley values (TreeSHAP) of test uses, summed for each reason, sizes averaged, in log-odds.

| Reason | Moves by |
| --- | ---: |
${facts.reasons.map(({ reason, weight }) => `| ${reasonWords[reason]} | ${weight.toFixed(3)} |`).join('\n')}

## Limits

- A score is the chance of fraud among uses like those of the data above. Where a bank's cards are used otherwise, probabilities are off
  first and the order of uses next: the drift report says so, and training on the bank's own history mends it.
- Frauds that nobody reported count as genuine, in training and in the scores.
- No feature is a person's name, age, sex, origin or address. Places and countries of uses are: who travels is asked more often than who does not.
- A score never declines a payment alone. Rules that two people put live decide what is asked and what is declined (docs/fraud.md).
`
}

const measureNames: Readonly<Record<string, string>> = {
  test_average_precision: 'average precision',
  test_auc_roc: 'area under the ROC curve',
}

function lineOf(name: string, { fromMs, untilMs, uses, frauds }: TrainedPart): string {
  return `| ${name} | ${dayOf(fromMs)} | ${dayOf(untilMs - 1)} | ${uses} | ${frauds} |`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`
}
