import type { Calibration } from './calibrate-scores.ts'
import type { TrainOptions } from './train-options.ts'

/** One tree, its nodes in the order root, left part, right part. */
export type Tree = {
  /** The feature that a node asks for, or −1: a leaf. */
  readonly features: Int16Array
  /** A node's bound: a feature at most this goes left. A leaf's advice, in log-odds. */
  readonly values: Float64Array
  /** 1 where a missing feature goes left. */
  readonly missingLeft: Uint8Array
  /** How many rows of the training came by. */
  readonly counts: Uint32Array
  /** Where the right part begins; the left one follows its node. 0 for a leaf. */
  readonly rights: Uint16Array
}

/** How one feature (or the margin) was spread over the rows of the training: the share of each range, missing values first. */
export type Histogram = { readonly cuts: readonly number[]; readonly shares: readonly number[] }

/** A trained model: everything that its file holds. */
export type Model = {
  readonly names: readonly string[]
  /** Log-odds of fraud before a feature is read. */
  readonly base: number
  readonly trees: readonly Tree[]
  readonly calibration: Calibration
  readonly about: { readonly name: string; readonly data: string }
  /** What it was trained with. */
  readonly training: {
    readonly rows: number
    readonly frauds: number
    readonly heldOutRows: number
    readonly heldOutFrauds: number
    readonly options: Omit<TrainOptions, 'threads'>
  }
  /** What it reached, by the name of the measure. The trainer adds `held_out_loss`; who evaluates adds more before writing. */
  readonly scores: Readonly<Record<string, number>>
  /** One for each feature, then one of the margin. */
  readonly histograms: readonly Histogram[]
}
