/** What stands in for a card number in a stored text; its last four digits stay, as banks print them. */
const shown = '•••• '

// 12 to 19 digits, in groups divided by blanks, dots or hyphens, as people type card numbers; any script's digits.
const cardShape = /(?<![\p{Nd}])\p{Nd}(?:[ \t\u00a0.\u2010-\u2015-]{0,2}\p{Nd}){11,18}(?![\p{Nd}])/gu

/** The text with every card number masked before anybody stores it; the same text when there is none. */
export function maskSecrets(text: string): string {
  return text.replace(cardShape, (match) => {
    const digits = [...match].map(digitOf).filter((digit) => digit !== undefined)
    return isCardNumber(digits) ? shown + digits.slice(-4).join('') : match
  })
}

// ISO/IEC 7812-1, annex B (the Luhn check): what tells a card number from an order number.
function isCardNumber(digits: readonly number[]): boolean {
  const total = digits.reduceRight((sum, digit, index) => {
    const doubled = (digits.length - index) % 2 === 0 ? digit * 2 : digit
    return sum + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return total % 10 === 0 && digits.some((digit) => digit !== 0)
}

// Unicode keeps the ten digits of a script together, in order; so counting down to the script's zero gives the value.
function digitOf(character: string): number | undefined {
  if (!/^\p{Nd}$/u.test(character)) return undefined
  const point = character.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(point - value - 1))) value += 1
  return point < 128 ? point - 48 : value
}
