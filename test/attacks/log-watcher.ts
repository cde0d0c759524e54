import { parseLeaf } from '../../src/audit/leaf.ts'
import { decodeBundle, parseCheckpoint, parseNote } from '../../src/kernel/index.ts'

/** What anybody sees of one beat: the size of the tree, and the newest leaves in their order. */
export type PublicView = { readonly size: number; readonly last: readonly Buffer[] }

/** Reads a public resource of the log. */
export type PublicRead = (path: string) => Promise<Buffer>

/** The newest block of the log, as served. */
export async function publicView(read: PublicRead): Promise<PublicView> {
  const size = sizeOf(await read('checkpoint'))
  const index = Math.floor((size - 1) / 256)
  const width = size - index * 256
  const number = String(index).padStart(3, '0')
  const bundle = await read(`tile/entries/${number}${width === 256 ? '' : `.p/${width}`}`)
  const leaves = (decodeBundle(bundle, width) ?? []).slice(-64).map((leaf) => Buffer.from(parseLeaf(leaf) ?? []))
  return { size, last: leaves }
}

/** The size a checkpoint names. */
export function sizeOf(checkpoint: Uint8Array): number {
  return Number(parseCheckpoint(parseNote(checkpoint)?.text ?? '')?.size)
}

/** What a watcher could compare: growth, mean byte, set bits, repeated bytes at the start, order. */
export function featuresOf(view: PublicView, before: number): readonly number[] {
  const all = Buffer.concat(view.last)
  const bits = all.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  const rising = view.last.filter((leaf, at) => at > 0 && Buffer.compare(view.last[at - 1] ?? leaf, leaf) < 0).length
  return [
    view.size - before,
    all.reduce((sum, byte) => sum + byte, 0) / all.length,
    bits / all.length,
    new Set(view.last.map((leaf) => leaf.toString('hex', 0, 1))).size,
    rising,
  ]
}

/** One beat as the watcher knows it; whether somebody looked is what it learns from, or guesses. */
export type Sample = { readonly looked: boolean; readonly features: readonly number[] }

/**
 * How well a watcher guesses: the share of beats with a look that it names, and of those without, averaged, so that always saying what is
 * commoner is worth half, however busy the machine was. `band` is how far above half chance alone brings a guesser: six deviations.
 */
export type Guessed = { readonly share: number; readonly band: number }

/** Learns from either half and guesses the other by the nearest centre. */
export function guess(samples: readonly Sample[]): Guessed {
  const half = Math.floor(samples.length / 2)
  const [first, second] = [samples.slice(0, half), samples.slice(half)]
  const judged = [
    ...second.map((sample) => ({ ...sample, right: nearest(first, sample.features) === sample.looked })),
    ...first.map((sample) => ({ ...sample, right: nearest(second, sample.features) === sample.looked })),
  ]
  const kinds = [true, false].map((looked) => judged.filter((one) => one.looked === looked))
  const shares = kinds.map((kind) => (kind.length === 0 ? 0.5 : kind.filter(({ right }) => right).length / kind.length))
  const variance = kinds.reduce((sum, kind) => sum + 0.25 / Math.max(1, kind.length), 0)
  return {
    share: shares.reduce((sum, share) => sum + share, 0) / 2,
    band: (chanceDeviations * Math.sqrt(variance)) / 2,
  }
}

const chanceDeviations = 6

function nearest(learned: readonly Sample[], given: readonly number[]): boolean {
  const centre = (looked: boolean): readonly number[] =>
    given.map((_, at) => {
      const values = learned.filter((one) => one.looked === looked).map((one) => one.features[at] ?? 0)
      return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
    })
  const spread = given.map((_, at) => Math.max(1e-9, deviation(learned.map((one) => one.features[at] ?? 0))))
  const distance = (to: readonly number[]): number =>
    given.reduce((sum, value, at) => sum + ((value - (to[at] ?? 0)) / (spread[at] ?? 1)) ** 2, 0)
  return distance(centre(true)) < distance(centre(false))
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
