/** More of a text than this is not read: nobody cries for help in the fifth thousand of characters. */
const readMax = 4_000

/**
 * A text as safety reads it: small letters without accents, apostrophes gone ("don't" is "dont"), one blank between words, a full stop or a
 * comma as a word of its own where a sentence or a part of one ends. Markup is signs like any others.
 */
export function plainText(text: string): string {
  const bare = text
    .slice(0, readMax)
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/œ/g, 'oe')
    .replace(/['’`´‘]/g, '')
    .replace(/(\p{L})\1{2,}/gu, '$1$1')
    .replace(/[.!?;:\n…]+/g, ' . ')
    .replace(/[,()–—]+/g, ' , ')
    .replace(/[^\p{L}\p{N}.,*]+/gu, ' ')
  return ` ${bare.replace(/ +/g, ' ').trim()} `
}

/** Whether one of these phrases stands in a plain text, as whole words. Phrases are patterns: keep every repetition in them bounded by a word. */
export function phraseFinder(phrases: readonly string[]): RegExp {
  return new RegExp(` (?:${phrases.join('|')})(?= )`)
}

/** Whether of two lists one phrase each stands in the same part of a sentence, `apart` words between them at most, in either order. */
export function pairFinder(first: readonly string[], second: readonly string[], apart = 5): RegExp {
  const [one, other] = [first.join('|'), second.join('|')]
  const gap = `(?: [^ .]+){0,${apart}}?`
  return new RegExp(` (?:(?:${one})${gap} (?:${other})|(?:${other})${gap} (?:${one}))(?= )`)
}
