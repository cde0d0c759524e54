import type { OpenKind } from './understood.ts'
import { wordsOf } from './words-of.ts'

/** What a text says to a question that can be answered with yes or no. `neither`: "no problem" and the like. */
export type Answer = 'yes' | 'no' | 'unclear' | 'neither'

// As `wordsOf` writes them. Only words that stand for an answer by themselves.
const yesWords = new Set([
  'yes', 'y', 'yep', 'yeah', 'yea', 'yup', 'ya', 'sure', 'ok', 'okay', 'okey', 'aye', 'correct', 'indeed', 'affirmative',
  'si', 'sip', 'claro', 'vale', 'dale', 'correcto', 'exacto', 'bueno',
  'oui', 'ouais', 'ouaip', 'daccord', 'volontiers', 'exact',
  'ja', 'jo', 'jup', 'jep', 'jawohl', 'klar', 'gerne', 'genau', 'stimmt', 'passt',
  'sim', 'ss', 'certo', 'beleza', 'isso', 'pode', 'positivo', 'blz',
]) // prettier-ignore
const yesPhrases = [
  'go ahead', 'do it', 'of course', 'go for it', 'hazlo', 'por supuesto', 'de acuerdo', 'bien sur', 'vas y', 'allez y', 'fais le', 'mach das', 'mach es', 'na klar',
  'pode ser', 'com certeza', 'faz isso',
] // prettier-ignore
const noWords = new Set([
  'no', 'n', 'nope', 'nah', 'nay', 'never', 'cancel', 'nop', 'nunca', 'cancela', 'cancelar', 'non', 'nan', 'jamais', 'annule', 'annuler',
  'nein', 'ne', 'nee', 'noe', 'niemals', 'abbrechen', 'nao', 'nem',
]) // prettier-ignore
const noPhrases = [
  'not now', 'leave it', 'never mind', 'nevermind', 'dont do it', 'do not do it', 'rather not', 'leave them', 'leave that', 'ahora no', 'dejalo', 'mejor no', 'pas maintenant', 'laisse tomber', 'surtout pas',
  'lieber nicht', 'lass es', 'lass das', 'nicht jetzt', 'agora nao', 'deixa pra la', 'melhor nao', 'nao precisa',
] // prettier-ignore
// "No" that is no answer.
const harmless = [
  'no problem', 'no problems', 'no worries', 'no prob', 'no idea', 'no thanks necessary', 'no hay problema', 'ningun problema', 'sin problema', 'no pasa nada', 'no te preocupes',
  'pas de probleme', 'pas de souci', 'aucun probleme', 'kein problem', 'keine ursache', 'keine sorge', 'macht nichts', 'sem problema', 'sem problemas', 'nao tem problema', 'de nada', 'no sweat', 'no rush',
] // prettier-ignore
const notMine = [
  'not me', 'wasnt me', 'was not me', 'isnt me', 'not mine', 'wasnt mine', 'didnt do', 'did not do', 'didnt make', 'not by me', 'no fui yo', 'no he sido yo', 'yo no fui', 'no era yo', 'no es mio',
  'pas moi', 'nest pas moi', 'netait pas moi', 'nicht ich', 'war ich nicht', 'ich nicht', 'nicht von mir', 'nao fui eu', 'nao era eu', 'nao foi eu', 'eu nao', 'nao e meu',
] // prettier-ignore
const mine = [
  'was me', 'its me', 'it is me', 'thats me', 'by me', 'i did', 'i made', 'that was mine', 'fui yo', 'he sido yo', 'era yo', 'soy yo', 'cest moi', 'cetait moi', 'etait moi',
  'war ich', 'das bin ich', 'ich wars', 'von mir', 'fui eu', 'era eu', 'sou eu', 'foi eu',
] // prettier-ignore

/** Longer texts are more than an answer, whatever they begin with. */
const answerWordsMax = 8

/** What a text says, and how many of its words belong to something else. */
export type ReadAnswer = { readonly says: Answer; readonly others: number }

/**
 * Reads a text as an answer to an open question; undefined where it is none. A text that says both, such as "yes it was NOT me", is
 * unclear: it is asked again, never guessed.
 */
export function readAnswer(text: string, kind: OpenKind | undefined): ReadAnswer | undefined {
  const thumbs = readThumbs(text)
  const words = wordsOf(text)
  if (words.length === 0) return thumbs === undefined ? undefined : { says: thumbs, others: 0 }
  if (words.length > answerWordsMax) return undefined
  const line = lineOf(text)
  const calm = countIn(line, harmless)
  if (calm > 0) return { says: 'neither', others: Math.max(0, words.length - calm) }
  const whose = whoseIn(line)
  const says = decide({
    kind,
    whose,
    yes: thumbs === 'yes' || words.some(isYes) || countIn(line, yesPhrases) > 0,
    no: thumbs === 'no' || words.some((word) => noWords.has(word)) || countIn(line, noPhrases) > 0,
    isPolite: onlyPolite(words),
  })
  const meant = words.filter((word) => isYes(word) || noWords.has(word) || polite.has(word)).length
  const phrases = [yesPhrases, noPhrases, notMine, mine].reduce((sum, each) => sum + countIn(line, each), 0)
  return says === undefined ? undefined : { says, others: Math.max(0, words.length - meant - phrases) }
}

/** Whose a text says that something was: "no, that was me" is the writer's, "that wasn't me" is not. */
export function readWhose(text: string): 'mine' | 'not-mine' | undefined {
  return whoseIn(lineOf(text))
}

function whoseIn(line: string): 'mine' | 'not-mine' | undefined {
  if (countIn(line, notMine) > 0) return 'not-mine'
  return countIn(line, mine) > 0 ? 'mine' : undefined
}

// "No, fui yo" is not "no fui yo": what a comma parts stays apart.
function lineOf(text: string): string {
  return ` ${text
    .split(/[,.;:!?\n]+/u)
    .map((part) => wordsOf(part).join(' '))
    .join(' | ')} `
}

type Said = {
  readonly kind: OpenKind | undefined
  readonly whose: 'mine' | 'not-mine' | undefined
  readonly yes: boolean
  readonly no: boolean
  readonly isPolite: boolean
}

function decide({ kind, whose, yes, no, isPolite }: Said): Answer | undefined {
  // "No, that was me" says whose it was; "yes, it was not me" says two things.
  if (whose === 'not-mine') return yes && !isPolite ? 'unclear' : 'no'
  if (whose === 'mine') return kind === undefined || kind === 'was_it_you' || !no ? 'yes' : 'unclear'
  if (yes && no) return isPolite ? 'no' : 'unclear'
  if (no) return 'no'
  return yes ? 'yes' : undefined
}

const polite = new Set(['please', 'thanks', 'thank', 'you', 'por', 'favor', 'gracias', 'merci', 'bitte', 'danke', 'obrigado', 'obrigada', 'svp', 'stp', 'the', 'it', 'them', 'all', 'one', 'this', 'that', 'was', 'is', 'das', 'es', 'era', 'cest', 'mate', 'man', 'good']) // prettier-ignore

function isYes(word: string): boolean {
  // "Yesss", "siii", "jaaa": the last letter held down.
  return yesWords.has(word) || yesWords.has(word.replace(/(\p{L})\1+$/u, '$1'))
}

/** "No please", "no ok": the only yes in it is politeness. */
function onlyPolite(words: readonly string[]): boolean {
  const softeners = new Set(['please', 'ok', 'okay', 'vale', 'sure'])
  return words.filter(isYes).every((word) => softeners.has(word))
}

// Emoji stand in a class of their own characters, some with a skin tone or a selector behind them.
function readThumbs(text: string): Answer | undefined {
  const yes = /[\u{1F44D}\u{1F44C}\u2705\u2714\u{1F197}\u{1F64F}]/u.test(text)
  const no = /[\u{1F44E}\u274C\u{1F6AB}\u26D4\u{1F645}]/u.test(text)
  if (yes && no) return 'unclear'
  return yes ? 'yes' : no ? 'no' : undefined
}

/** How many words of these phrases stand in the line. */
function countIn(line: string, phrases: readonly string[]): number {
  return phrases
    .filter((phrase) => line.includes(` ${phrase} `))
    .reduce((most, phrase) => Math.max(most, phrase.split(' ').length), 0)
}
