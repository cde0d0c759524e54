import { createHash } from 'node:crypto'

const blockBytes = 65_536

/** Bytes that follow from words: the same on every machine, and as even as SHAKE256 (words, n). For samplers, where `seeded` would be slow. */
export function seededBytes(...words: readonly (string | number)[]): { bytes(count: number): Uint8Array } {
  let blocks = 0
  let ready = Buffer.alloc(0)
  return {
    bytes(count) {
      if (ready.length < count) {
        const text = [...words, blocks].join('|')
        ready = Buffer.concat([ready, createHash('shake256', { outputLength: blockBytes }).update(text).digest()])
        blocks += 1
      }
      const taken = ready.subarray(0, count)
      ready = ready.subarray(count)
      return taken
    },
  }
}
