import { buckets } from '../understand/features.ts'
import { type ModelHeader, magic } from '../understand/model.ts'
import type { Machine } from './train-machine.ts'

/** Weights are whole numbers from −127 to 127 times the scale of their output. */
const levels = 127
/** An entry below this share of the strongest weight of its output says too little to be kept; found by what held-out phrases lose. */
const keptFrom = 0.02

type Entry = { readonly output: number; readonly weight: number }

/** The bytes of a model file (its format stands with `readModel`): quantised, without the weights that say nothing. Same machines, same bytes. */
export function packModel(
  machines: readonly Machine[],
  header: Pick<ModelHeader, 'intents' | 'languages' | 'slopes' | 'lead' | 'phrases'>,
): Uint8Array {
  const biases = machines.flatMap(({ columns, weights }) => weights.map((ofOne) => ofOne[columns.size] ?? 0))
  const scales = machines.flatMap(({ columns, weights }) =>
    weights.map((ofOne) => scaleOf(ofOne.subarray(0, columns.size))),
  )
  const places = gather(machines, scales)
  const entries = [...places.values()].flat()
  const full: ModelHeader = {
    buckets,
    ...header,
    biases: biases.map((bias, output) =>
      rounded(header.intents[output] === 'out_of_scope' ? bias + header.lead : bias),
    ),
    scales: scales.map(rounded),
    places: places.size,
    entries: entries.length,
  }
  const json = new TextEncoder().encode(JSON.stringify(full))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, json.length, true)
  return concatenate([
    magic,
    length,
    json,
    Uint8Array.from(placeBytes(places)),
    Uint8Array.from(entries, ({ output }) => output),
    Uint8Array.from(Int8Array.from(entries, ({ weight }) => weight)),
  ])
}

function scaleOf(weights: Float32Array): number {
  return weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), Number.MIN_VALUE) / levels
}

/** Seven digits are more than a weight has, and few enough to read. */
function rounded(value: number): number {
  return Number(value.toPrecision(7))
}

/** The entries of each place, places ascending, outputs ascending within. */
function gather(machines: readonly Machine[], scales: readonly number[]): ReadonlyMap<number, readonly Entry[]> {
  const found = new Map<number, Entry[]>()
  let output = 0
  for (const { columns, weights } of machines) {
    for (const ofOne of weights) {
      for (const [place, column] of columns) {
        const weight = Math.round((ofOne[column] ?? 0) / (scales[output] ?? 1))
        if (Math.abs(weight) < keptFrom * levels) continue
        const entries = found.get(place) ?? []
        entries.push({ output, weight })
        found.set(place, entries)
      }
      output += 1
    }
  }
  return new Map([...found].sort(([left], [right]) => left - right))
}

function placeBytes(places: ReadonlyMap<number, readonly Entry[]>): readonly number[] {
  const bytes: number[] = []
  let before = 0
  for (const [place, entries] of places) {
    let distance = place - before
    for (; distance >= 0x80; distance >>>= 7) bytes.push((distance & 0x7f) | 0x80)
    bytes.push(distance, entries.length)
    before = place
  }
  return bytes
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
