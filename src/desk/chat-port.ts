import type { CaseOpened, DeskPort, HandoverReason, PersonAsked, PersonComing } from '../chat/index.ts'
import { addJob } from '../platform/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import {
  cancelAsk,
  findWithPerson,
  insertAsk,
  insertCase,
  insertHeard,
  noteBotFailed,
  refuseLeaveHere,
} from './chat-port-store.ts'
import type { AskedRow } from './chat-port-store.ts'
import { lateJob } from './follow-late.ts'
import { tellDesk } from './tell-desk.ts'

/** What the chat asks of the desk: in the chat's own transaction, under its login `parley_answer`. */
export function createDeskPort({ random }: { readonly random: Random }): DeskPort {
  return {
    askForPerson: (tx, asked) => askForPerson(random, tx, asked),
    async openCase(tx, asked): Promise<CaseOpened> {
      const opened = await insertCase(tx, { ...asked, id: random.uuid() })
      const { customer, conversation, institution, message, question, deadlineSeconds } = asked
      const person = { customer, conversation, institution, message, question, deadlineSeconds }
      const queued = { ...person, because: reasonOf[asked.kind], priority: priorityOf[asked.kind] }
      await askForPerson(random, tx, queued, opened.id)
      return { reference: opened.number, answerBy: opened.answerBy, isNew: opened.isNew }
    },
    isWithPerson: findWithPerson,
    async hear(tx, words) {
      const isHeard = await insertHeard(tx, { ...words, id: random.uuid() })
      if (isHeard) tellDesk(tx, words.conversation)
      return isHeard
    },
    async cancel(tx, conversation) {
      const isCancelled = await cancelAsk(tx, conversation)
      if (isCancelled) tellDesk(tx, conversation)
      return isCancelled
    },
    async refuseLook(tx, conversation) {
      const isRefused = await refuseLeaveHere(tx, conversation)
      if (isRefused) tellDesk(tx, conversation)
      return isRefused
    },
    noteBotFailed,
  }
}

const reasonOf = { dispute: 'dispute', fraud: 'fraud', 'card-lost': 'card-in-danger' } as const satisfies Record<
  string,
  HandoverReason
>
const priorityOf = { dispute: 'normal', fraud: 'urgent', 'card-lost': 'urgent' } as const

async function askForPerson(random: Random, tx: Tx, asked: PersonAsked, fraudCase?: string): Promise<PersonComing> {
  const row = await insertAsk(tx, { ...asked, id: random.uuid(), ...(fraudCase === undefined ? {} : { fraudCase }) })
  // Also for a place that was there: what is urgent may have brought its deadline forward.
  await addJob(tx, {
    kind: lateJob,
    key: `${lateJob}:${random.uuid()}`,
    payload: { handover: row.handover },
    delayMs: asked.deadlineSeconds * 1_000,
  })
  tellDesk(tx, row.handover)
  return comingOf(row)
}

function comingOf({ answerBy, isNew, waitSeconds, isStaffed }: AskedRow): PersonComing {
  const waitMinutes = waitSeconds === undefined ? undefined : Math.max(1, Math.ceil(waitSeconds / 60))
  return { answerBy, isNew, waitMinutes, isStaffed }
}
