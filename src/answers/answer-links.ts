import { closeAnswerLinks, sweepAnswerLinks, useAnswerLink } from './answer-links-store.ts'
import { makeAnswerLink } from './make-answer-link.ts'
import { makeNoticeLink } from './make-notice-link.ts'

/**
 * A link is made for an answer or a notice, and used once; links to answers that no grant may open any more are closed; those that ran
 * out long ago are swept away.
 */
export const answerLinks = {
  make: makeAnswerLink,
  makeForNotice: makeNoticeLink,
  use: useAnswerLink,
  close: closeAnswerLinks,
  sweep: sweepAnswerLinks,
} as const
