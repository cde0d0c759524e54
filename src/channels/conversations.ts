import { setLanguage } from './conversation-store.ts'
import { forgetConversation, forgetKeyJobs, forgetStrangers, partConversation } from './forget-conversation.ts'

/** What is done to a conversation as a whole. */
export const conversations = {
  setLanguage,
  forget: forgetConversation,
  part: partConversation,
  forgetStrangers,
  jobs: forgetKeyJobs,
} as const
