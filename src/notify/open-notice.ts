import { answerLinks, news, nothingNamed } from '../answers/index.ts'
import type {
  AnswerLinkRow,
  AnswerResult,
  NoticeReader,
  OpenRefusal,
  OpenedAnswer,
  Reckoned,
} from '../answers/index.ts'
import { loadInstitution } from '../banks/index.ts'
import type { BankRefusal } from '../banks/index.ts'
import { listGrants, recordDisclosure } from '../consent/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { DataClass, Outcome } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { lookAtBank } from './look-at-bank.ts'
import type { NewsLook } from './look-at-bank.ts'
import type { NotifyParts } from './notify-parts.ts'
import { watches } from './watch-store.ts'

/**
 * Opens a notice for the customer whose passkey was just verified (by the caller): the bank is looked at now, under a leave that holds
 * now, so nothing of the notice was kept until then. The link is used up, and what is shown is on record, before anything is shown;
 * a bank that gives no answer uses nothing up.
 */
export async function openNotice(
  parts: NotifyParts,
  link: AnswerLinkRow,
  reader: NoticeReader,
): Promise<Outcome<OpenedAnswer, OpenRefusal>> {
  const { customer, conversation, noticeOf: institution } = link
  if (institution === undefined) return refusal('answers/notice-over')
  const reckoned: Reckoned = { now: parts.clock.now(), timeZone: reader.timeZone ?? parts.timeZone }
  const classes = await classesNow(parts, link)
  const look = await lookAtBank(parts, { customer, institution, conversation, classes }, reckoned)
  if (look === undefined) return refusal('answers/stopped')
  const result = resultOf(look, reckoned)
  const shown = await show(parts, { link, look, reader, isAnswer: result.ok })
  if (!shown.ok) return shown
  const institutionName = (await loadInstitution(parts.database, institution))?.name ?? institution
  return success({
    document: {
      v: 2,
      question: 'notices',
      institution,
      institutionName,
      checkedAt: reckoned.now,
      timeZone: reckoned.timeZone,
      asked: nothingNamed,
      result,
    },
    promises: look.permits.map(({ promise }) => promise),
  })
}

/** For choosing what to open; whether it may be is the gate's word. */
async function classesNow({ database }: NotifyParts, link: AnswerLinkRow): Promise<readonly DataClass[]> {
  const grants = await listGrants(database, { conversation: link.conversation })
  const own = grants.filter(
    ({ holds, purpose, institution }) => holds && purpose === 'notify-customer' && institution === link.noticeOf,
  )
  return [...new Set(own.map(({ dataClass }) => dataClass))]
}

function resultOf(look: NewsLook, reckoned: Reckoned): AnswerResult {
  if (look.refused !== undefined) return { ok: false, reason: reasonOf[look.refused] }
  return news.asResult(news.find(look.facts, reckoned, news.pageDays(reckoned)), look.facts, reckoned)
}

const reasonOf = {
  'banks/unreachable': 'unreachable',
  'banks/link-expired': 'link-expired',
  'banks/consent-ended': 'consent-ended',
  'banks/over-budget': 'over-budget',
  'banks/unreadable': 'unreadable',
} as const satisfies Record<BankRefusal, string>

type Showing = {
  readonly link: AnswerLinkRow
  readonly look: NewsLook
  readonly reader: NoticeReader
  readonly isAnswer: boolean
}

class NotShown extends Error {
  readonly code: OpenRefusal

  constructor(code: OpenRefusal) {
    super(code)
    this.code = code
  }
}

// The throw undoes the use of the link when one of its disclosures is refused.
async function show(parts: NotifyParts, showing: Showing): Promise<Outcome<undefined, OpenRefusal>> {
  try {
    await parts.database.transaction((tx) => useAndRecord(parts, tx, showing))
    return success(undefined)
  } catch (thrown) {
    if (thrown instanceof NotShown) return refusal(thrown.code)
    throw thrown
  }
}

async function useAndRecord(parts: NotifyParts, tx: Tx, { link, look, reader, isAnswer }: Showing): Promise<void> {
  if (isAnswer && !(await answerLinks.use(tx, link.id))) throw new NotShown('answers/notice-over')
  for (const permit of look.permits) {
    const level = isAnswer ? 'full' : 'nothing'
    const recorded = await recordDisclosure(parts, tx, permit, { level, place: 'sealed-page' })
    if (!recorded.ok) throw new NotShown('answers/stopped')
  }
  // UTC is what a browser is said to have that named no zone.
  if (reader.timeZone !== undefined && reader.timeZone !== 'UTC') {
    await watches.noteZone(tx, link.customer, reader.timeZone)
  }
}
