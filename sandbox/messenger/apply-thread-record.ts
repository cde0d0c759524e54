import type { JournalRecord, RecordOf } from './records.ts'
import { CALLBACKS_MAX, type State, type Thread } from './state.ts'

/** Records that change one thread or one of its messages. */
export type ThreadRecord = Exclude<
  JournalRecord,
  {
    k:
      | 'person'
      | 'message'
      | 'event'
      | 'tried'
      | 'dropped'
      | 'subscription'
      | 'profile'
      | 'template'
      | 'switches'
      | 'link-token'
      | 'counters'
  }
>

/** Folds such a record into the state. */
export function applyThreadRecord(state: State, record: ThreadRecord): void {
  const thread = state.threads.get(record.psid)
  if (!thread) return
  switch (record.k) {
    case 'delivered':
      thread.deliveredWatermark = Math.max(thread.deliveredWatermark, record.watermark)
      return
    case 'read':
      thread.readWatermark = Math.max(thread.readWatermark, record.watermark)
      return
    case 'seen':
      thread.seenByPageAt = record.at
      return
    case 'interaction':
      thread.lastInteractionAt = record.at
      return
    case 'window-closed':
      thread.lastInteractionAt = 0
      return
    case 'blocked':
      thread.blocked = record.blocked
      return
    case 'linked':
      thread.linked = record.linked
      if (record.token !== undefined) state.linkTokens.delete(record.token)
      return
    case 'forgotten':
      thread.droppedMessages = record.messages
      return
    case 'thread-owner':
      thread.owner = record.owner
      thread.ownerUntil = record.until
      return
    case 'app-removed':
      thread.appRemoved = true
      return
    case 'app-callback': {
      const { k: _, psid: __, ...callback } = record
      thread.callbacks = [...thread.callbacks, callback].slice(-CALLBACKS_MAX)
      return
    }
    case 'reaction':
    case 'edit':
    case 'fate':
    case 'preview':
      return touchMessage(thread, record)
  }
}

type MessageRecord = RecordOf<'reaction'> | RecordOf<'edit'> | RecordOf<'fate'> | RecordOf<'preview'>

function touchMessage(thread: Thread, record: MessageRecord): void {
  const message = thread.byMid.get(record.mid)
  if (!message) return
  if (record.k === 'reaction') message.reaction = record.emoji
  else if (record.k === 'edit') {
    message.shown = { ...message.shown, text: record.text }
    message.numEdit = record.numEdit
  } else if (record.k === 'fate') {
    message.webhook = record.webhook
    message.attempts = record.attempts
    message.acknowledgedAt = record.webhook === 'acknowledged' ? record.at : undefined
  } else {
    const { url, status, title, description, site } = record
    message.previews = [
      ...message.previews.filter((preview) => preview.url !== url),
      { url, status, title, description, site },
    ]
  }
}
