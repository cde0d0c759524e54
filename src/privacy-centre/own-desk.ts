import type {
  CaseFinding,
  CaseRefund,
  ChannelName,
  ConversationId,
  DataClass,
  InstitutionId,
  Instant,
  Secret,
  TermsId,
} from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** Somebody at the desk opened a conversation of the customer's. */
export type DeskLook = {
  readonly at: Instant
  readonly name: string
  readonly institutionName: string | undefined
  readonly channel: ChannelName | undefined
  /** What of the accounts was looked at; undefined: the conversation alone. */
  readonly dataClass: DataClass | undefined
}

/** Somebody at the desk asks to look at what the bank knows, for one conversation. `until`: it is allowed now, so long at most. */
export type DeskLeave = {
  readonly id: string
  readonly conversation: ConversationId
  readonly channel: ChannelName
  readonly institution: InstitutionId
  readonly institutionName: string | undefined
  readonly name: string
  readonly classes: readonly DataClass[]
  readonly askedAt: Instant
  readonly answer: 'allowed' | 'refused' | undefined
  readonly isOver: boolean
  readonly until: Instant | undefined
}

/** What somebody at the desk wrote to the customer; `carried`: whether the chat carried it, or this page alone does. */
export type DeskWords = {
  readonly at: Instant
  readonly name: string
  readonly institutionName: string | undefined
  readonly carried: 'chat' | 'sealed-page'
  readonly words: Secret<string>
}

/** How a case stands, and what the bank's people found once two of them agreed. */
export type CaseStanding = {
  readonly state: 'waiting' | 'working' | 'decided' | 'closed'
  readonly finding: CaseFinding | undefined
  /** Whether the bank is recommended to give the money back. */
  readonly refund: CaseRefund | undefined
}

export type DeskCase = {
  readonly number: string
  readonly kind: 'dispute' | 'fraud' | 'card-lost'
  readonly institutionName: string | undefined
  readonly openedAt: Instant
  readonly answerBy: Instant
  readonly closedAt: Instant | undefined
  /** Undefined: nobody works on cases here. */
  readonly standing?: CaseStanding
}

/** Something that waits for a person, or did: a place in the queue. What was written with it is not shown again. */
export type DeskRequest = {
  /** `wrong-place`: sent from the page of an answer; `case`: about a card or a payment. */
  readonly about: 'wrong-place' | 'case' | 'question'
  readonly institutionName: string | undefined
  readonly askedAt: Instant
  /** `unpromised`: nobody answers for this bank here. */
  readonly stands:
    | { readonly as: 'waiting' | 'late'; readonly by: Instant }
    | { readonly as: 'unpromised' }
    | { readonly as: 'taken'; readonly name: string }
    | { readonly as: 'ended'; readonly at: Instant }
}

/** What the customer of a session sees of the desk, which stands above these pages; `app.ts` connects them. */
export type OwnDesk = {
  looks(session: Uint8Array): Promise<readonly DeskLook[]>
  words(session: Uint8Array): Promise<readonly DeskWords[]>
  cases(session: Uint8Array): Promise<readonly DeskCase[]>
  requests(session: Uint8Array): Promise<readonly DeskRequest[]>
  leaves(session: Uint8Array): Promise<readonly DeskLeave[]>
  /**
   * What the passkey signed answers a question, in the transaction (login `parley_consent`) that keeps the terms. False: the question is over, or
   * asked for something else than was signed; then nothing may be kept.
   */
  allow(
    tx: Tx,
    allowed: { readonly session: Uint8Array; readonly leave: DeskLeave; readonly terms: TermsId },
  ): Promise<boolean>
  /** No, or no longer. Login `parley_consent`. */
  refuse(tx: Tx, refused: { readonly session: Uint8Array; readonly leave: DeskLeave }): Promise<boolean>
}
