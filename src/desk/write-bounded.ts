import type { Writable } from 'node:stream'

/** What waits for a browser that does not read, at most: thousands of changes. */
const unreadBytesMax = 1_000_000

/** Writes to a browser's stream; one that does not read is cut off instead: it asks for the whole list when it comes again. */
export function writeBounded(raw: Pick<Writable, 'writableLength' | 'write' | 'destroy'>, text: string): void {
  if (raw.writableLength > unreadBytesMax) raw.destroy()
  else raw.write(text)
}
