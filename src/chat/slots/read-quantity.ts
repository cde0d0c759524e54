import type { Language } from '../../channels/index.ts'
import { type Money, digitsOf } from '../../kernel/index.ts'
import { factors } from './amount-words.ts'
import { readNumberWords } from './number-words.ts'
import { lookUp } from './phrase-table.ts'
import { readNumeral } from './read-numeral.ts'
import type { Token } from './tokens.ts'

/** A number of anything: digits, decimals, a factor such as "k", and how it was written. */
export type Quantity = {
  readonly digits: bigint
  readonly decimals: number
  readonly factor: bigint
  readonly isSpelled: boolean
  readonly next: number
}

/** Where a quantity is read, and by whose habits. */
export type QuantityHints = {
  readonly languages: readonly Language[]
  readonly decimalSign: '.' | ','
  readonly currency?: string
}

/** The number at a place: digits with any separators ("1 234,56", "12,-"), or words; with its factor. */
export function readQuantity(tokens: readonly Token[], at: number, hints: QuantityHints): Quantity | undefined {
  return tokens[at]?.kind === 'number' ? readDigits(tokens, at, hints) : readWords(tokens, at, hints)
}

function readDigits(tokens: readonly Token[], at: number, hints: QuantityHints): Quantity | undefined {
  const end = groupsEnd(tokens, at)
  const groups = tokens.slice(at, end).map((token) => token.raw)
  const factor = factorAt(tokens, end)
  const numeral = readNumeral(groups.join(' '), {
    decimalSign: hints.decimalSign,
    decimals: hints.currency === undefined ? 2 : digitsOf(hints.currency),
    hasFactor: factor !== undefined,
  })
  if (numeral === undefined) return undefined
  return { ...numeral, factor: factor?.value ?? 1n, isSpelled: false, next: factor?.next ?? dashEnd(tokens, end) }
}

// "1 234 567,50": a first group of up to three digits, then groups of exactly three, one blank apart.
function groupsEnd(tokens: readonly Token[], at: number): number {
  let end = at + 1
  if (!/^[1-9]\d{0,2}$/.test(tokens[at]?.raw ?? '')) return end
  while (isGroup(tokens, end)) {
    end += 1
    if (/[.,]/.test(tokens[end - 1]?.raw ?? '')) break
  }
  return end
}

function isGroup(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  const before = tokens[at - 1]
  if (token?.kind !== 'number' || before === undefined || token.start - before.end !== 1) return false
  return /^\d{3}(?:[.,]\d{1,3})?$/.test(token.raw)
}

// "50,-" and "12.–": no hundredths.
function dashEnd(tokens: readonly Token[], end: number): number {
  const [comma, dash] = [tokens[end], tokens[end + 1]]
  const isDash = comma?.glued === true && /^[.,]$/.test(comma.raw) && dash?.glued === true && /^[-–—]$/.test(dash.raw)
  return isDash && tokens[end + 2]?.kind !== 'number' ? end + 2 : end
}

function factorAt(
  tokens: readonly Token[],
  end: number,
): { readonly value: bigint; readonly next: number } | undefined {
  const first = lookUp(factors, tokens, end)
  if (first === undefined) return undefined
  const second = lookUp(factors, tokens, first.next)
  if (second === undefined) return first
  return { value: first.value * second.value, next: second.next }
}

function readWords(tokens: readonly Token[], at: number, hints: QuantityHints): Quantity | undefined {
  for (const language of hints.languages) {
    const spelled = readNumberWords(tokens, at, language)
    if (spelled === undefined) continue
    const fraction = decimalWordAt(tokens, spelled.next)
      ? readNumberWords(tokens, spelled.next + 1, language)
      : undefined
    const part = fraction === undefined || fraction.tenths % 10n !== 0n ? 0n : fraction.tenths / 10n
    if (fraction !== undefined && part > 0n && part < 100n) {
      const hundredths = part < 10n ? part * 10n : part
      const factor = factorAt(tokens, fraction.next)
      const digits = spelled.tenths * 10n + hundredths
      return { digits, decimals: 2, factor: factor?.value ?? 1n, isSpelled: true, next: factor?.next ?? fraction.next }
    }
    return { digits: spelled.tenths, decimals: 1, factor: 1n, isSpelled: true, next: spelled.next }
  }
  return undefined
}

// "dos con cincuenta euros", "zwei Komma fünf Millionen".
function decimalWordAt(tokens: readonly Token[], at: number): boolean {
  return /^(?:con|coma|punto|komma|virgule|virgula|ponto|point)$/.test(tokens[at]?.word ?? '')
}

/** So much money. Undefined when it has a fraction of the smallest coin: an amount is never rounded by us. */
export function moneyOf(
  quantity: { readonly digits: bigint; readonly decimals: number; readonly factor: bigint },
  { currency, isHundredth = false, times = 1n }: { currency: string; isHundredth?: boolean; times?: bigint },
): Money | undefined {
  const unit = 10n ** BigInt(digitsOf(currency))
  const dividend = quantity.digits * quantity.factor * times * unit
  const divisor = 10n ** BigInt(quantity.decimals) * (isHundredth ? 100n : 1n)
  return dividend % divisor === 0n ? { minor: dividend / divisor, currency } : undefined
}
