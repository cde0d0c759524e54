/** What a number's first digits say about the card: how many digits such numbers have. */
type Issuer = { readonly from: number; readonly to: number; readonly lengths: readonly number[] }

const many = [16, 17, 18, 19]

// First digits (ISO/IEC 7812) of the card schemes, as ranges of four digits, with the lengths their numbers come in.
const issuers: readonly Issuer[] = [
  { from: 1000, to: 1999, lengths: [15] }, // UATP; JCB's 1800
  { from: 2014, to: 2014, lengths: [15] }, // enRoute
  { from: 2131, to: 2131, lengths: [15] }, // JCB
  { from: 2149, to: 2149, lengths: [15] }, // enRoute
  { from: 2200, to: 2205, lengths: many }, // Mir, Borica
  { from: 2221, to: 2720, lengths: [16] }, // Mastercard
  { from: 3000, to: 3059, lengths: [14, ...many] }, // Diners Club
  { from: 3090, to: 3099, lengths: [14, ...many] },
  { from: 3400, to: 3499, lengths: [15] }, // American Express
  { from: 3528, to: 3589, lengths: many }, // JCB, RuPay's 353 and 356
  { from: 3600, to: 3699, lengths: [14, ...many] }, // Diners Club
  { from: 3700, to: 3799, lengths: [15] }, // American Express
  { from: 3800, to: 3999, lengths: [14, ...many] }, // Diners Club, Hipercard's 3841
  { from: 4000, to: 4999, lengths: [13, 16, 18, 19] }, // Visa and what shares its numbers
  { from: 5000, to: 5099, lengths: [13, 14, 15, ...many] }, // Maestro, Elo, Verve, RuPay
  { from: 5100, to: 5599, lengths: [16] }, // Mastercard
  { from: 5600, to: 5999, lengths: [13, 14, 15, ...many] }, // Maestro, UzCard
  { from: 6000, to: 6999, lengths: [13, 14, 15, ...many] }, // Discover, UnionPay, Maestro, RuPay, Elo, Hipercard, Verve
  { from: 8100, to: 8299, lengths: many }, // UnionPay, RuPay
  { from: 8600, to: 8600, lengths: [16] }, // UzCard
  { from: 9704, to: 9704, lengths: many }, // Napas
  { from: 9792, to: 9792, lengths: [16] }, // Troy
  { from: 9860, to: 9860, lengths: [16] }, // Humo
]

/** Whether cards exist whose numbers begin like this and are as long. */
export function isKnownCard(digits: string): boolean {
  return matching(digits).some(({ lengths }) => lengths.includes(digits.length))
}

/**
 * Whether these can be the first digits of a card's number that goes on. Of Visa's numbers only those of up to 16 digits
 * count here: longer ones are hardly in use, and every 16-digit reference that begins with a 4 would be half a card.
 */
export function mayBeginCard(digits: string): boolean {
  return matching(digits).some(({ from, lengths }) => {
    const longest = from === 4000 ? 16 : Math.max(...lengths)
    return digits.length < longest
  })
}

/** How many first digits of such a number tell nothing that is worth hiding: PCI DSS 4.0.1 (3.4.1) lets a bank's digits be seen. */
export function openDigitsMax(digits: string): number {
  return digits.startsWith('3') && !digits.startsWith('35') ? 6 : 8
}

function matching(digits: string): readonly Issuer[] {
  const low = Number(digits.slice(0, 4).padEnd(4, '0'))
  const high = Number(digits.slice(0, 4).padEnd(4, '9'))
  return issuers.filter(({ from, to }) => from <= high && to >= low)
}

/** ISO/IEC 7812-1, annex B (the Luhn check): what tells a card number from an order number. */
export function passesLuhn(digits: string): boolean {
  let total = 0
  for (let index = 0; index < digits.length; index += 1) {
    const value = digits.charCodeAt(digits.length - 1 - index) - 48
    const doubled = index % 2 === 1 ? value * 2 : value
    total += doubled > 9 ? doubled - 9 : doubled
  }
  return total % 10 === 0 && /[1-9]/.test(digits)
}
