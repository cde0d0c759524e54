/** The job that follows when leave was given: key = the conversation, no payload. The chat answers what waited for it. */
export const linkedJob = 'chat.linked'
