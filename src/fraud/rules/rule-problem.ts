/** Where in a sentence something stands, in UTF-16 units: `from` included, `to` not. */
export type Span = { readonly from: number; readonly to: number }

/** What can be wrong with a sentence, each with the details its words need. */
export type RuleProblemCode =
  | 'too-long'
  | 'too-deep'
  | 'too-many'
  | 'strange-character'
  | 'unfinished-text'
  | 'bad-number'
  | 'expected'
  | 'and-or-mixed'
  | 'unknown-name'
  | 'not-a-condition'
  | 'types-differ'
  | 'needs-unit'
  | 'other-currency'
  | 'bad-share'
  | 'no-order'
  | 'no-arithmetic'
  | 'bad-value'
  | 'not-a-list'
  | 'bad-id'
  | 'same-id'
  | 'no-such-feature'

/** One thing wrong with a sentence: where, the offending words, and what to write there instead if that is plain. */
export type RuleProblem = Span & {
  readonly code: RuleProblemCode
  readonly words: string
  readonly details: { readonly [detail: string]: string }
  readonly suggestion?: string
}

/** A problem in plain English, for the command line; the console has its own words by code. */
export function sayProblem(problem: RuleProblem): string {
  const { words, details, suggestion } = problem
  const hint = suggestion === undefined ? '' : ` Did you mean ${quoted(suggestion)}?`
  return sentences[problem.code](words === '' ? 'the end' : quoted(words), details) + hint
}

type Say = (words: string, details: { readonly [detail: string]: string }) => string

const sentences: Readonly<Record<RuleProblemCode, Say>> = {
  'too-long': (_, { max }) => `A sentence has at most ${max} characters.`,
  'too-deep': (_, { max }) => `Parentheses and "not" go at most ${max} deep.`,
  'too-many': (_, { what, max }) => `There are at most ${max} ${what}.`,
  'strange-character': (words) => `${words} means nothing here.`,
  'unfinished-text': (words) => `The text ${words} has no closing quote.`,
  'bad-number': (words) => `${words} is no number: digits, and a point before at most six decimals.`,
  expected: (words, { what }) => `Expected ${what}, found ${words}.`,
  'and-or-mixed': () => 'Say with ( ) which belong together: "and" and "or" are mixed.',
  'unknown-name': (words) => `Nothing is called ${words}.`,
  'not-a-condition': (words, { type }) => `${words} is ${type}, not something that is true or false.`,
  'types-differ': (words, { left, right }) => `${words} compares ${left} with ${right}.`,
  'needs-unit': (words, { type }) => `${words} needs its unit, to be ${type}.`,
  'other-currency': (words, { currency }) => `${words}: amounts here are in ${currency}.`,
  'bad-share': (words) => `${words} is no share: a number from 0 to 1, or a percentage up to 100%.`,
  'no-order': (words, { type }) => `${words}: ${type} is not more or less than another.`,
  'no-arithmetic': (words, { left, right }) => `${words} cannot be reckoned with: ${left} and ${right}.`,
  'bad-value': (words, { what }) => `${words} is not ${what}.`,
  'not-a-list': (words, { what }) => `${words} is not a list of ${what}.`,
  'bad-id': (words) => `${words} cannot be a rule’s id: lower-case words joined by hyphens, at most 40 characters.`,
  'same-id': (words) => `Two rules are called ${words}.`,
  'no-such-feature': (words) => `${words} is not among the features that are reckoned here.`,
}

function quoted(words: string): string {
  return words.startsWith('"') ? words : `"${words}"`
}
