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

/** What the customer of a session sees of the desk, which stands above these pages; `app.ts` connects them. */
export type OwnDesk = {
  looks(session: Uint8Array): Promise<readonly DeskLook[]>
  words(session: Uint8Array): Promise<readonly DeskWords[]>
  cases(session: Uint8Array): Promise<readonly DeskCase[]>
}
