import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import { readerTime } from '../pages/index.ts'
import type { AnswerLinkRow } from './answer-links-store.ts'
import type { AnswerPagesDeps } from './answer-route.ts'
import { openAnswer } from './open-answer.ts'
import type { OpenedAnswer, OpenRefusal } from './open-answer.ts'

/** Opens what is behind a link: answers that were kept sealed; or a notice, of which nothing is kept: its bank is looked at now. */
export async function openLink(
  deps: AnswerPagesDeps,
  link: AnswerLinkRow,
  zone: string | null,
): Promise<Outcome<readonly OpenedAnswer[], OpenRefusal>> {
  if (link.noticeOf === undefined) return openAnswer({ ...deps.answer, random: deps.random }, link)
  if (link.state === 'stopped') return refusal('answers/stopped')
  if (link.state !== 'live' || deps.openNotice === undefined) return refusal('answers/notice-over')
  const opened = await deps.openNotice(link, { timeZone: zone === null ? undefined : readerTime.zone(zone) })
  return opened.ok ? success([opened.value]) : opened
}
