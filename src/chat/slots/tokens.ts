/** A word, a numeral or a sign of a message, with where it stands in {@link Reading.text}. */
export type Token = {
  readonly kind: 'word' | 'number' | 'mark'
  /** As typed. */
  readonly raw: string
  /** As words are compared: lower case, no accents, no apostrophes, no English genitive. */
  readonly word: string
  readonly start: number
  readonly end: number
  /** Nothing stands between it and the token before. */
  readonly glued: boolean
}

/** A message as tokens; `text` is what they point into. */
export type Reading = { readonly text: string; readonly tokens: readonly Token[] }

/** Nobody's question is longer; what comes after is not looked at. In UTF-16 units. */
const textLengthMax = 4000

/** Nor has one more words and signs; a page that was pasted is read as far as this. */
const tokensMax = 400

// Each alternative begins with another sort of character and none can give back what it took: linear on any text.
const tokenShape = /\p{L}[\p{L}\p{M}\p{Nd}]*(?:['’`´][\p{L}\p{M}]+)*|\p{Nd}+(?:[.,'’]\p{Nd}+)*|[^\s\p{L}\p{Nd}]/gu

// "l'octobre", "d'octobre", "qu'ikea": in French and with Catalan or Italian names, the article is a word of its own.
const elided = /^(?:l|d|qu|c|j|n|s|m|t|jusqu|lorsqu|puisqu)['’`´](?=.{2})/iu

/** Cuts a message into tokens. Digits of every script become ASCII ones, odd blanks and wide letters plain ones. */
export function readTokens(text: string): Reading {
  const plain = withPlainDigits(text.slice(0, textLengthMax).normalize('NFKC'))
  const tokens: Token[] = []
  for (const match of plain.matchAll(tokenShape)) {
    addToken(tokens, match[0], match.index)
    if (tokens.length >= tokensMax) break
  }
  return { text: plain, tokens }
}

function addToken(tokens: Token[], raw: string, start: number): void {
  const article = elided.exec(raw)?.[0]
  if (article !== undefined) {
    addToken(tokens, article.slice(0, -1), start)
    addToken(tokens, raw.slice(article.length), start + article.length)
    return
  }
  const before = tokens.at(-1)
  const kind = /^\p{L}/u.test(raw) ? 'word' : /^\d/.test(raw) ? 'number' : 'mark'
  const word = kind === 'word' ? foldWord(raw) : raw
  tokens.push({ kind, raw, word, start, end: start + raw.length, glued: before?.end === start })
}

/** A word as words are compared. "yesterday's" is "yesterday", "aujourd'hui" is "aujourdhui", "Märchen" is "marchen". */
export function foldWord(raw: string): string {
  return raw
    .toLowerCase()
    .replace(/['’`´]s$/u, '')
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/['’`´]/gu, '')
    .replace(/ß/gu, 'ss')
}

// Unicode keeps the ten digits of a script together, in order: counting down to the script's zero gives the value.
function withPlainDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0
    let value = 0
    while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(point - value - 1))) value += 1
    return String(value)
  })
}

/** What was typed from one token up to another, without that one. */
export function typedWords(reading: Reading, from: number, to: number): string {
  const first = reading.tokens[from]
  const last = reading.tokens[to - 1]
  if (first === undefined || last === undefined || from >= to) return ''
  return reading.text.slice(first.start, last.end).replace(/\s+/gu, ' ')
}

/** The word at a place, or '' where there is none: for comparing. */
export function wordAt(tokens: readonly Token[], at: number): string {
  return tokens[at]?.word ?? ''
}

/** How many tokens a phrase of blank-separated words covers from a place on; 0 where it does not stand there. */
export function phraseLengthAt(tokens: readonly Token[], at: number, phrase: readonly string[]): number {
  return phrase.every((word, offset) => wordAt(tokens, at + offset) === word) ? phrase.length : 0
}
