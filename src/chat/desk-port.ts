import type { ConversationId, CustomerId, Instant, InstitutionId, MessageId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/**
 * Why a person is asked for. `crisis`: somebody may be in danger of life. `another-person`: about somebody else's account. `wrong-place`: from the
 * sealed page, never from a chat.
 */
export const handoverReasons = [
  'asked', 'crisis', 'card-in-danger', 'fraud', 'scam', 'dispute', 'not-understood', 'cannot-do', 'another-person', 'complaint',
  'wrong-place',
] as const // prettier-ignore
export type HandoverReason = (typeof handoverReasons)[number]

/** A wish for a person. */
export type PersonAsked = {
  readonly customer: CustomerId | undefined
  readonly conversation: ConversationId
  /** The bank it is about, where only one is linked here; its agents see it, and nobody else's. */
  readonly institution: InstitutionId | undefined
  /** The message that asked: asking twice with the same message gives the same place in the queue. */
  readonly message: MessageId
  /** What the person wrote, masked, sealed under the conversation's key with {@link handoverContext}. */
  readonly question: Uint8Array
  readonly because: HandoverReason
  /** `urgent` stands before everything else in the queue. */
  readonly priority: 'urgent' | 'normal'
  /** By when somebody should have answered, counted from now by the database's clock. */
  readonly deadlineSeconds: number
}

/**
 * A place in the queue. `isNew`: false when this conversation waited already, through another message; the question is then added to that place. `waitMinutes`: how long
 * it usually takes at this moment, only where the queue knows ("about 3 minutes"); else say `answerBy`. `isStaffed`: false when this
 * installation has no agent for this bank at all, and nothing must be promised.
 */
export type PersonComing = {
  readonly answerBy: Instant
  readonly isNew: boolean
  readonly waitMinutes: number | undefined
  readonly isStaffed: boolean
}

/** The person who has this conversation now. `institutionName`: whose agent that is, where the desk knows. */
export type WithPerson = { readonly name: string; readonly institutionName: string | undefined }

/** What the customer wrote while a person has the conversation: sealed like a question. */
export type WordsForPerson = {
  readonly conversation: ConversationId
  readonly message: MessageId
  readonly text: Uint8Array
}

/** A payment or a card that somebody must look into. */
export type CaseAsked = {
  readonly customer: CustomerId
  readonly conversation: ConversationId
  /** The bank it is about, where only one is linked. */
  readonly institution: InstitutionId | undefined
  readonly kind: 'dispute' | 'fraud' | 'card-lost'
  /** The message that opened it: asking twice with the same message gives the same case. */
  readonly message: MessageId
  readonly question: Uint8Array
  readonly deadlineSeconds: number
}

/** A case as the customer hears of it. */
export type CaseOpened = { readonly reference: string; readonly answerBy: Instant; readonly isNew: boolean }

/**
 * What the chat asks of the desk, which stands above it; `app.ts` connects them. Both write in the caller's transaction, under the login
 * `parley_answer`, and are safe to be called twice.
 */
export type DeskPort = {
  askForPerson(tx: Tx, asked: PersonAsked): Promise<PersonComing>
  /** Opens a case, and asks for a person with it: the case stands in the queue by itself. */
  openCase(tx: Tx, asked: CaseAsked): Promise<CaseOpened>
  /**
   * Who has this conversation at this moment. While somebody has, the chat keeps quiet and gives what is written to {@link hear}; stopping,
   * erasing and words of danger still work.
   */
  isWithPerson(tx: Tx, conversation: ConversationId): Promise<WithPerson | undefined>
  /** Gives the customer's words to that person. False when nobody has the conversation any more: then the chat answers itself. */
  hear(tx: Tx, words: WordsForPerson): Promise<boolean>
  /** "I don't need a person any more." True when one was waited for. */
  cancel(tx: Tx, conversation: ConversationId): Promise<boolean>
  /** "Don't allow" under a person's question to look at the accounts; also takes back what was allowed. False when nothing was asked. */
  refuseLook(tx: Tx, conversation: ConversationId): Promise<boolean>
  /** The bot broke here, and said so under this reference; the person who takes the conversation sees it. */
  noteBotFailed(tx: Tx, conversation: ConversationId, reference: string): Promise<void>
}

/** What binds a sealed question of a hand-over to its conversation. */
export function handoverContext(conversation: ConversationId): string {
  return `chat_handover|${conversation}`
}
