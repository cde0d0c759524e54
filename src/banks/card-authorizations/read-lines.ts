/** Lines of one request at most: what can be stored and answered within a bank's deadline. */
export const linesMax = 2_000
/** One event in JSON, alone or in a line, is a few hundred bytes; nothing is longer than this. */
export const eventBytesMax = 16 * 1024
/** All the lines of a request together. */
export const bodyBytesMax = 2 * 1024 * 1024

const newline = 0x0a

/** The lines of NDJSON, without empty ones at the end; undefined for more than may come in one request. */
export function splitLines(body: Uint8Array): readonly Uint8Array[] | undefined {
  const lines: Uint8Array[] = []
  for (let from = 0; from < body.length;) {
    const found = body.indexOf(newline, from)
    const to = found === -1 ? body.length : found
    // A line may end as Windows ends it; one that is empty counts as a line that cannot be read, unless it is the last.
    const line = body.subarray(from, body[to - 1] === 0x0d && to > from ? to - 1 : to)
    lines.push(line)
    if (lines.length > linesMax) return undefined
    from = to + 1
  }
  return lines
}
