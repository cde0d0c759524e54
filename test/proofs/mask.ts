import { maskSecrets } from '../../src/kernel/index.ts'
import { seeded } from '../setup/seeded.ts'
import { cardNumber, typed } from './mask/card-numbers.ts'
import { nearMisses } from './mask/near-misses.ts'
import { sentences, withDetails } from './mask/sentences.ts'
import { option, readOptions } from '../setup/read-options.ts'

/** Card numbers in all; as many near misses. */
const casesMax = 100_000
/** The share of near misses that may be masked: one in a hundred. */
const falseShareMax = 0.01
/** Examples of what went wrong that the result names. */
const examplesMax = 5

type Tally = { tried: number; masked: number }

/**
 * The mask proof: generated card numbers of all schemes, lengths, scripts and separators, in sentences of five languages, are masked without
 * exception, and nothing else of the sentence is; texts that only look like one are left alone but for one in a hundred.
 */
function prove(): number {
  const { from, to, ...options } = readOptions({
    about:
      'Card numbers of all schemes, scripts and separators are masked; texts that only look like one are left alone.',
    options: option.cases(casesMax, 'card number'),
  })
  const seed = String(options.seed)
  process.stderr.write(`mask: seed ${seed}, cases ${from} to ${to}\n`)
  const began = performance.now()
  const missed: string[] = []
  const kinds = Object.entries(nearMisses)
  const tallies = new Map<string, Tally>(kinds.map(([kind]) => [kind, { tried: 0, masked: 0 }]))
  for (let number = from; number < to; number += 1) {
    const failure = tryCard(seed, number)
    if (failure !== undefined) missed.push(failure)
    const [kind, make] = kinds[number % kinds.length] ?? kinds[0] ?? fail()
    const text = make(seeded('near', seed, number))
    const tally = tallies.get(kind) ?? fail()
    tally.tried += 1
    if (maskSecrets(text) !== text) tally.masked += 1
  }
  const near = [...tallies.values()].reduce((sum, one) => ({
    tried: sum.tried + one.tried,
    masked: sum.masked + one.masked,
  }))
  const share = near.tried === 0 ? 0 : near.masked / near.tried
  const held = missed.length === 0 && share <= falseShareMax
  const summary = {
    proof: 'mask',
    seed,
    from,
    to,
    held,
    cards: to - from,
    cardsMissed: missed.length,
    nearMisses: near.tried,
    nearMissesMasked: near.masked,
    nearMissShare: share,
    byKind: Object.fromEntries(tallies),
    seconds: Math.round((performance.now() - began) / 100) / 10,
    failures: missed.slice(0, examplesMax),
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return held ? 0 : 1
}

/** What is wrong with how this case's card number was masked; the numbers are made up, so they may be shown. */
function tryCard(seed: string, number: number): string | undefined {
  const choose = seeded('card', seed, number)
  const digits = cardNumber(choose)
  const shown = typed(choose, digits)
  const hidden = `•••• ${digits.slice(-4)}`
  const [given, wanted] = choose.below(5) === 0 ? choose.pick(withDetails) : twice(choose.pick(sentences))
  const text = given.replace('#', () => shown)
  const masked = maskSecrets(text)
  if (masked === wanted.replace('#', () => hidden).replaceAll('~', '••••')) return undefined
  return JSON.stringify({ number, text, masked })
}

function twice(text: string): readonly [string, string] {
  return [text, text]
}

function fail(): never {
  throw new Error('no kind of near miss')
}

process.exitCode = prove()
