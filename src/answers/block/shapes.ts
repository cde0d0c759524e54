import { z } from 'zod'
import { toInstant } from '../../kernel/index.ts'
import type { Money } from '../../kernel/index.ts'

/** An amount as it is sealed: minor units as a decimal text, so that no reader rounds it. */
export const moneyShape = z
  .strictObject({ minor: z.string().regex(/^-?\d{1,30}$/), currency: z.string().regex(/^[A-Z]{3}$/) })
  .transform(({ minor, currency }): Money => ({ minor: BigInt(minor), currency }))

/** `YYYY-MM-DD`. */
export const dayShape = z.iso.date()

/** Milliseconds since 1970. */
export const instantShape = z.number().int().transform(toInstant)

/** How many of something. */
export const countShape = z.number().int().min(0)

/** A key whose value may be missing: JSON leaves undefined out, and a block says it. */
export function maybe<Shape extends z.ZodType>(shape: Shape) {
  return shape.optional().transform((value): z.output<Shape> | undefined => value)
}
