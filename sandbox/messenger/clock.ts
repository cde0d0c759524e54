/** Where the sandbox reads the time, so that a test can move the 24-hour window. Milliseconds since 1970. */
export type Clock = { readonly now: () => number }

/** The machine's clock. */
export const machineClock: Clock = { now: () => Date.now() }
