import type { Labelled, PublicSets } from './public-sets.ts'
import { type Share, shareWhere } from './share.ts'

/** Which intent a text is taken for; out_of_scope where the threshold says so. */
export type Guess = (text: string) => string

/** How our own phrases carry over to messages that others wrote. */
export type PublicScores = {
  /** CLINC's banking and card labels: taken for one of the accepted intents. */
  readonly clincInScope: Share
  /** CLINC's other messages: put out of scope, or taken for an intent that the map accepts for their label ("thanks", "are you a bot"). */
  readonly clincOthers: Share
  /** The same messages: put out of scope, nothing else counted as right. */
  readonly clincOthersStrictly: Share
  /** Of all CLINC messages that were put out of scope: those for whose label the map accepts that. */
  readonly outOfScopePrecision: Share
  readonly banking77: Share
  /** Left out: labels that the map does not list, and messages that stand word for word among our phrases (there is one way to say "thank you"). */
  readonly leftOut: { readonly unmapped: number; readonly inPhrases: number }
  /** The labels with the lowest shares, worst first, and what they were taken for instead. */
  readonly weakest: readonly { readonly label: string; readonly percent: number; readonly takenFor: string }[]
}

const weakestCount = 12

type Scored = Labelled & { readonly guess: string; readonly accepted: readonly string[]; readonly inScope: boolean }

/** Scores every mapped message of the public sets once. */
export function scorePublicSets(sets: PublicSets, known: ReadonlySet<string>, guess: Guess): PublicScores {
  const { map } = sets
  const fresh = (messages: readonly Labelled[]): readonly Labelled[] =>
    messages.filter(({ text }) => !known.has(bare(text)))
  const clinc = fresh(sets.clinc).map((message): Scored => {
    const inScope = map.clinc150_banking_and_cards[message.label]
    const accepted = inScope ?? map.clinc150_also_accepted_outside[message.label] ?? ['out_of_scope']
    return { ...message, guess: guess(message.text), accepted, inScope: inScope !== undefined }
  })
  const banking = fresh(sets.banking77).flatMap((message): Scored[] => {
    const accepted = map.banking77[message.label]
    return accepted === undefined ? [] : [{ ...message, guess: guess(message.text), accepted, inScope: true }]
  })
  const inScope = clinc.filter((message) => message.inScope)
  const others = clinc.filter((message) => !message.inScope)
  const out = clinc.filter((message) => message.guess === 'out_of_scope')
  const all = sets.clinc.length + sets.banking77.length
  const left = fresh(sets.clinc).length + fresh(sets.banking77).length
  return {
    clincInScope: shareWhere(inScope, isRight),
    clincOthers: shareWhere(others, isRight),
    clincOthersStrictly: shareWhere(others, (message) => message.guess === 'out_of_scope'),
    outOfScopePrecision: shareWhere(out, isRight),
    banking77: shareWhere(banking, isRight),
    leftOut: { unmapped: left - clinc.length - banking.length, inPhrases: all - left },
    weakest: weakestOf([...inScope, ...banking]),
  }
}

/** A sentence without what does not make it another one: case, and marks at its end. */
export function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[?.!\s]+$/, '')
    .trim()
}

function isRight({ guess, accepted }: Scored): boolean {
  return accepted.includes(guess)
}

function weakestOf(messages: readonly Scored[]): PublicScores['weakest'] {
  const rows = [...groupBy(messages, ({ label }) => label)].map(([label, ofLabel]) => ({
    label,
    percent: shareWhere(ofLabel, isRight).percent,
    takenFor: mostFrequent(ofLabel.filter((message) => !isRight(message)).map((message) => message.guess)),
  }))
  return rows.sort((left, right) => left.percent - right.percent).slice(0, weakestCount)
}

function mostFrequent(names: readonly string[]): string {
  const counts = [...groupBy(names, (name) => name)].map(([name, ones]) => ({ name, count: ones.length }))
  return counts.sort((left, right) => right.count - left.count)[0]?.name ?? ''
}

function groupBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(nameOf(item))
    if (group === undefined) groups.set(nameOf(item), [item])
    else group.push(item)
  }
  return groups
}
