/** Of at least so many readings the quickest counts: others may be busy on this machine. */
const triesMin = 3
/** What looks long is read again this often, for this long: a reading that was held up comes out quick once; a slow one never does. */
const triesMax = 25
const againMsMax = 5_000
/** Words that mean nothing to whatever reads them. */
const plain = 'my sister baked another lovely cake yesterday '

/**
 * How many times longer it takes to read a text that repeats one piece than one of plain words, both of the same length: a
 * measure that any machine gives. Below some dozens it grows with the length; what grows faster takes thousands. Reads again what seems
 * to be above `limit`.
 */
export function timesPlain(read: (text: string) => unknown, piece: string, length: number, limit: number): number {
  const plainMs = quickestMs(read, textOf(plain, length), Infinity)
  return quickestMs(read, textOf(piece, length), plainMs * limit * 0.9) / plainMs
}

function textOf(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length))
}

function quickestMs(read: (text: string) => unknown, text: string, quickMs: number): number {
  const startedAt = performance.now()
  let quickest = Infinity
  for (let tries = 0; tries < triesMax; tries += 1) {
    const began = performance.now()
    read(text)
    quickest = Math.min(quickest, performance.now() - began)
    const enough = quickest <= quickMs || performance.now() - startedAt > againMsMax
    if (tries + 1 >= triesMin && enough) break
  }
  return quickest
}
