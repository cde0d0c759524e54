import { z } from 'zod'
import { toInstant } from '../../kernel/index.ts'
import type { Instant } from '../../kernel/index.ts'

/** An int8 column: always a bigint, never a number. */
export const bigintColumn: z.ZodType<bigint> = z.bigint()

/** A timestamptz column as milliseconds since 1970 (microseconds are cut off). */
export const instantColumn: z.ZodType<Instant> = z.number().transform(toInstant)

/** A bytea column. */
export const bytesColumn: z.ZodType<Buffer> = z.instanceof(Buffer)
