import {
  type ModelHeader,
  checksumBytes,
  checksumOf,
  formatVersion,
  leafMark,
  magic,
  missingLeftMark,
  modelHeader,
  nodeBytes,
  preludeBytes,
} from './model-file.ts'
import type { Model } from './model.ts'

/**
 * The bytes of a model's file; its format stands in model-file.ts. The same model gives the same bytes.
 * @throws ZodError when something was added that no reader would take (a score that is no number)
 */
export function writeModel(model: Model): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify(modelHeader.parse(headerOf(model))))
  const nodes = model.trees.reduce((sum, { features }) => sum + 2 + features.length * nodeBytes, 0)
  const bytes = new Uint8Array(preludeBytes + header.length + nodes + checksumBytes)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  bytes[magic.length] = formatVersion
  view.setUint32(magic.length + 1, header.length, true)
  bytes.set(header, preludeBytes)
  let at = preludeBytes + header.length
  for (const { features, values, missingLeft, counts } of model.trees) {
    view.setUint16(at, features.length, true)
    at += 2
    for (const [node, feature] of features.entries()) {
      view.setUint16(at, feature < 0 ? leafMark : feature | (missingLeft[node] === 1 ? missingLeftMark : 0), true)
      view.setFloat64(at + 2, values[node] ?? 0, true)
      view.setUint32(at + 10, counts[node] ?? 0, true)
      at += nodeBytes
    }
  }
  bytes.set(checksumOf(bytes.subarray(0, at)), at)
  return bytes
}

/** Written out key by key: the order of keys is part of the bytes. */
function headerOf({ about, names, base, trees, calibration, training, scores, histograms }: Model): ModelHeader {
  const { rows, frauds, heldOutRows, heldOutFrauds, options } = training
  const { depth, bins, learningRate, l2, minLeafHessian, minGain, patience } = options
  return {
    about: { name: about.name, data: about.data },
    names: [...names],
    base,
    trees: trees.length,
    calibration: { slope: calibration.slope, offset: calibration.offset },
    training: {
      rows,
      frauds,
      heldOutRows,
      heldOutFrauds,
      options: { trees: options.trees, depth, bins, learningRate, l2, minLeafHessian, minGain, patience },
    },
    scores: Object.fromEntries(Object.entries(scores).sort(([left], [right]) => (left < right ? -1 : 1))),
    histograms: histograms.map(({ cuts, shares }) => ({ cuts: [...cuts], shares: [...shares] })),
  }
}
