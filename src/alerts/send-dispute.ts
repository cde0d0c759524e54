import { handoverContext } from '../chat/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import { uuidColumn } from '../customers/index.ts'
import type { MessageId } from '../kernel/index.ts'
import type { Reader } from '../pages/index.ts'
import { seal } from '../platform/index.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import { labelStore } from './label-store.ts'
import { disputeValues } from './show-alert.ts'

/** Somebody looks into a disputed payment within the working day. */
const deadlineSeconds = 8 * 3_600

/**
 * Sends the dispute that was written for the customer, who has just shown the passkey: what it names is theirs to tell. Once for an
 * alert. False: there is no desk, no leave, or it was sent before.
 */
export async function sendDispute(parts: AlertParts, stored: StoredAlert, reader: Reader): Promise<boolean> {
  const { desk } = parts
  const { customer, institution, conversation, events, alert } = stored
  const permit = await openPermit(parts, { customer, institution, conversation, dataClass: 'card-events' })
  if (!permit.ok || desk === undefined) return false
  const [[use], key] = await Promise.all([
    parts.uses.read(permit.value, events.slice(0, 1)),
    parts.keystore.conversationKey(conversation),
  ])
  if (use === undefined) return false
  const words = reader.words.say('desk.dispute', disputeValues(reader, use))
  const question = seal(key.reveal(), Buffer.from(words, 'utf8'), handoverContext(conversation))
  return await parts.database.transaction(async (tx) => {
    if (!(await alertStore.noteDispute(tx, alert.id))) return false
    await recordDisclosure(parts, tx, permit.value, { level: 'full', place: 'sealed-page' })
    const message = uuidColumn<MessageId>().parse(alert.id)
    const opened = await desk.openCase(tx, {
      customer,
      conversation,
      institution,
      kind: 'dispute',
      message,
      question,
      deadlineSeconds,
    })
    const { merchantHash } = stored
    const evidence = {
      customer,
      number: opened.reference,
      alert: alert.id,
      events,
      merchantHash,
      amounts: [use.amount],
    }
    await parts.cases?.attach(tx, evidence)
    // A dispute says of each use what "not me" does, once more, and by somebody who has seen what it is about.
    const label = { customer, institution, isFraud: true, informed: true, source: 'dispute' } as const
    await labelStore.add(
      tx,
      events.map((event) => ({ ...label, event })),
    )
    return true
  })
}
