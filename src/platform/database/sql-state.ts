/** How many causes deep an SQLSTATE is looked for. */
const causesMax = 5

/**
 * The SQLSTATE (five characters, PostgreSQL's appendix A) that a thrown thing carries, looked for through its causes;
 * undefined when none does. Lets a caller read an expected refusal, such as 42501 from a function of ours.
 */
export function sqlState(thrown: unknown): string | undefined {
  let cause = thrown
  for (let depth = 0; depth < causesMax && cause instanceof Error; depth += 1) {
    // A system error has a `code` too ('EPIPE' is five capitals), so the driver's `severity` tells them apart.
    if ('severity' in cause && 'code' in cause && typeof cause.code === 'string') return cause.code
    cause = cause.cause
  }
  return undefined
}
