import type { Seeded } from '../../setup/seeded.ts'
import { cardNumber, typed } from './card-numbers.ts'

// `#` is any digit, `x` one that is not 0. National and international ways of writing telephone numbers.
const phones = [
  '+1 (x##) x##-####', '+1 x## x## ####', '+1-x##-x##-####', '1-800-###-####', '(x##) x##-####', 'x##-x##-####', 'x##.x##.####', 'x## x## ####', '001 x## x## ####', 'x##-x##-#### ext. ####', '011 44 20 7### ####',
  '+44 20 7### ####', '+44 7### ######', '020 7### ####', '07### ######', '07### ### ###', '0044 7### ######', '+44 (0)20 7### ####', '+353 8# ### ####', '08# ### ####',
  '+34 6## ### ###', '6## ### ###', '6## ## ## ##', '9## ### ###', '0034 6## ### ###', '+52 1 55 #### ####', '55 #### ####', '+54 9 11 ####-####', '011 15-####-####', '+57 3## ### ####', '3## ### ####', '+56 9 #### ####', '+51 9## ### ###',
  '+33 6 ## ## ## ##', '06 ## ## ## ##', '06.##.##.##.##', '01-##-##-##-##', '0033 6 ## ## ## ##', '+32 4## ## ## ##', '04##/##.##.##', '+41 79 ### ## ##', '079 ### ## ##',
  '+49 15## #######', '+49 30 ########', '0151 ########', '030/########', '030 - ########', '0049 15## #######', '+49 (0) 89 ######', '+43 6## #######', '0664 / #######', '+4917########', '00491########',
  '+351 9## ### ###', '9## ### ###', '21# ### ###', '+55 11 9####-####', '(11) 9####-####', '11 9 #### ####', '0055 11 9####-####', '+5511########x', '00351 9## ### ###',
  '+91 9#### #####', '+86 1## #### ####', '+81 90-####-####', '+39 3## ### ####', '+48 ### ### ###', '+31 6 ########', '+971 5# ### ####', '+237 6## ## ## ##',
] // prettier-ignore

const words = [
  'call me on %', 'my number is %', '%', 'llámame al %', 'mi teléfono es %', 'appelle-moi au %', 'mon numéro : %', 'ruf mich an: %', 'meine Nummer ist %', 'me liga no %', 'meu telefone é %',
  'about % please', '%?', 'it says %', 'dice %', 'ça dit %', 'da steht %', 'diz %', '(%)', 'ref % thanks',
] // prettier-ignore

const orders = [
  'order %', 'order no. %', 'invoice %', 'tracking %', 'reference % on the statement', 'pedido %', 'factura %', 'commande %', 'facture %', 'Bestellung %', 'Rechnung %', 'Sendungsnummer %', 'encomenda %', 'fatura %',
] // prettier-ignore

// Countries, and how many characters follow the two check digits.
const ibans: readonly (readonly [string, number])[] = [
  ['DE', 18], ['ES', 20], ['FR', 23], ['PT', 21], ['AT', 16], ['CH', 17], ['NL', 14], ['BE', 12], ['GB', 18], ['IE', 18], ['IT', 23], ['LU', 16], ['BR', 25], ['NO', 11], ['PL', 24],
] // prettier-ignore

/** Kinds of texts that look like a card number and are none, each with how one is made. */
export const nearMisses: Readonly<Record<string, (choose: Seeded) => string>> = {
  'runs that fail the check': (choose) => in_(choose, words, typed(choose, cardNumber(choose, true))),
  'telephone numbers': (choose) => in_(choose, words, fill(choose, choose.pick(phones))),
  'dates and times': (choose) => in_(choose, words, dates(choose)),
  'IBAN-shaped references': (choose) => in_(choose, words, brokenIban(choose)),
  'lists of amounts': (choose) => in_(choose, words, amounts(choose)),
  'order numbers that fail the check': (choose) => in_(choose, orders, orderNumber(choose)),
}

function in_(choose: Seeded, sentences: readonly string[], piece: string): string {
  return choose.pick(sentences).replace('%', () => piece)
}

function fill(choose: Seeded, pattern: string): string {
  return pattern.replace(/[#x]/g, (one) => String(one === 'x' ? 1 + choose.below(9) : choose.below(10)))
}

const two = (value: number): string => String(value).padStart(2, '0')

function dates(choose: Seeded): string {
  const day = (): string => {
    const [d, m, y] = [two(1 + choose.below(28)), two(1 + choose.below(12)), String(2015 + choose.below(20))]
    const by = choose.pick(['/', '.', '-'])
    return choose.pick([
      [d, m, y].join(by),
      [y, m, d].join(by),
      [m, d, y].join(by),
      `${y}${m}${d}`,
      [d, m, y.slice(2)].join(by),
    ])
  }
  const time = (): string => {
    const [h, m, s] = [two(choose.below(24)), two(choose.below(60)), two(choose.below(60))]
    return choose.pick([`${h}:${m}`, `${h}:${m}:${s}`, `${h}.${m}`, `${h}h${m}`, `${h}${m}${s}`])
  }
  const shapes = [
    () => day(), () => `${day()} ${time()}`, () => `${day()}T${time()}Z`, () => `${day()} - ${day()}`, () => `${day()}-${day()}`, () => `${day()} ${day()}`, () => `${day()}\n${day()}\n${day()}`,
    () => `${day()} ${time()} - ${time()}`, () => `${day()} to ${day()}`, () => `${day()} al ${day()}`, () => `${day()} bis ${day()}`,
  ] // prettier-ignore
  return choose.pick(shapes)()
}

function brokenIban(choose: Seeded): string {
  const [country, length] = choose.pick(ibans)
  const bank = country === 'GB' || country === 'IE' || country === 'NL' ? choose.pick(['NWBK', 'ABNA', 'BOFI']) : ''
  const account = bank + fill(choose, '#'.repeat(length - bank.length))
  const right = checkOf(country, account)
  const wrong = 2 + ((right - 2 + 1 + choose.below(95)) % 97)
  const solid = `${country}${two(wrong)}${account}`
  const shown =
    choose.below(2) === 0 ? solid : (solid.match(/.{1,4}/g) ?? []).join(choose.pick([' ', ' ', ' ', '-', '\u00a0']))
  return choose.below(4) === 0 ? shown.toLowerCase() : shown
}

// ISO 7064, mod 97-10.
function checkOf(country: string, account: string): number {
  const numbers = [...`${account}${country}00`].map((one) => Number.parseInt(one, 36)).join('')
  return 98 - Number(BigInt(numbers) % 97n)
}

function amounts(choose: Seeded): string {
  const [thousands, point] = choose.pick([[',', '.'], ['.', ','], [' ', ','], ['', '.'], ['', ',']] as const) // prettier-ignore
  const amount = (): string => {
    const whole = String(1 + choose.below(choose.pick([90, 900, 9_000, 90_000])))
    return `${whole.replace(/\B(?=(\d{3})+$)/g, thousands)}${point}${two(choose.below(100))}`
  }
  const sign = choose.pick(['', '', '€', '$', ' EUR', ' R$'])
  const by = choose.pick([' ', ', ', '; ', ' + ', '\n', ' - ', ' / '])
  return Array.from({ length: 2 + choose.below(7) }, () => `${amount()}${sign}`).join(by)
}

function orderNumber(choose: Seeded): string {
  const length = 9 + choose.below(9)
  const digits = failing(choose, length)
  const shapes = [
    digits,
    `#${digits}`,
    `${choose.pick(['AB', 'X', 'INV', 'PO'])}-${digits}`,
    `${digits.slice(0, 3)}-${digits.slice(3, 10)}-${digits.slice(10)}`,
  ]
  return choose.pick(shapes)
}

function failing(choose: Seeded, length: number): string {
  for (;;) {
    const digits = fill(choose, `x${'#'.repeat(length - 1)}`)
    const sum = [...digits].reverse().reduce((total, digit, index) => {
      const value = index % 2 === 1 ? Number(digit) * 2 : Number(digit)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
    if (sum % 10 !== 0) return digits
  }
}
