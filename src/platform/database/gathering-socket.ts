import { Socket } from 'node:net'

/**
 * A socket that lets what is written in one turn of the event loop leave together. The driver writes each statement by itself;
 * each write wakes the server's process, which then takes this one's processor while the next statement waits to be
 * written. A transaction's statements that do not wait for each other cost one system call this way, and one waking.
 * Order and content of the bytes stay as they are.
 */
export class GatheringSocket extends Socket {
  #holding = false

  override cork(): void {
    this.#hold()
  }

  /** Whoever uncorks has written: that leaves at the end of the turn, and not now. */
  override uncork(): void {
    this.#hold()
  }

  override write(chunk: Uint8Array | string, done?: (error?: Error | null) => void): boolean
  override write(chunk: Uint8Array | string, encoding?: BufferEncoding, done?: (error?: Error | null) => void): boolean
  override write(
    chunk: Uint8Array | string,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    done?: (error?: Error | null) => void,
  ): boolean {
    this.#hold()
    return typeof encoding === 'function' ? super.write(chunk, encoding) : super.write(chunk, encoding, done)
  }

  #hold(): void {
    if (this.#holding) return
    this.#holding = true
    super.cork()
    // After the promises that are ready now: their statements come along.
    process.nextTick(() => {
      this.#holding = false
      super.uncork()
    })
  }
}
