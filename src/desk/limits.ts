/** How long a conversation stays with an agent who does nothing: nobody waits longer for somebody who went home. */
export const leaseSeconds = 600

/** How many conversations one agent has in hand at once. */
export const heldMax = 5

/** After a lease lapsed, somebody should come within so long, unless the first promise lies later. */
export const lapsedDeadlineSeconds = { urgent: 900, normal: 3_600 } as const

/** What an agent writes in one message: what fits a phone's screen, and any messenger. */
export const wordsCharactersMax = 1_000

/** A name that the customer is told. */
export const nameCharactersMax = 30
