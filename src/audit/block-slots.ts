import type { Random } from '../platform/index.ts'

/** Public sizes are multiples of this: what happened in a minute shows as blocks, never as a number of entries. */
export const blockLeaves = 64

/**
 * Which places of the tree the next leaves take. Places are handed out block by block, inside a block in an order that
 * chance decides: who knows the place of an entry of their own learns nothing about how many came before it.
 */
export type BlockSlots = {
  /** The next places, as many as asked for; asking twice gives the same ones. */
  peek(count: number): readonly bigint[]
  /** Says that the first `count` of them were taken. */
  take(count: number): void
  /** Places still free in the block that has leaves and is not full. */
  open(): number
  /** The size of the tree once that block is full. */
  end(): bigint
}

/** Places from `end` (a whole number of blocks) on; `free` are those left over in the one block that was begun before. */
export function drawSlots(
  random: Random,
  from: { readonly end: bigint; readonly free: readonly bigint[] },
): BlockSlots {
  let queue = shuffle(random, from.free)
  let end = from.end
  const open = (): number => queue.length % blockLeaves
  return {
    peek(count) {
      while (queue.length < count) {
        const start = end
        const block = Array.from({ length: blockLeaves }, (_, at) => start + BigInt(at))
        queue.push(...shuffle(random, block))
        end += BigInt(blockLeaves)
      }
      return queue.slice(0, count)
    },
    take(count) {
      queue = queue.slice(count)
    },
    open,
    // Blocks that were drawn and not begun do not count.
    end: () => end - BigInt(queue.length - open()),
  }
}

const keyBytes = 4

/** In the order of random keys. Two equal ones among 64 of 32 bits are rarer than one in a million. */
function shuffle(random: Random, slots: readonly bigint[]): bigint[] {
  const keys = Buffer.from(random.bytes(keyBytes * slots.length))
  return slots
    .map((slot, at) => ({ slot, key: keys.readUInt32BE(keyBytes * at) }))
    .sort((left, right) => left.key - right.key)
    .map(({ slot }) => slot)
}
