/** A sum of squares is kept as carry × 2^52 + rest, both whole: it never rounds, so what is added can be taken away again. */
export const carryUnit = 2 ** 52
/** Squares of amounts below this are exact as they are. */
export const plainAmountMax = 2 ** 26
const half = 2 ** 20

/** Carries of the few sums of squares that need one, by the sum's number. */
export class SquareCarries {
  private readonly carries = new Map<number, number>()

  /** The new rest after a square was added (`sign` 1) or taken away (−1). */
  step(key: number, rest: number, { amount, sign }: { readonly amount: number; readonly sign: 1 | -1 }): number {
    if (amount < plainAmountMax) return this.settle(key, rest + sign * amount * amount)
    // amount = high × 2^20 + low with both below 2^20: the square in parts that are exact.
    const high = Math.floor(amount / half)
    const low = amount % half
    const middle = 2 * high * low
    // 2^40 high² + 2^20 middle + low²: what 2^52 divides is carried at once.
    this.add(key, sign * (Math.floor((high * high) / 2 ** 12) + Math.floor(middle / 2 ** 32)))
    const first = this.settle(key, rest + sign * ((high * high) % 2 ** 12) * 2 ** 40)
    const second = this.settle(key, first + sign * (middle % 2 ** 32) * half)
    return this.settle(key, second + sign * low * low)
  }

  carry(key: number): number {
    return this.carries.size === 0 ? 0 : (this.carries.get(key) ?? 0)
  }

  /** Sets a carry, as a snapshot has it. */
  set(key: number, carry: number): void {
    if (carry === 0) this.forget(key)
    else this.carries.set(key, carry)
  }

  forget(key: number): void {
    if (this.carries.size > 0) this.carries.delete(key)
  }

  private settle(key: number, rest: number): number {
    if (rest >= 0 && rest < carryUnit) return rest
    const carried = Math.floor(rest / carryUnit)
    this.add(key, carried)
    return rest - carried * carryUnit
  }

  private add(key: number, carried: number): void {
    const carry = this.carry(key) + carried
    if (carry === 0) this.carries.delete(key)
    else this.carries.set(key, carry)
  }
}

/** A sum of squares as one number, rounded. */
export function roundedSquares({ rest, carry }: { rest: number; carry: number }): number {
  return rest + carry * carryUnit
}

/** The standard deviation of n whole numbers (divided by n, not n − 1) from their exact sum and sum of squares. */
export function deviationOf(count: number, sum: number, rest: number, carry: number): number {
  if (count <= 1) return 0
  const left = count * rest
  const right = sum * sum
  const isExact = carry === 0 && left <= Number.MAX_SAFE_INTEGER && right <= Number.MAX_SAFE_INTEGER
  const spread = isExact ? left - right : wideSpread(count, sum, { rest, carry })
  return spread <= 0 ? 0 : Math.sqrt(spread) / count
}

/** n times the sum of squares less the square of the sum: near each other, so what rounding took from either is given back. */
function wideSpread(count: number, sum: number, { rest, carry }: { rest: number; carry: number }): number {
  const carried = count * carry * carryUnit
  const left = count * rest
  const right = sum * sum
  return carried - right + left + (productError(count, rest, left) - productError(sum, sum, right))
}

/** What rounding took from a product of two 64-bit numbers (Dekker 1971, with Veltkamp's split). */
function productError(left: number, right: number, product: number): number {
  const leftHigh = highHalf(left)
  const rightHigh = highHalf(right)
  const leftLow = left - leftHigh
  const rightLow = right - rightHigh
  return leftLow * rightLow - (product - leftHigh * rightHigh - leftLow * rightHigh - leftHigh * rightLow)
}

function highHalf(value: number): number {
  const spread = value * (2 ** 27 + 1)
  return spread - (spread - value)
}
