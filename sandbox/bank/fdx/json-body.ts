import type { z } from 'zod'
import { FdxRefusal } from './fdx-error.ts'

/** Reads a JSON request body against its form; an empty body counts as `{}`. */
export function readJsonBody<T>(body: string, shape: z.ZodType<T>): T {
  let value: unknown
  try {
    value = body === '' ? {} : JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) throw new FdxRefusal('bad-request', 'the body is not JSON')
    throw error
  }
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new FdxRefusal('bad-request', `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim())
}
