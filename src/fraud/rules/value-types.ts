/** What a text is about: texts about different things are not compared. */
export const textKinds = ['card', 'merchant', 'terminal', 'device', 'category', 'country', 'presence'] as const
export type TextKind = (typeof textKinds)[number]

/** What a value is. `words`: a text or word written in a sentence, which is about whatever it is compared with. */
export type ValueType =
  | { readonly is: 'number' | 'share' | 'money' | 'duration' | 'condition' | 'words' }
  | { readonly is: 'text'; readonly of: TextKind }
  | { readonly is: 'list'; readonly of: TextKind }

/** A type in words, for problems and completion. */
export function sayType(type: ValueType): string {
  switch (type.is) {
    case 'number':
    case 'share':
    case 'duration':
    case 'condition':
      return `a ${type.is}`
    case 'money':
      return 'an amount of money'
    case 'words':
      return 'a text'
    case 'text':
      return `a ${type.of}`
    case 'list':
      return `a list of ${pluralOf(type.of)}`
  }
}

export function pluralOf(kind: TextKind): string {
  if (kind === 'country') return 'countries'
  if (kind === 'category') return 'categories'
  return kind === 'presence' ? 'kinds of presence' : `${kind}s`
}

/** How the card was there; `unknown` in an event is a missing value. */
export const presences = { in_person: 'in-person', online: 'online', recurring: 'recurring' } as const

/** What a written text must look like to be about this kind, in words; undefined when it does. */
export function flawOfText(kind: TextKind, text: string): string | undefined {
  switch (kind) {
    case 'country':
      return isLetters(text, 2) ? undefined : 'a country: two capitals, such as FR'
    case 'category':
      return isDigits(text, 4) ? undefined : 'a merchant category: four digits in quotes, such as "5411"'
    case 'presence':
      return Object.hasOwn(presences, text) ? undefined : `one of ${Object.keys(presences).join(', ')}`
    default:
      return undefined
  }
}

function isLetters(text: string, length: number): boolean {
  return text.length === length && [...text].every((letter) => letter >= 'A' && letter <= 'Z')
}

function isDigits(text: string, length: number): boolean {
  return text.length === length && [...text].every((digit) => digit >= '0' && digit <= '9')
}
