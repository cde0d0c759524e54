import { readWhose } from './read-answer.ts'
import { wordsOf } from './words-of.ts'

// As `wordsOf` writes them.
const unsure = [
  'not sure', 'unsure', 'dont know', 'do not know', 'dont remember', 'no idea', 'cant remember', 'no estoy seguro', 'no estoy segura',
  'no se', 'no lo se', 'no recuerdo', 'no me acuerdo', 'ni idea', 'pas sur', 'pas sure', 'je ne sais pas', 'je sais pas', 'aucune idee',
  'plus sur', 'nicht sicher', 'weiss nicht', 'weiß nicht', 'weiss ich nicht', 'weiß ich nicht', 'weiss es nicht', 'weiß es nicht', 'keine ahnung', 'unsicher', 'nao sei', 'nao tenho certeza',
  'nao lembro', 'sem certeza', 'nao me lembro',
] // prettier-ignore

const disowned = [
  'did not make', 'didnt make', 'never made', 'did not do', 'didnt do', 'dont recognise', 'dont recognize', 'do not recognise',
  'do not recognize', 'not recognise', 'not recognize', 'no lo hice', 'no lo he hecho', 'no hice', 'no he hecho', 'no lo reconozco', 'no reconozco',
  'nai pas fait', 'ne reconnais pas', 'reconnais pas', 'habe ich nicht', 'erkenne ich nicht', 'kenne ich nicht', 'nao fiz', 'nao reconheco',
  'nao conheco',
] // prettier-ignore

/** Longer texts say more than that. */
const wordsMax = 10

/**
 * What a text says of a payment that somebody was asked about, whatever else is open: that it was not theirs, or that they do not know.
 * "Yes, it was NOT me" says that it was not: where a card is at stake, the doubt protects.
 */
export function readDisowned(text: string): 'not-me' | 'not-sure' | undefined {
  const words = wordsOf(text)
  if (words.length === 0 || words.length > wordsMax) return undefined
  const line = ` ${words.join(' ')} `
  const says = (phrases: readonly string[]): boolean => phrases.some((phrase) => line.includes(` ${phrase} `))
  if (readWhose(text) === 'not-mine' || says(disowned)) return 'not-me'
  return says(unsure) ? 'not-sure' : undefined
}
