import type { Language } from '../../channels/index.ts'
import { countedWords } from './amount-words.ts'
import { categoryAt } from './categories.ts'
import {
  ambiguousShops,
  bankShorthand,
  introductions,
  kindsOfPlaces,
  knownShops,
  ownWords,
  questionsAbout,
  shopsLikeDays,
  stops,
} from './merchant-words.ts'
import { lookUp } from './phrase-table.ts'
import { type Reading, type Token, typedWords, wordAt } from './tokens.ts'

/** A shop as the customer wrote it, from one token up to another. */
export type FoundMerchant = { readonly words: string; readonly from: number; readonly to: number }

/** A shop's name has at most so many words. */
const nameWordsMax = 4

/** Finds a shop: in quotes, known by name, behind "at" or "paid", copied out of a statement, or written with a capital inside a sentence. */
export function findMerchant(
  reading: Reading,
  language: Language,
  isTaken: (at: number) => boolean,
): FoundMerchant | undefined {
  return (
    findQuoted(reading, isTaken) ??
    findKnown(reading, isTaken) ??
    findIntroduced(reading, language, isTaken) ??
    findCopied(reading, isTaken) ??
    findPaid(reading, language, isTaken) ??
    findCapital(reading, language, isTaken)
  )
}

/** A shop whose name looks like a day or an amount ("TGI Fridays"), to be set aside before those are read. */
export function findShopLikeDay(reading: Reading): FoundMerchant | undefined {
  for (let at = 0; at < reading.tokens.length; at += 1) {
    const found = lookUp(shopsLikeDays, reading.tokens, at)
    if (found !== undefined) return named(reading, at, found.next)
  }
  return undefined
}

function findQuoted(reading: Reading, isTaken: (at: number) => boolean): FoundMerchant | undefined {
  const { tokens } = reading
  for (let at = 0; at < tokens.length; at += 1) {
    if (!/^["“«„”‘]$/.test(wordAt(tokens, at))) continue
    for (let end = at + 2; end <= at + nameWordsMax + 2 && end < tokens.length; end += 1) {
      if (!/^["”»“’']$/.test(wordAt(tokens, end)) || isTaken(at + 1)) continue
      return { words: typedWords(reading, at + 1, end).toLowerCase(), from: at, to: end + 1 }
    }
  }
  return undefined
}

// "at balance gym"; behind a vaguer word only a shop that is known or a name with a capital.
function findIntroduced(
  reading: Reading,
  language: Language,
  isTaken: (at: number) => boolean,
): FoundMerchant | undefined {
  const { tokens } = reading
  for (let at = 0; at < tokens.length; at += 1) {
    const found = isTaken(at)
      ? undefined
      : lookUp(introductions, tokens, at, ({ languages }) => languages.includes(language))
    if (found === undefined) continue
    const start = skipArticle(tokens, found.next, language)
    const shop = lookUp(ambiguousShops, tokens, start)
    if (shop !== undefined && !isTaken(start)) return named(reading, start, shop.next)
    const hasArticle =
      start > found.next || language === 'pt' || /^(?:beim|im|vom|zum|au|aux|al)$/.test(wordAt(tokens, at))
    if (kindsOfPlaces.has(wordAt(tokens, start)) && (hasArticle || !isCapital(tokens[start]))) continue
    const isCapitalised = language !== 'de' && isCapital(tokens[start])
    const isNumbered = found.value.isSure && isNumberedName(tokens, start)
    const mayFollow = isNumbered || isCapitalised || (found.value.isSure && (start === found.next || language === 'de'))
    const end = mayFollow ? nameEnd(tokens, start, isTaken) : start
    if (end > start) return named(reading, start, isCapitalised ? endInCapitals(tokens, end, isTaken) : end)
  }
  return undefined
}

// "Gimnasio Saldo": a word of ours that has the capital of the name before it belongs to the name. Titles give every word one.
function endInCapitals(tokens: readonly Token[], end: number, isTaken: (at: number) => boolean): number {
  if (tokens.filter(isCapital).length * 2 > tokens.length) return end
  let at = end
  while (isCapital(tokens[at]) && isCapital(tokens[at - 1]) && ownWords.has(wordAt(tokens, at)) && !isTaken(at)) at += 1
  return at
}

// "AMZN Mktp what is this": what a statement says, in its own capitals, before the question about it.
function findCopied(reading: Reading, isTaken: (at: number) => boolean): FoundMerchant | undefined {
  const { tokens } = reading
  if (tokens.every(({ kind, raw }) => kind !== 'word' || raw === raw.toUpperCase())) return undefined
  let end = 0
  while (end < tokens.length && end < nameWordsMax * 2 && !isTaken(end) && isPrinted(tokens, end)) end += 1
  while (end > 0 && tokens[end - 1]?.kind === 'mark') end -= 1
  const shouts = tokens.slice(0, end).some(({ raw, word }) => /^\p{Lu}{3,}$/u.test(raw) && !bankShorthand.has(word))
  return shouts && lookUp(questionsAbout, tokens, end) !== undefined ? named(reading, 0, end) : undefined
}

// "SQ *BLUE BOTTLE 0412": words with capitals, figures and the signs between them.
function isPrinted(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  if (token === undefined || lookUp(questionsAbout, tokens, at) !== undefined) return false
  if (token.kind === 'mark') return /^[*.&/#'’-]$/.test(token.raw)
  return at > 0 && token.kind === 'number' ? true : /^\p{Lu}/u.test(token.raw) && !bankShorthand.has(token.word)
}

// "hab ich Balance Gym schon bezahlt": in German two nouns in a row without an article are a name, and what stands before "bezahlt" was paid.
function findPaid(reading: Reading, language: Language, isTaken: (at: number) => boolean): FoundMerchant | undefined {
  const { tokens } = reading
  const paid = language === 'de' ? tokens.findLastIndex(({ word }) => paidInGerman.test(word)) : -1
  for (let at = 1; at < paid - 1; at += 1) {
    const isFirst = !isCapital(tokens[at - 1]) && !beforeNouns.test(wordAt(tokens, at - 1))
    if (!isFirst || !isNoun(tokens, at) || isTaken(at)) continue
    let end = at + 1
    while (end < paid && isNoun(tokens, end) && !isTaken(end)) end += 1
    if (end - at > 1 && end - at <= nameWordsMax) return named(reading, at, end)
  }
  return undefined
}

const paidInGerman = /^(?:bezahlt|gezahlt|uberwiesen|abgebucht|eingezogen|erstattet|zuruckgezahlt)$/
const beforeNouns =
  /^(?:der|die|das|den|dem|des|eine?[mnrs]?|(?:mein|dein|sein|ihr|unser|euer|kein)(?:e[mnrs]?)?|diese[mnrs]?|jede[mnrs]?|am|im|vom|zum|zur)$/

function isNoun(tokens: readonly Token[], at: number): boolean {
  return isCapital(tokens[at]) && (!stops.has(wordAt(tokens, at)) || beginsName(tokens, at))
}

function named(reading: Reading, from: number, to: number): FoundMerchant {
  return { words: typedWords(reading, from, to).toLowerCase(), from, to }
}

function skipArticle(tokens: readonly Token[], at: number, language: Language): number {
  const articles = {
    en: /^the$/,
    es: /^(?:el|la)$/,
    fr: /^(?:l|le|la)$/,
    de: /^(?:dem|der|den|die|das)$/,
    pt: /^(?:o|a)$/,
  }
  return articles[language].test(wordAt(tokens, at)) && tokens[at + 1]?.kind === 'word' ? at + 1 : at
}

function nameEnd(tokens: readonly Token[], start: number, isTaken: (at: number) => boolean): number {
  let end = start
  while (end < tokens.length && end - start < nameWordsMax * 2) {
    const token = tokens[end]
    if (token === undefined || isTaken(end) || !isNamePart(tokens, end, start)) break
    // "groceries" is no shop, "balance gym" is one.
    if (end === start && categoryAt(tokens, end) !== undefined && isStop(tokens[categoryAt(tokens, end)?.next ?? end]))
      break
    end += 1
  }
  while (end > start && tokens[end - 1]?.kind === 'mark') end -= 1
  return end
}

function isStop(token: Token | undefined): boolean {
  return token === undefined || token.kind === 'mark' || stops.has(token.word) || token.kind === 'number'
}

function isNamePart(tokens: readonly Token[], at: number, start: number): boolean {
  const token = tokens[at]
  if (token === undefined) return false
  if (token.kind === 'word') return !stops.has(token.word) || beginsName(tokens, at)
  // "h&m", "7-eleven", "amazon.de", "c & a".
  if (token.kind === 'mark') {
    const isLink = /^[&.+*'’-]$/.test(token.raw) && at > start
    const after = tokens[at + 1]
    return isLink && after?.kind === 'word' && (token.raw === '&' || (token.glued && after.glued))
  }
  return (at > start && token.glued) || (at === start && isNumberedName(tokens, at))
}

// "Balance Gym", "Card Factory": a word of ours before a word of theirs.
function beginsName(tokens: readonly Token[], at: number): boolean {
  const after = tokens[at + 1]
  return ownWords.has(wordAt(tokens, at)) && after?.kind === 'word' && !stops.has(after.word)
}

// "100 montaditos", "3 brasseurs": a small number before a word that is nothing counted.
function isNumberedName(tokens: readonly Token[], at: number): boolean {
  const after = tokens[at + 1]
  if (tokens[at]?.kind !== 'number' || !/^\d{1,3}$/.test(wordAt(tokens, at)) || after?.kind !== 'word') return false
  return !stops.has(after.word) && !kindsOfPlaces.has(after.word) && lookUp(countedWords, tokens, at + 1) === undefined
}

// Gives "netflix", "el corte inglés": names that nobody has to introduce.
function findKnown(reading: Reading, isTaken: (at: number) => boolean): FoundMerchant | undefined {
  for (let at = 0; at < reading.tokens.length; at += 1) {
    if (isTaken(at)) continue
    const found = lookUp(knownShops, reading.tokens, at)
    // "über" is not Uber.
    if (/[ü]/iu.test(reading.tokens[at]?.raw ?? '')) continue
    if (found !== undefined) return named(reading, at, found.next)
  }
  return undefined
}

// "the Balance Gym charge": a capital inside a sentence that is not written in capitals. Not in German, where nouns have them.
function findCapital(
  reading: Reading,
  language: Language,
  isTaken: (at: number) => boolean,
): FoundMerchant | undefined {
  const { tokens } = reading
  const capitals = tokens.filter((token) => isCapital(token)).length
  if (language === 'de' || capitals * 2 > tokens.length) return undefined
  for (let at = 1; at < tokens.length; at += 1) {
    const isBegin = /^[.?!:;"]$/.test(wordAt(tokens, at - 1))
    const token = tokens[at]
    if (isBegin || token === undefined || isTaken(at) || !isCapital(token) || stops.has(token.word)) continue
    let end = at + 1
    while (end < tokens.length && !isTaken(end) && isCapital(tokens[end]) && !stops.has(wordAt(tokens, end))) end += 1
    return named(reading, at, endInCapitals(tokens, end, isTaken))
  }
  return undefined
}

function isCapital(token: Token | undefined): boolean {
  return token?.kind === 'word' && token.raw.length > 1 && /^\p{Lu}\p{Ll}/u.test(token.raw)
}
