import type { CardSpan, Span } from './mask-cards.ts'

/** How far from a card number its expiry and code may stand, in UTF-16 units. */
const nearMax = 60

const month = '(?:0?[1-9]|1[0-2])'
const year = '(?:20)?[2-4]\\d'
const direct = new RegExp(
  `^[ ,;:.\\-/\\n]{0,4}(${month} ?[/.-] ?${year})(?!\\d)(?:[ ,;/-]{1,3}(\\d{3,4})(?!\\d|[.,/-]\\d))?`,
  'd',
)
const codeAlone =
  /^[ ,;/-]{1,3}(?:(?:and|y|et|und|e) )?(?:(?:the|el|le|der|o) )?(?:(?:security )?code[ :=]{1,3}|codigo[ :=]{1,3})?(\d{3,4})(?!\d|[ .,:/-]{0,2}\d|[ .,:/-]?[a-z€$£])/d
const named = new RegExp(
  `(?<![a-z])(?:exp(?:iry|ires?|iration)?(?: date)?|valid (?:thru|until|to)|good thru|cad(?:uca|ucidad)?|vence|vto|validez|valable(?: jusqu'au)?|expire(?: le)?|gultig bis|ablauf(?:datum)?|val(?:ido|idade)?(?: ate)?)[ .:]{0,3}(?:(?:is|es|ist|est|e|el|le|am|em|on) )?(${month} ?[/.-] ?${year})(?!\\d)`,
  'dg',
)

/** What belongs to a card number and stands beside it: month and year, and the code behind them. */
export function findCardDetails(folded: string, cards: readonly CardSpan[]): readonly Span[] {
  return cards.flatMap(({ start, end }) => [...besides(folded, end), ...around(folded, start, end)])
}

function besides(folded: string, end: number): readonly Span[] {
  const ahead = folded.slice(end, end + nearMax)
  const found = direct.exec(ahead) ?? codeAlone.exec(ahead)
  return [found?.indices?.[1], found?.indices?.[2]].flatMap((place) =>
    place === undefined ? [] : [{ start: end + place[0], end: end + place[1] }],
  )
}

function around(folded: string, start: number, end: number): readonly Span[] {
  const from = Math.max(start - nearMax, 0)
  return [...folded.slice(from, end + nearMax).matchAll(named)].flatMap(({ indices }) => {
    const place = indices?.[1]
    return place === undefined ? [] : [{ start: from + place[0], end: from + place[1] }]
  })
}
