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

/** A question to look waits so long for its customer; then it is over and can be asked again. */
export const leaveQuestionSeconds = 1_800

/** Leave to look ends with the conversation's leaving the agent's hand, and after so many hours at the latest. */
export const leaveHoursMax = 8

/** How far back an agent's look at payments goes. */
export const lookedDays = 30

/** A note, in characters. */
export const noteCharactersMax = 2_000
