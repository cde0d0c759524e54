import { loadConversation, setLanguage } from './conversation-store.ts'
import { sweepHeld } from './held-digits-store.ts'
import { forgetConversation, forgetKeyJobs, forgetStrangers, partConversation } from './forget-conversation.ts'

/** What is done to a conversation as a whole. */
export const conversations = {
  load: loadConversation,
  setLanguage,
  forget: forgetConversation,
  part: partConversation,
  forgetStrangers,
  /** Throws away held digits that no key opens any more. For a sweeper. */
  sweepHeldDigits: sweepHeld,
  jobs: forgetKeyJobs,
} as const
