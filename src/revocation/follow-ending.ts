import { z } from 'zod'
import { answerLinks } from '../answers/index.ts'
import { endings, sealedAnswers } from '../consent/index.ts'
import type { BankOutcome, Ending } from '../consent/index.ts'
import { Fault } from '../kernel/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import { addNotice } from '../notices/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import type { ReceiptId, Receipts } from '../receipts/index.ts'
import { planFollow, takeBackPauseMs } from './follow-plan.ts'
import { noticeFor } from './notice-for.ts'
import { receiptFacts } from './receipt-facts.ts'
import { takeBack } from './take-back.ts'
import type { TakeBackDeps } from './take-back.ts'

export type RevocationDeps = TakeBackDeps & {
  readonly receipts: Pick<Receipts, 'issue'>
  /** Forgets questions that wait in a conversation where nothing is shared any more: the chat's own. */
  readonly closeQuestions: (tx: Tx, conversation: ConversationId) => Promise<void>
}

/** The job that the database queues with every ending; key `revoke:`, customer and bank, so one bank is told one thing at a time. */
export const followJob = 'revocation.follow'

const payloadShape = z.object({ ending: endings.idColumn })

/**
 * Follows an ending to its end: closes what was open, takes the tokens back at the bank, destroys the key, hands out the receipt
 * and tells the customer. The stop happened before and waits for none of it. Safe to run again from any step.
 */
export async function followEnding(deps: RevocationDeps, job: Job): Promise<JobOutcome> {
  const payload = payloadShape.safeParse(job.payload)
  if (!payload.success) throw new Fault('revocation/job-malformed', { retry: 'never' })
  const ending = await endings.load(deps.database, payload.data.ending)
  if (ending === undefined || ending.doneAt !== undefined) return nothingToDo
  await closeWhatWasOpen(deps, ending)
  const isOver = await endings.isOver(deps.database, ending)
  const plan = planFollow({ ending, isOver })
  switch (plan.step) {
    case 'nothing':
      return nothingToDo
    case 'finish':
      return finish(deps, ending, plan.bank)
    case 'take-back':
      return afterTakingBack(deps, job, ending, await takeBack(deps, ending))
  }
}

const nothingToDo: JobOutcome = { finish: async () => undefined }

async function closeWhatWasOpen(deps: RevocationDeps, ending: Ending): Promise<void> {
  if (ending.closedAt !== undefined) return
  await deps.database.transaction(async (tx) => {
    await sealedAnswers.forgetEnded(tx, ending)
    await answerLinks.close(tx, ending)
    for (const conversation of await endings.listConversations(tx, ending.id))
      await deps.closeQuestions(tx, conversation)
    await endings.note.closed(tx, ending.id)
  })
}

async function afterTakingBack(
  deps: RevocationDeps,
  job: Job,
  ending: Ending,
  end: Awaited<ReturnType<typeof takeBack>>,
): Promise<JobOutcome> {
  switch (end) {
    case 'shared': {
      const noted = (await endings.load(deps.database, ending.id)) ?? ending
      return finish(deps, noted, noted.bank ?? 'kept')
    }
    case 'gone':
      return { finish: (tx) => endings.note.done(tx, ending.id, { bank: 'untold', receipt: undefined }) }
    case 'waiting':
      await handOutFirstReceipt(deps, ending)
      deps.logger.warn('revocation.bank-unreachable', { institution: ending.institution, attempt: job.attempt })
      return { againAfterMs: takeBackPauseMs(ending, job.attempt) }
    case 'destroyed': {
      // What was noted meanwhile is what the receipt says.
      const noted = (await endings.load(deps.database, ending.id)) ?? ending
      return finish(deps, noted, noted.bank ?? 'nothing')
    }
  }
}

/** A bank that is down must not keep the customer waiting for a receipt: one is handed out now, another when it has answered. */
async function handOutFirstReceipt(deps: RevocationDeps, ending: Ending): Promise<void> {
  if (ending.receipt !== undefined || isQuiet(ending)) return
  await deps.database.transaction(async (tx) => {
    if (!(await endings.hold(tx, ending.id))) return
    const receipt = await issue(deps, tx, ending, undefined)
    if (!(await endings.note.receipt(tx, ending.id, receipt)))
      throw new Fault('revocation/followed-twice', { retry: 'later' })
    await tell(tx, ending)
  })
}

/** Receipt, notice, and the end of the job commit together: once, whatever crashed before. */
function finish(deps: RevocationDeps, ending: Ending, bank: BankOutcome): JobOutcome {
  return {
    async finish(tx) {
      // Nothing is written about somebody who was erased meanwhile.
      if (!(await endings.hold(tx, ending.id))) return
      const receipt = isQuiet(ending) ? undefined : await issue(deps, tx, ending, bank)
      await endings.note.done(tx, ending.id, { bank, receipt })
      if (ending.receipt === undefined) await tell(tx, ending)
    },
  }
}

async function issue(deps: RevocationDeps, tx: Tx, ending: Ending, bank: BankOutcome | undefined): Promise<ReceiptId> {
  const ended = await endings.listGrants(tx, ending.id)
  const facts = receiptFacts({ ending, ended, bank })
  return await deps.receipts.issue(tx, { customer: ending.customer, kind: 'revocation', facts })
}

async function tell(tx: Tx, ending: Ending): Promise<void> {
  const notice = noticeFor(ending)
  if (notice !== undefined) await addNotice(tx, notice)
}

/** An erasure has a receipt of its own, which says more; and that somebody finished helping stops nothing that the customer shares. */
function isQuiet(ending: Ending): boolean {
  return ending.because === 'erased' || ending.because === 'handed-back'
}
