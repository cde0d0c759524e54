/**
 * What a function returns when an expected "no" is part of its job: either the value, or one literal
 * code `'module/what'` that the caller must answer. Broken dependencies are thrown as a {@link Fault}.
 */
export type Outcome<Value, Code extends string> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly code: Code }

/** The value that was asked for. */
export function success<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

/** An expected no. */
export function refusal<Code extends string>(code: Code): { readonly ok: false; readonly code: Code } {
  return { ok: false, code }
}

/** Ends a `switch` whose cases are all handled: a new case then fails to compile here. */
export function unreachable(value: never): never {
  throw new TypeError(`unreachable case: ${typeof value}`)
}
