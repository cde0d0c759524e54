export type { AlertsPort } from './alerts-port.ts'
export { chatCodes } from './codes.ts'
export { closeQuestions, sweepQuestions } from './chat-state-store.ts'
export { createChat } from './create-chat.ts'
export { handoverContext } from './desk-port.ts'
export type {
  CaseAsked,
  CaseOpened,
  DeskPort,
  HandoverReason,
  PersonAsked,
  PersonComing,
  WithPerson,
  WordsForPerson,
} from './desk-port.ts'
export { messengerProfile } from './messenger-profile.ts'
export { type NoticeReplies, createNoticeReplies } from './notice-replies.ts'
export { understandLines } from './understand/understand-lines.ts'
