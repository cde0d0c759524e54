/** Of a longer text only so much from its beginning and its end is looked at: what somebody wants stands there, and time stays bounded. */
const endCharactersMax = 500

/** How often one character may stand in a row: "heeeelp" is "heelp". */
const runMax = 2

/**
 * A text as the classifier reads it: lower case, no accents, elisions apart ("l'argent" is two words), other apostrophes
 * gone ("what's" is "whats"), digits only as how many there are ("4821" is "0000"), money signs and emoji as words of their own.
 */
export function plainWords(text: string): readonly string[] {
  const plain = bothEnds(text)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mn}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/['’‘`´]/g, "'")
    .replace(elision, '$1 ')
    .replace(/'/g, '')
    .replace(/\p{Nd}/gu, '0')
    .replace(/0(?:[.,:/ ]?0)*/g, digitsAsShape)
    .replace(/\p{Sc}/gu, ' ¤ ')
  return (plain.match(word) ?? []).map((found) => found.replace(longRun, (run) => run.slice(0, runMax)))
}

function bothEnds(text: string): string {
  if (text.length <= 2 * endCharactersMax) return text
  return `${text.slice(0, endCharactersMax)} ${text.slice(-endCharactersMax)}`
}

// French and Portuguese: "j'ai", "qu'il", "d'eau".
const elision = /(?<![\p{L}'])(qu|[cdjlmnst])'(?=\p{L})/gu

// A variation selector (U+FE0F) and skin tones say nothing about what is meant.
const word = /[\p{L}\p{Nd}]+|¤|[•*]+|\p{Extended_Pictographic}/gu

const longRun = /([^\d])\1{2,}/gu

/** How many digits tells a year or a PIN from an amount or a number; which digits they are tells nothing. */
const shapeDigitsMax = 5

function digitsAsShape(run: string): string {
  const digits = run.replace(/[^0]/g, '').length
  return '0'.repeat(Math.min(digits, shapeDigitsMax)) + (/[ ]$/.test(run) ? ' ' : '')
}
