import { Secret } from '../kernel/index.ts'
import { nothingNamed } from './asked.ts'
import type { AnswerResult } from './answer-result.ts'
import type { BankFacts, Reckoned } from './compute/bank-facts.ts'
import { daysOfNews, daysOfPage, findNews, newsBlocks } from './compute/find-news.ts'
import type { News } from './compute/find-news.ts'
import { periodOf } from './compute/period.ts'

export type { News } from './compute/find-news.ts'

/** News as the answer to the topic `notices`, for `disclose` and for the page. */
function asResult(found: readonly News[], facts: BankFacts, reckoned: Reckoned): Extract<AnswerResult, { ok: true }> {
  const complete = facts.transactions?.complete ?? true
  return { ok: true, blocks: new Secret(newsBlocks(found, facts, reckoned)), complete }
}

/**
 * What is new at a bank. `daysToFetch`: which payments to ask the bank for. `days` and `pageDays`: what counts as new for a notice, and
 * for the page behind one. `find`: what there is; `asResult`: as what is told and shown. All pure.
 */
export const news = {
  daysToFetch: (reckoned: Reckoned) => periodOf('notices', nothingNamed, reckoned),
  days: daysOfNews,
  pageDays: daysOfPage,
  find: findNews,
  asResult,
} as const
