import { Socket } from 'node:net'

/**
 * A socket that lets what the driver corks in one turn of the event loop leave together. The driver corks and uncorks around each
 * statement; each write wakes the server's process, which then takes this one's processor while the next statement waits to
 * be written. A transaction's statements that do not wait for each other cost one system call this way, and one waking. What is
 * written without a cork (BEGIN) leaves with them where they are held already, else at once. Order and content of the bytes
 * stay as they are. It must not be ended in the turn in which it holds something: the driver ends it once its last write has left.
 */
export class GatheringSocket extends Socket {
  #holding = false

  override cork(): void {
    if (this.#holding) return
    this.#holding = true
    super.cork()
    // After the promises that are ready now: their statements come along.
    process.nextTick(() => {
      this.#holding = false
      super.uncork()
    })
  }

  /** Whoever uncorks has written: that leaves at the end of the turn, and not now. */
  override uncork(): void {
    if (!this.#holding) super.uncork()
  }
}
