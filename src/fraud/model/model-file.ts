import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../../kernel/index.ts'
import { slopeMax } from './calibrate-scores.ts'
import { modelLimits } from './train-options.ts'

// A model file, numbers little-endian:
//   "PFM" and the version of the format (1 byte) | length of the header (4) | header (JSON, UTF-8) |
//   each tree: number of nodes (2), then its nodes in the order root, left part, right part |
//   SHA-256 of all before it (32)
// A node: feature (2; 0xffff = a leaf, the highest bit = a missing one goes left) | bound or advice (8) | rows of the training (4).

/** The first three bytes, and the version that this build writes and reads. */
export const magic = new Uint8Array([0x50, 0x46, 0x4d])
export const formatVersion = 1
export const nodeBytes = 14
export const leafMark = 0xffff
export const missingLeftMark = 0x8000
export const checksumBytes = 32
/** The largest file that is read at all. */
export const fileBytesMax = 256 * 1024 * 1024
/** Before the header's text: magic, version, length. */
export const preludeBytes = 8

const name = z.string().min(1).max(modelLimits.nameCharacters)
const count = z.int().min(0)
const above0 = z.number().positive()
const logOdds = z.number().min(-modelLimits.logOdds).max(modelLimits.logOdds)
const histogram = z
  .object({
    cuts: z.array(z.number()).max(modelLimits.bins),
    shares: z.array(z.number().min(0)).max(modelLimits.bins + 2),
  })
  .refine(({ cuts, shares }) => shares.length === cuts.length + 2, 'shares do not fit the cuts')
  .refine(({ cuts }) => cuts.every((cut, at) => at === 0 || cut > (cuts[at - 1] ?? cut)), 'cuts do not ascend')

/** What stands before the trees: the part of the file that people can read. */
export const modelHeader = z.object({
  about: z.object({ name, data: z.string().min(1).max(modelLimits.dataCharacters) }),
  names: z
    .array(name)
    .min(1)
    .max(modelLimits.features)
    .refine((names) => new Set(names).size === names.length, 'two features of one name'),
  base: logOdds,
  trees: count.max(modelLimits.trees),
  calibration: z.object({ slope: above0.max(slopeMax), offset: logOdds }),
  training: z.object({
    rows: count,
    frauds: count,
    heldOutRows: count,
    heldOutFrauds: count,
    options: z.object({
      trees: count.max(modelLimits.trees),
      depth: count.max(modelLimits.depth),
      bins: count.max(modelLimits.bins),
      learningRate: above0,
      l2: z.number().min(0),
      minLeafHessian: above0,
      minGain: z.number().min(0),
      patience: count,
    }),
  }),
  scores: z.record(name, z.number()),
  histograms: z.array(histogram).max(modelLimits.features + 1),
})
export type ModelHeader = z.infer<typeof modelHeader>

/** The checksum at the end of a file, over all that stands before it. */
export function checksumOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

/** Says that bytes are not a model, and why. */
export function broken(how: string, cause?: unknown): never {
  throw new Fault('fraud/model-broken', { retry: 'never', cause: new Error(`the model ${how}`, { cause }) })
}
