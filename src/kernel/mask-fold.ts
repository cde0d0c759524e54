/**
 * The text as masking reads it, unit for unit as long as the text, so that what is found in one can be replaced in the
 * other: digits of every script are ASCII digits, letters are small and bare (NFKC and accents off, where that stays one
 * letter), every kind of blank is a blank, every hyphen `-`, every dot `.`, every slash `/`. What is seen by nobody
 * (zero-width characters, combining marks, second halves of astral characters) is {@link unseen}.
 */
export function foldText(text: string): string {
  if (isAscii.test(text)) return foldAscii(text)
  // The same few characters come again and again.
  const known = new Map<string, string>()
  let folded = ''
  for (const character of text) {
    const one = known.get(character) ?? foldOne(character)
    known.set(character, one)
    folded += one
  }
  return folded
}

function foldOne(character: string): string {
  if (character.length > 1) return foldOther(character) + unseen
  return character < '\u0080' ? foldAscii(character) : foldOther(character)
}

/** Stands for what is there and cannot be seen. */
export const unseen = '\u200b'

const isAscii = /^\p{ASCII}*$/u

function foldAscii(text: string): string {
  return text
    .toLowerCase()
    .replace(/\\/g, '/')
    .replace(/_/g, '-')
    .replace(/\r/g, unseen)
    .replace(/\p{Cc}/gu, ' ')
}

// One unit for one character, whatever stands for it.
function foldOther(character: string): string {
  if (/[\p{L}\p{N}]/u.test(character)) return foldLetter(character)
  if (/[\p{Z}\u2800]/u.test(character)) return ' '
  if (/[\p{Pd}\u2212\u2043\u02d7]/u.test(character)) return '-'
  if (/[\u00b7\u2022\u2024\u2027\u2219\u22c5\u3002\u30fb\uff0e\uff61\uff65\u06d4]/.test(character)) return '.'
  if (/[\u2044\u2215\u29f8\uff0f\u2571\uff3c]/.test(character)) return '/'
  if (/[\p{Cf}\p{M}\p{Cc}]/u.test(character)) return unseen
  const compatible = character.normalize('NFKC')
  return compatible.length === 1 ? compatible : '\ufffc'
}

function foldLetter(character: string): string {
  if (/\p{Nd}/u.test(character)) return String(valueOf(character))
  // Fillers that are letters by name and blank by look.
  if (/[\u115f\u1160\u3164\uffa0]/.test(character)) return ' '
  const plain = character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  if (plain.length === 1) return plain
  // Circled, bracketed and dotted digits: the digit alone.
  const digit = /^[(]?(\d)[.,)]?$/.exec(plain)?.[1]
  return digit ?? (character.length === 1 ? character.toLowerCase().slice(0, 1) : '\ufffc')
}

// Unicode keeps the digits of a script together in tens, in order; so counting back to where digits begin gives the value.
function valueOf(character: string): number {
  const point = character.codePointAt(0) ?? 0
  let first = point
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1
  return (point - first) % 10
}
