import type { ChannelName, Instant, Secret } from '../kernel/index.ts'

/** Somebody at the desk opened a conversation of the customer's. */
export type DeskLook = {
  readonly at: Instant
  readonly name: string
  readonly institutionName: string | undefined
  readonly channel: ChannelName | undefined
}

/** What somebody at the desk wrote to the customer; `carried`: whether the chat carried it, or this page alone does. */
export type DeskWords = {
  readonly at: Instant
  readonly name: string
  readonly institutionName: string | undefined
  readonly carried: 'chat' | 'sealed-page'
  readonly words: Secret<string>
}

export type DeskCase = {
  readonly number: string
  readonly kind: 'dispute' | 'fraud' | 'card-lost'
  readonly institutionName: string | undefined
  readonly openedAt: Instant
  readonly answerBy: Instant
  readonly closedAt: Instant | undefined
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
}
