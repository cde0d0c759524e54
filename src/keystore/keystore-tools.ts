import { eraseAgain } from './erase-again.ts'
import { listHeld, openHold, reasonLength } from './open-hold.ts'
import { rotateNow } from './rotate-now.ts'

/** What an operator does by hand on the keystore's own host: a rotation now, and what the law lets somebody read. */
export const keystoreTools = { rotateNow, eraseAgain, openHold, listHeld, reasonLength } as const
