import { z } from 'zod'
import { type Language, languages } from '../../channels/index.ts'
import { Fault } from '../../kernel/index.ts'
import { type Features, buckets } from './features.ts'
import { type Intent, intents } from './understood.ts'

/** The first four bytes of a model file: "PLM" and the version of the format. */
export const magic = new Uint8Array([0x50, 0x4c, 0x4d, 1])

/** A trained model, ready to score. Outputs are numbered: first the intents, then the languages. */
export type Model = {
  readonly intents: readonly Intent[]
  readonly languages: readonly Language[]
  /** Scores become confidence by these: what a difference of 1 means, fitted on phrases that were kept from training. */
  readonly slopes: { readonly intent: number; readonly language: number }
  /** What each output scores before a word is read. */
  readonly biases: Float32Array
  /** What a weight of 1 is worth for each output. */
  readonly scales: Float32Array
  /** Place p of the feature table has the entries from starts[p] up to starts[p + 1]. */
  readonly starts: Uint32Array
  /** For each entry: which output it speaks for, and how strongly (−127 to 127). */
  readonly outputs: Uint8Array
  readonly weights: Int8Array
}

const number = z.number()

/** What stands before the weights, as JSON: the part of the file that people can read. */
export const modelHeader = z.object({
  buckets: z.literal(buckets),
  intents: z.array(z.enum(intents)).min(1),
  languages: z.array(z.enum(languages)).min(1),
  slopes: z.object({ intent: number, language: number }),
  /** The threshold: so far may out_of_scope fall behind the best intent and still be chosen. Its bias holds it already. */
  lead: number,
  biases: z.array(number),
  scales: z.array(number),
  places: z.int(),
  entries: z.int(),
  /** SHA-256 of the phrases that the model was trained on, in hex: tells a stale model. */
  phrases: z.string(),
})
export type ModelHeader = z.infer<typeof modelHeader>

/**
 * Reads a model file: magic, length of the header (4 bytes, little-endian), header, then for each place its distance from the one
 * before (LEB128) and its number of entries (1 byte), then all entries' outputs, then all their weights.
 * @throws Fault `chat/model-broken` when the bytes are not a model of this build
 */
export function readModel(bytes: Uint8Array): Model {
  const { header, body } = splitModel(bytes)
  const { intents, languages, slopes, places, entries } = header
  const starts = new Uint32Array(buckets + 1)
  let at = 0
  let place = 0
  let entry = 0
  for (let read = 0; read < places; read += 1) {
    let distance = 0
    for (let shift = 0; ; shift += 7) {
      const byte = body[at] ?? broken('ends early')
      at += 1
      distance |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    starts.fill(entry, place + 1, place + distance + 1)
    place += distance
    entry += body[at] ?? broken('ends early')
    at += 1
  }
  starts.fill(entry, place + 1)
  if (entry !== entries || body.length !== at + 2 * entries) broken('has another length')
  const outputs = new Uint8Array(body.subarray(at, at + entries))
  const outputCount = intents.length + languages.length
  if (outputs.some((output) => output >= outputCount)) broken('names an output that is not there')
  // A copy that reads 255 as −1.
  const weights = new Int8Array(body.subarray(at + entries))
  const [biases, scales] = [Float32Array.from(header.biases), Float32Array.from(header.scales)]
  if (biases.length !== outputCount || scales.length !== outputCount) broken('has another number of outputs')
  return { intents, languages, slopes, biases, scales, starts, outputs, weights }
}

/** The readable part of a model file, and the rest. */
export function splitModel(bytes: Uint8Array): { readonly header: ModelHeader; readonly body: Uint8Array } {
  if (!magic.every((byte, at) => bytes[at] === byte)) broken('is not of this format')
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true)
  const start = magic.length + 4
  const header = modelHeader.safeParse(JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + length))))
  if (!header.success) throw new Fault('chat/model-broken', { retry: 'never', cause: header.error })
  return { header: header.data, body: bytes.subarray(start + length) }
}

/** What each output scores for a text. */
export function scoreFeatures(model: Model, { places, values }: Features): Float64Array {
  const { starts, outputs, weights, scales, biases } = model
  const sums = new Float64Array(biases.length)
  places.forEach((place, at) => {
    const value = values[at] ?? 0
    const end = starts[place + 1] ?? 0
    for (let entry = starts[place] ?? 0; entry < end; entry += 1) {
      const output = outputs[entry] ?? 0
      sums[output] = (sums[output] ?? 0) + value * (weights[entry] ?? 0)
    }
  })
  return sums.map((sum, output) => sum * (scales[output] ?? 0) + (biases[output] ?? 0))
}

function broken(how: string): never {
  throw new Fault('chat/model-broken', { retry: 'never', cause: new Error(`the language model ${how}`) })
}
