import { openPermit, sealedAnswers, recordDisclosure } from '../consent/index.ts'
import type { Permit, PermitDeps } from '../consent/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { DataClass, Outcome } from '../kernel/index.ts'
import { readAnswerDocument } from './answer-document.ts'
import type { AnswerDocument } from './answer-document.ts'
import { useAnswerLink } from './answer-links-store.ts'
import type { AnswerLinkRow } from './answer-links-store.ts'

export type OpenRefusal = 'answers/link-used' | 'answers/link-expired' | 'answers/notice-over' | 'answers/stopped'

type UnsealedAnswer = { readonly permits: readonly Permit<DataClass>[]; readonly document: AnswerDocument }

/** What the page shows of one bank, and the log's signed promises that these looks stand in it: one for each class. */
export type OpenedAnswer = { readonly document: AnswerDocument; readonly promises: readonly string[] }

/**
 * Opens the answers of a link for the customer whose passkey was just verified (by the caller). Every class of data that an
 * answer was made from is a look of its own: a ticket commits, the keystore checks the signed terms; then the answer is unsealed. Then one transaction uses the
 * link up and records what was shown; only when it has committed do figures leave this function. So a link is burnt
 * exactly when its answer was shown: not by a crawler, a failed passkey, a dead keystore or a lost race.
 */
export async function openAnswer(
  deps: PermitDeps,
  link: AnswerLinkRow,
): Promise<Outcome<readonly OpenedAnswer[], OpenRefusal>> {
  if (link.state === 'stopped') return refusal('answers/stopped')
  if (link.state !== 'live') return refusal(`answers/link-${link.state}`)
  const looks = await Promise.all(link.answers.map((answer) => unsealAnswer(deps, link, answer)))
  const opened = looks.filter((look) => look !== undefined)
  if (opened.length === 0) return refusal('answers/stopped')
  const shown = await showOnce(deps, link, opened)
  return shown.ok ? success(opened.map(openedOf)) : shown
}

function openedOf({ document, permits }: UnsealedAnswer): OpenedAnswer {
  return { document, promises: permits.map(({ promise }) => promise) }
}

// Undefined: the customer ended the sharing of something that the answer was made from, or time did.
async function unsealAnswer(
  deps: PermitDeps,
  link: AnswerLinkRow,
  answer: AnswerLinkRow['answers'][number],
): Promise<UnsealedAnswer | undefined> {
  const { customer, conversation } = link
  const look = { customer, institution: answer.institution, conversation }
  const opened = await Promise.all(answer.classes.map((dataClass) => openPermit(deps, { ...look, dataClass })))
  const permits = opened.flatMap((permit) => (permit.ok ? [permit.value] : []))
  const [first] = permits
  if (first === undefined || permits.length < opened.length) return undefined
  const sealed = await sealedAnswers.read(deps.database, first, answer.id)
  return sealed === undefined ? undefined : { permits, document: readAnswerDocument(sealed.plain) }
}

class NotShown extends Error {
  readonly code: OpenRefusal

  constructor(code: OpenRefusal) {
    super(code)
    this.code = code
  }
}

// The throw undoes the use of the link when one of its disclosures is refused.
async function showOnce(
  deps: PermitDeps,
  link: AnswerLinkRow,
  opened: readonly UnsealedAnswer[],
): Promise<Outcome<undefined, OpenRefusal>> {
  try {
    await deps.database.transaction(async (tx) => {
      if (!(await useAnswerLink(tx, link.id))) throw new NotShown('answers/link-used')
      for (const permit of opened.flatMap(({ permits }) => permits)) {
        const recorded = await recordDisclosure(deps, tx, permit, { level: 'full', place: 'sealed-page' })
        if (!recorded.ok) throw new NotShown('answers/stopped')
      }
    })
    return success(undefined)
  } catch (thrown) {
    if (thrown instanceof NotShown) return refusal(thrown.code)
    throw thrown
  }
}
