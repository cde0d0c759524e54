import { type ConversationId, Fault } from '../../kernel/index.ts'
import type { Database, Job, JobHandler, JobOutcome } from '../../platform/index.ts'
import { loadAsked, mapPersonJob, settleMapping } from '../app-scoped-ids-store.ts'
import type { ConversationKeys } from '../conversation-keys.ts'
import { findConversations, loadRecipient } from '../conversation-store.ts'
import { ids } from '../id-columns.ts'
import { findMapped, findPersonJob, loadUnknown, requestCode, settlePerson } from '../platform-requests-store.ts'
import { openAddress } from '../sealed-message.ts'
import { waitOut } from '../wait-out.ts'
import type { IdMatching } from './match-ids.ts'
import { type PeopleDeps, addressHashOf } from './people.ts'
import type { UserMarks } from './user-marks.ts'

export type MapPeopleDeps = Pick<PeopleDeps, 'linkSecret' | 'pageId'> & {
  /** The channel login's. */
  readonly database: Database
  readonly keystore: ConversationKeys
  readonly matching: IdMatching
  readonly marks: UserMarks
}

/** Somebody without an id at the messenger's login is asked about again after this, times how often it was asked. */
const againHours = 24
/** And never less often than this. */
const againHoursMax = 30 * 24
/** The messenger did not answer: again after this, doubled up to the longest. */
const pauseFirstMs = 1_000
const pauseLongestMs = 600_000
/** A request about somebody whom the messenger would not name for so long is closed as about nobody. */
const findForMsMax = 7 * 24 * 3_600_000

/** The jobs that find out who is who; for the runner of login `parley_channel`. The messenger is asked here and nowhere else. */
export function mapPeopleJobs(deps: MapPeopleDeps): Readonly<Record<string, JobHandler>> {
  return {
    [mapPersonJob]: waitOut((job) => mapPerson(deps, job)),
    [findPersonJob]: waitOut((job) => findPerson(deps, job)),
  }
}

/** Asks for the app-scoped id of a conversation's person and keeps its keyed hash. */
async function mapPerson(deps: MapPeopleDeps, job: Job): Promise<JobOutcome> {
  const conversation = conversationOf(job)
  const [asked, recipient] = await Promise.all([
    loadAsked(deps.database, conversation),
    loadRecipient(deps.database, conversation),
  ])
  if (asked === undefined || recipient === undefined) return nothingToDo
  const key = await deps.keystore.conversationKey(conversation)
  const answer = await deps.matching.appScopedIdsOf(openAddress(key, conversation, recipient.addressSealed))
  if (answer.kind === 'later') return { againAfterMs: pauseMs(job) }
  const [id] = answer.kind === 'ids' ? answer.ids : []
  const settled =
    id === undefined
      ? { againAfterHours: Math.min(againHours * (asked + 1), againHoursMax) }
      : { idHash: deps.marks.hash(id) }
  return { finish: (tx) => settleMapping(tx, conversation, settled) }
}

/** Finds out whom a request means: by what was kept, else by asking the messenger. */
async function findPerson(deps: MapPeopleDeps, job: Job): Promise<JobOutcome> {
  const code = requestCode.safeParse(job.payload['code'])
  if (!code.success) throw new Fault('channels/message-broken', { retry: 'never' })
  const waiting = await loadUnknown(deps.database, code.data)
  if (waiting === undefined) return nothingToDo
  const user = deps.marks.open(code.data, waiting.userSealed)
  const known = await findMapped(deps.database, deps.marks.hash(user))
  if (known !== undefined) return { finish: (tx) => settlePerson(tx, code.data, known) }
  const answer = await deps.matching.pageScopedIdsOf(user)
  if (answer.kind === 'later' && waiting.ageMs < findForMsMax) return { againAfterMs: pauseMs(job) }
  const psids = answer.kind === 'ids' ? answer.ids : []
  const page = { channel: 'messenger', pageId: deps.pageId } as const
  const hashes = psids.map((psid) => addressHashOf(deps, psid))
  const [found] = hashes.length === 0 ? [] : await findConversations(deps.database, page, hashes)
  return { finish: (tx) => settlePerson(tx, code.data, found?.id) }
}

function conversationOf(job: Job): ConversationId {
  const conversation = ids.conversation.safeParse(job.payload['conversation'])
  if (!conversation.success) throw new Fault('channels/message-broken', { retry: 'never' })
  return conversation.data
}

function pauseMs(job: Job): number {
  return Math.min(pauseFirstMs * 2 ** Math.min(job.attempt - 1, 20), pauseLongestMs)
}

const nothingToDo: JobOutcome = { finish: async () => undefined }
