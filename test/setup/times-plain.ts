/** Of how many readings the quickest counts: others may be busy on this machine. */
const tries = 3
/** Words that mean nothing to whatever reads them. */
const plain = 'my sister baked another lovely cake yesterday '

/**
 * How many times longer it takes to read a text that repeats one piece than one of plain words, both of the same length: a
 * measure that any machine gives. Below some dozens it grows with the length; what grows faster takes thousands.
 */
export function timesPlain(read: (text: string) => unknown, piece: string, length: number): number {
  return quickestMs(read, piece, length) / quickestMs(read, plain, length)
}

function quickestMs(read: (text: string) => unknown, piece: string, length: number): number {
  const text = piece.repeat(Math.ceil(length / piece.length))
  const readings = Array.from({ length: tries }, () => {
    const began = performance.now()
    read(text)
    return performance.now() - began
  })
  return Math.min(...readings)
}
