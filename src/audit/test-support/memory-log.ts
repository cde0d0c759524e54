import { composeNote, encodeBundle, formatCheckpoint, tilePath, tileWidth } from '../../kernel/index.ts'
import { leafBytes, leafHashOf } from '../leaf.ts'
import type { LogSource } from '../../kernel/index.ts'
import type { LogKey } from '../log-key.ts'
import { buildTiles } from '../tile-builder.ts'

/** A log as files in memory: resources by path, which a test changes at will. */
export type MemoryLog = { readonly files: Map<string, Uint8Array>; readonly source: LogSource }

/** The signed checkpoint of these commitments. */
export function signedCheckpoint(key: LogKey, commitments: readonly Uint8Array[]): Uint8Array {
  const builder = buildTiles()
  for (const commitment of commitments) builder.add(leafHashOf(commitment))
  const text = formatCheckpoint({
    origin: key.noteKey.name,
    size: builder.size(),
    root: builder.root(),
    extensions: [],
  })
  return composeNote({ text, signatures: [key.sign(text)] })
}

/** A log of these commitments, with a checkpoint at each size given and at the end. */
export function memoryLog(key: LogKey, commitments: readonly Uint8Array[], sizes: readonly number[] = []): MemoryLog {
  const files = new Map<string, Uint8Array>([['vkey', Buffer.from(key.verifierKey)]])
  const builder = buildTiles()
  for (const commitment of commitments) {
    for (const { level, index, hashes } of builder.add(leafHashOf(commitment))) {
      files.set(tilePath({ level, index, width: tileWidth }), Uint8Array.from(hashes))
    }
  }
  for (let level = 0; level < 4; level += 1) {
    const hashes = builder.partial(level)
    const index = BigInt(Math.floor(commitments.length / 256 ** (level + 1)))
    if (hashes.length > 0) files.set(tilePath({ level, index, width: hashes.length / 32 }), Uint8Array.from(hashes))
  }
  for (let start = 0; start < commitments.length; start += tileWidth) {
    const some = commitments.slice(start, start + tileWidth)
    const path = tilePath({ level: 'entries', index: BigInt(start / tileWidth), width: some.length })
    files.set(path, encodeBundle(some.map(leafBytes)))
  }
  files.set('checkpoint', signedCheckpoint(key, commitments))
  const earlier = sizes.map((size) => signedCheckpoint(key, commitments.slice(0, size)))
  const source = {
    name: 'memory',
    read: (path: string) => Promise.resolve(files.get(path)),
    checkpoints: () => Promise.resolve(earlier),
  }
  return { files, source }
}
