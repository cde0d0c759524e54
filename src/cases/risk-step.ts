import { digitsOf } from '../kernel/index.ts'
import type { Money } from '../kernel/index.ts'

// From which whole unit of the currency each step begins: what two people treat alike, and wide enough that a step is no amount.
const floors = [0n, 50n, 200n, 1_000n, 5_000n, 20_000n] as const

/** How much is at risk, as far as a case knows it while its evidence is closed: a step of one currency. */
export type RiskStep = { readonly step: number; readonly currency: string }

/** The step in which the sum of these amounts lies, of the first one's currency; undefined: nothing is known. Amounts in other currencies are left out. */
export function riskStepOf(amounts: readonly Money[]): RiskStep | undefined {
  const [first] = amounts
  if (first === undefined) return undefined
  const { currency } = first
  const minor = amounts
    .filter((each) => each.currency === currency)
    .reduce((sum, each) => sum + (each.minor < 0n ? -each.minor : each.minor), 0n)
  const unit = 10n ** BigInt(digitsOf(currency))
  return { step: floors.findLastIndex((floor) => minor >= floor * unit), currency }
}

/** What a step stands for: from this amount on, and below that one. */
export function boundsOf({ step, currency }: RiskStep): { readonly from: Money; readonly below: Money | undefined } {
  const unit = 10n ** BigInt(digitsOf(currency))
  const at = (index: number): Money | undefined => {
    const floor = floors[index]
    return floor === undefined ? undefined : { minor: floor * unit, currency }
  }
  return { from: at(step) ?? { minor: 0n, currency }, below: at(step + 1) }
}
