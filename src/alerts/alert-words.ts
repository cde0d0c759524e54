import type { CardUsesTold } from '../answers/index.ts'
import type { Language, Reply, ReplyButton } from '../channels/index.ts'
import type { Instant } from '../kernel/index.ts'
import { loadWords, readerTime } from '../pages/index.ts'
import type { Words } from '../pages/index.ts'
import type { FraudAlertId, Outcome } from './fraud-alert.ts'

/** The sentences of alerts, in chats and on pages; read once, never changed. */
export const alertWords = loadWords(new URL('./words/', import.meta.url))

/** The name under which the messenger knows the question that may be put when its window is closed. */
export const questionTemplate = 'fraud_question'
/** And the note of card use. */
export const receiptTemplate = 'card_use_note'

/** Where a message's buttons lead. */
export type MessagePlace = { readonly alert: FraudAlertId; readonly pageUrl: string; readonly cardsUrl: string }

type Button = 'not-me' | 'it-was-me' | 'details' | 'person' | 'freeze-all' | 'cards'

function buttonOf(words: Words, button: Button, { alert, pageUrl, cardsUrl }: MessagePlace): ReplyButton {
  const title = words.say(`button.${button}`)
  switch (button) {
    case 'details':
      return { kind: 'link', title, url: pageUrl }
    case 'cards':
      return { kind: 'link', title, url: cardsUrl }
    case 'person':
      return { kind: 'postback', title, payload: 'intent:talk_to_person' }
    case 'freeze-all':
      return { kind: 'postback', title, payload: 'freeze:all' }
    default:
      return { kind: 'postback', title, payload: `alert:${alert}:${button}` }
  }
}

/** A question, or the same once more: it works by its buttons alone, needs no page, and names no number to call. */
export function sayQuestion(
  language: Language,
  told: CardUsesTold,
  of: MessagePlace & { readonly again: boolean; readonly storm: boolean },
): Reply {
  const words = alertWords.for(language)
  const text =
    told.level === 'sealed'
      ? words.say(of.again ? 'remind.sealed' : 'question.sealed')
      : words.say(told.level === 'full' && of.storm ? 'storm.full' : `question.${told.level}`, told.values)
  return {
    text: `${text} ${words.say('safety')}`,
    buttons: (['not-me', 'it-was-me', 'details'] as const).map((button) => buttonOf(words, button, of)),
    unasked: true,
    template: questionTemplate,
  }
}

/** A receipt: nothing is asked, and "not me" works all the same. */
export function sayReceipt(language: Language, told: CardUsesTold, of: MessagePlace): Reply {
  const words = alertWords.for(language)
  const text = words.say(`receipt.${told.level}`, told.level === 'sealed' ? {} : told.values)
  return {
    text: `${text} ${words.say('safety')}`,
    buttons: (['not-me', 'details'] as const).map((button) => buttonOf(words, button, of)),
    unasked: true,
    template: receiptTemplate,
  }
}

/** What the customer may be told beside an outcome. `card` and `number`: only where the chat may carry them. */
export type OutcomeFacts = {
  readonly at: Instant
  readonly timeZone: string
  /** By when a person should have looked; undefined: nothing is promised. */
  readonly answerBy: Instant | undefined
  readonly card?: string
  readonly number?: string
}

const buttonsOf: { readonly [What in Outcome]: readonly Button[] } = {
  frozen: ['details', 'person'],
  'frozen-already': ['freeze-all', 'details', 'person'],
  freezing: ['person'],
  'not-frozen': ['freeze-all', 'person'],
  genuine: ['not-me'],
  'look-first': ['details', 'not-me'],
  'needs-passkey': ['details', 'not-me'],
  'stays-frozen': ['cards'],
  'person-asked': ['not-me', 'details'],
  closed: ['not-me', 'person'],
}

/**
 * What became of an answer. In a sealed chat that a payment was refused is not said: "it was me" is asked for on the page in the same
 * words, whatever the reason.
 */
export function sayOutcome(language: Language, what: Outcome, of: MessagePlace & OutcomeFacts): Reply {
  const words = alertWords.for(language)
  const moment = (at: Instant): string => readerTime.moment({ words, timeZone: of.timeZone }, at)
  const isFull = what === 'frozen' && of.card !== undefined && of.card !== ''
  const key = isFull ? 'frozen-full' : what === 'needs-passkey' ? 'look-first' : what
  const by = of.answerBy === undefined ? 'none' : moment(of.answerBy)
  return {
    text: words.say(`told.${key}`, { time: moment(of.at), by, card: of.card ?? '', number: of.number ?? '' }),
    buttons: buttonsOf[what].map((button) => buttonOf(words, button, of)),
  }
}

/** What a person at the desk reads of it: no figure of the bank's, and the bank's own name for the payment. */
export function sayToDesk(
  language: Language,
  because: 'not-me' | 'not-sure' | 'unanswered',
  of: { readonly alert: FraudAlertId; readonly reference: string },
): string {
  return alertWords.for(language).say(`desk.${because}`, { alert: of.alert.slice(0, 8), reference: of.reference })
}
