export { type BankLook, type ChatPart, type Disclosed, disclose } from './disclose.ts'
export {
  type AnswerAccount,
  type AnswerBalance,
  type AnswerDocument,
  type AskedAccount,
  type MissingReason,
  readAnswerDocument,
  writeAnswerDocument,
} from './answer-document.ts'
export { chooseAccounts } from './choose-accounts.ts'
export { type AnswerLink, answerLinkSeconds, makeAnswerLink } from './make-answer-link.ts'
export { storeAnswer } from './store-answer.ts'
export { type AskedAgain, askAgainJob, loadAskedAgain } from './ask-again.ts'
export { addAnswerPages, answerPageLimits } from './answer-pages.ts'
export type { AnswerPagesDeps } from './answer-route.ts'
export { answersCodes } from './codes.ts'
export { sweepAnswerLinks } from './answer-links-store.ts'
