/** Narrowing of parsed JSON: the sandbox trusts no shape it has not looked at. */

/** A JSON object whose values are still unknown. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Is the value a JSON object (not null, not a list)? */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object under `key`, if it is one. */
export function recordAt(record: JsonRecord, key: string): JsonRecord | undefined {
  const value = record[key]
  return isRecord(value) ? value : undefined
}

/** The text under `key`, if it is one. */
export function textAt(record: JsonRecord, key: string): string | undefined {
  const value = record[key]
  return typeof value === 'string' ? value : undefined
}

/** The list under `key`, if it is one. */
export function listAt(record: JsonRecord, key: string): readonly unknown[] | undefined {
  const value: unknown = record[key]
  return Array.isArray(value) ? value : undefined
}

/** Parses JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
