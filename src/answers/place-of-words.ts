import type { Disclosure, Secret } from '../kernel/index.ts'

/** What a person's words are judged by. */
export type WordsAsked = {
  /** What the customer lets this channel carry at this moment; the least of all that is shared in it, `sealed` where nothing is. */
  readonly level: Disclosure
  /** Merchants, places and names that somebody read at a bank for this conversation; figures need not be told. */
  readonly read: readonly Secret<string>[]
}

/**
 * Where what a person of the staff wrote may go (P1: what an agent types passes the same rule). Full: the chat. Else words with any figure, written
 * in digits or spelled out, a currency, or a name that was read at the bank, go to the page behind the passkey, whole: a
 * sentence cannot be rounded. It errs on the side of the page; words without any of these say nothing that a rule could find.
 */
export function placeOfWords(words: Secret<string>, { level, read }: WordsAsked): 'chat' | 'sealed-page' {
  if (level === 'full') return 'chat'
  const text = plain(words.reveal())
  const named = read.map((name) => plain(name.reveal()).trim()).filter((name) => name !== '')
  const isSaid =
    figure.test(words.reveal()) ||
    figure.test(text) ||
    spelledOut.test(text) ||
    named.some((name) => text.includes(name))
  return isSaid ? 'sealed-page' : 'chat'
}

// Digits and numerals of every script, and signs of currencies.
const figure = /[\p{N}\p{Sc}%‰]/u

// Compared without marks and case, and without what is not seen, so that neither an accent nor a hidden character hides a number.
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
}

// German joins its numbers ("zweihundertdrei"), so its parts count inside a word; other words stand alone.
const inside = 'hundert|tausend|zwanzig|dreissig|dreißig|vierzig|funfzig|sechzig|siebzig|achtzig|neunzig|million'
const alone = [
  'two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|grand|dozen|half',
  'dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|trece|catorce|quince|dieciseis|diecisiete|dieciocho|diecinueve|veinte|veinti\\w+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|ciento|\\w*cientos|quinientos|mil',
  'deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|cents?|mille',
  'zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf|zwolf|\\w+zehn',
  'dois|duas|quatro|sete|oito|nove|dez|doze|treze|quinze|dezesseis|dezessete|dezoito|dezenove|vinte|trinta|quarenta|cinquenta|sessenta|oitenta|cem|cento|\\w*centos',
  'dollars?|euros?|pounds?|pesos?|francs?|reais|real|bucks?|quid|eur|usd|gbp|brl|mxn|chf|per ?cent|prozent|por ciento|por cento|pour cent',
].join('|')
const spelledOut = new RegExp(`(?<![\\p{L}])(?:${alone})(?![\\p{L}])|${inside}`, 'u')
