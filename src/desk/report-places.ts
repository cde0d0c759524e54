import { createHash } from 'node:crypto'
import type { PlacesReport, ReportPlaces } from '../answers/index.ts'
import { handoverContext } from '../chat/index.ts'
import type { MessageId } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { seal } from '../platform/index.ts'
import type { Random } from '../platform/index.ts'
import { uuidColumn } from '../customers/index.ts'
import { insertAsk } from './chat-port-store.ts'
import { sayWrongPlaces } from './desk-words.ts'

/** Somebody looks within a working day: a wrong place is nobody's danger. */
const lookWithinSeconds = 86_400

/**
 * Takes what a customer sends from the page of an answer: a place in the queue, the words sealed under the conversation's key like any question. It was
 * not asked in the chat, so the chat says nothing of it: no job comes at its time, and the customer sees in the privacy centre how it stands. Where
 * the conversation waits for a person already, or is with one, the words go to that place.
 */
export function createPlaceReports(deps: {
  /** Of the caller `answer`. */
  readonly keystore: Pick<KeystoreClient, 'conversationKey'>
  readonly random: Random
}): ReportPlaces {
  return async (report) => {
    const { customer, conversation, institution, language } = report
    const key = await deps.keystore.conversationKey(conversation)
    const words = Buffer.from(sayWrongPlaces(language, report.places.reveal()), 'utf8')
    const wish = {
      customer,
      conversation,
      institution,
      message: sameReport(report),
      question: seal(key.reveal(), words, handoverContext(conversation)),
      because: 'wrong-place',
      priority: 'normal',
      deadlineSeconds: lookWithinSeconds,
    } as const
    return async (tx) => {
      const asked = await insertAsk(tx, { ...wish, id: deps.random.uuid() })
      return { lookBy: asked.isStaffed ? asked.answerBy : undefined }
    }
  }
}

// A queue knows by its message what it has heard. A report has none, so its own words give one: the same report, sent twice, is heard once.
function sameReport({ link, institution, places }: PlacesReport): MessageId {
  const said = JSON.stringify([link, institution, places.reveal().toSorted()])
  const bytes = createHash('sha256').update(`desk.places|${said}`, 'utf8').digest().subarray(0, 16)
  // A version 8 UUID (RFC 9562, section 5.8): bits of our own choosing.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return uuidColumn<MessageId>().parse(parts.join('-'))
}
