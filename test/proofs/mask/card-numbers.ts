import type { Seeded } from '../../setup/seeded.ts'

/** Schemes as their own documents give them: first digits, and how many digits there are. Written apart from the product's table. */
const schemes: readonly { readonly prefixes: readonly string[]; readonly lengths: readonly number[] }[] = [
  { prefixes: ['4'], lengths: [13, 16, 19] },
  { prefixes: ['51', '52', '53', '54', '55', '2221', '2229', '223', '229', '23', '26', '270', '271', '2720'], lengths: [16] },
  { prefixes: ['34', '37'], lengths: [15] },
  { prefixes: ['300', '301', '302', '303', '304', '305', '3095', '36', '38', '39'], lengths: [14, 16, 19] },
  { prefixes: ['6011', '644', '645', '646', '647', '648', '649', '65'], lengths: [16, 17, 18, 19] },
  { prefixes: ['3528', '3529', '353', '354', '355', '356', '357', '358'], lengths: [16, 17, 18, 19] },
  { prefixes: ['62', '81'], lengths: [16, 17, 18, 19] },
  { prefixes: ['5018', '5020', '5038', '5893', '6304', '6759', '6761', '6762', '6763'], lengths: [13, 14, 15, 16, 17, 18, 19] },
  { prefixes: ['2200', '2201', '2202', '2203', '2204'], lengths: [16, 17, 18, 19] },
  { prefixes: ['60', '6521', '6522', '508', '82', '353', '356'], lengths: [16] },
  { prefixes: ['4011', '438935', '451416', '5067', '5090', '627780', '636297', '6550'], lengths: [16] },
  { prefixes: ['606282', '384100', '637095'], lengths: [16, 19] },
  { prefixes: ['506099', '650002', '507865'], lengths: [16, 18, 19] },
  { prefixes: ['636', '637', '638', '639'], lengths: [16, 19] },
  { prefixes: ['2014', '2149', '1800', '2131', '1'], lengths: [15] },
  { prefixes: ['9792', '8600', '9860', '9704'], lengths: [16] },
] // prettier-ignore

/** A number of a card that could exist; with `wrong`, one whose check digit does not fit. */
export function cardNumber(choose: Seeded, wrong = false): string {
  const scheme = choose.pick(schemes)
  const prefix = choose.pick(scheme.prefixes)
  const length = choose.pick(scheme.lengths)
  let digits = prefix
  while (digits.length < length - 1) digits += String(choose.below(10))
  const check = checkDigit(digits)
  return digits + String(wrong ? (check + 1 + choose.below(9)) % 10 : check)
}

/** ISO/IEC 7812-1, annex B, by the book: double every second digit from the right. */
function checkDigit(digits: string): number {
  const values = [...digits].reverse().map((digit, index) => (index % 2 === 0 ? Number(digit) * 2 : Number(digit)))
  const sum = values.reduce((total, value) => total + (value > 9 ? value - 9 : value), 0)
  return (10 - (sum % 10)) % 10
}

/** The zero of every script that has digits, as this Unicode version knows them. */
const zeros: readonly number[] = Array.from({ length: 0x20000 }, (_, point) => point).filter(
  (point) => /\p{Nd}/u.test(String.fromCodePoint(point)) && tenFrom(point) && isFirst(point),
)

function tenFrom(point: number): boolean {
  return Array.from({ length: 10 }, (_, value) => String.fromCodePoint(point + value)).every((one) =>
    /\p{Nd}/u.test(one),
  )
}

function isFirst(point: number): boolean {
  let first = point
  while (first > 0 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1
  return (point - first) % 10 === 0
}

const separators = [
  ' ', ' ', ' ', '-', '-', '.', '/', '\n', '\t', '\u00a0', '\u2009', '\u202f', '\u3000', '\u2007', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212',
  '\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u200e', '\u00b7', '\u2044', '\u2215', '\uff0f', '\uff0d', '\uff0e', '\r\n', '--', ' -', '- ', ' . ', ' \u200b',
].filter((one) => one !== ' . ') // prettier-ignore

/** The number as somebody could type it: any script's digits, any grouping, up to two separators between digits. */
export function typed(choose: Seeded, digits: string): string {
  const zero = choose.below(3) === 0 ? choose.pick(zeros) : 48
  const shown = [...digits].map((digit) => String.fromCodePoint(zero + Number(digit)))
  const style = choose.below(6)
  const separator = choose.pick(separators)
  const sizes = digits.length === 15 ? [4, 6, 5] : digits.length === 14 ? [4, 6, 4] : [4, 4, 4, 4, 3]
  const borders = new Set(sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0)))
  return shown
    .map((one, index) => {
      if (index === 0 || style === 0) return one
      if (style <= 2) return borders.has(index) ? separator + one : one
      if (style === 3) return separator + one
      if (style === 4) return choose.below(3) === 0 ? separator + one : one
      return choose.below(3) === 0 ? choose.pick(separators) + one : one
    })
    .join('')
}
