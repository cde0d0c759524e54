import { Fault } from '../../kernel/index.ts'
import { type Scorer, createScorer } from './create-scorer.ts'
import {
  type ModelHeader,
  broken,
  checksumBytes,
  checksumOf,
  fileBytesMax,
  formatVersion,
  magic,
  modelHeader,
  preludeBytes,
} from './model-file.ts'
import type { Model } from './model.ts'
import { readTrees } from './read-trees.ts'

/**
 * Reads a model file and makes it ready to score rows whose features are named so (by default: as the model's own).
 * @throws Fault `fraud/model-broken` when the bytes are not what a trainer wrote, `fraud/model-version` when a newer one did,
 *   `fraud/model-features` when the model asks for a feature that rows do not have
 */
export function readModel(bytes: Uint8Array, rowNames?: readonly string[]): Scorer {
  const { header, body, checksum } = splitModel(bytes)
  const { trees: treeCount, ...rest } = header
  const model: Model = { ...rest, trees: readTrees(body, treeCount, header.names.length) }
  return createScorer(model, { rowNames, version: Buffer.from(checksum).toString('hex').slice(0, 16) })
}

type Split = { readonly header: ModelHeader; readonly body: Uint8Array; readonly checksum: Uint8Array }

function splitModel(bytes: Uint8Array): Split {
  if (bytes.length < preludeBytes + checksumBytes || bytes.length > fileBytesMax) broken('is too short or too long')
  if (!magic.every((byte, at) => bytes[at] === byte)) broken('is not of this format')
  if (bytes[magic.length] !== formatVersion) {
    throw new Fault('fraud/model-version', { retry: 'never', cause: new Error(`version ${bytes[magic.length]}`) })
  }
  const end = bytes.length - checksumBytes
  const checksum = bytes.subarray(end)
  if (!checksumOf(bytes.subarray(0, end)).every((byte, at) => checksum[at] === byte)) broken('is damaged')
  const start = preludeBytes + new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length + 1, true)
  if (start > end) broken('ends within its header')
  const header = parseHeader(bytes.subarray(preludeBytes, start))
  if (header.histograms.length !== header.names.length + 1) broken('has another number of histograms')
  return { header, body: bytes.subarray(start, end), checksum }
}

function parseHeader(bytes: Uint8Array): ModelHeader {
  try {
    return modelHeader.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (error) {
    return broken('has a header that cannot be read', error)
  }
}
