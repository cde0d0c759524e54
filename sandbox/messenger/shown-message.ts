/** What a bubble in the chat page shows. Pure types: the page's own code reads them too. */

/** A button under a message or a card. */
export type Button =
  | { readonly kind: 'url'; readonly title: string; readonly url: string }
  | { readonly kind: 'postback'; readonly title: string; readonly payload: string }
  | { readonly kind: 'call'; readonly title: string; readonly number: string }
  | { readonly kind: 'link'; readonly title: string; readonly url: string }
  | { readonly kind: 'unlink'; readonly title: string }

/** A suggestion that vanishes after a tap. The title is already cut to 20 characters. */
export type QuickReply = { readonly title: string; readonly payload: string }

/** One element of a generic template. */
export type Card = {
  readonly title: string
  readonly subtitle: string
  readonly url: string
  readonly buttons: readonly Button[]
}

/** A message as a person sees it; the carried JSON is kept beside it, untouched. */
export type Shown = {
  readonly text: string
  readonly buttons: readonly Button[]
  readonly quickReplies: readonly QuickReply[]
  readonly cards: readonly Card[]
  readonly media: readonly { readonly type: string; readonly url: string }[]
}

/** What the crawler found behind a link. `status` 0 means that nothing answered. */
export type Preview = {
  readonly url: string
  readonly status: number
  readonly title: string
  readonly description: string
  readonly site: string
}

/** How far a person's own message got: on its way, answered 200 by the page's webhook, marked seen. */
export type Tick = 'sending' | 'sent' | 'seen' | 'lost'

/** One entry of a thread for the page. */
export type MessageView = {
  readonly mid: string
  readonly from: 'page' | 'person'
  readonly at: number
  readonly shown: Shown
  readonly previews: readonly Preview[]
  /** The http(s) links in it; the in-app browser opens them by their place in this list. */
  readonly links: readonly string[]
  readonly reaction: string
  readonly edited: boolean
  readonly replyTo: string
  readonly tick: Tick | ''
}

/** A row of the persistent menu in the person's language. */
export type MenuItem = { readonly title: string; readonly url: string }

/** One callback to the app. `status` 0: no answer. `url` and `code` come with an accepted deletion. */
export type CallbackView = {
  readonly at: number
  readonly kind: 'deauthorize' | 'data-deletion'
  readonly status: number
  readonly url?: string | undefined
  readonly code?: string | undefined
}

/** The state around a thread. */
export type ThreadView = {
  readonly psid: string
  readonly name: string
  readonly pageName: string
  readonly getStarted: boolean
  readonly greeting: string
  readonly iceBreakers: readonly string[]
  readonly menu: readonly MenuItem[]
  readonly composerDisabled: boolean
  readonly blocked: boolean
  readonly linked: boolean
  /** The person took the app out of their settings. */
  readonly appRemoved: boolean
  /** What the app answered when it was told of removals and deletions, newest last. */
  readonly callbacks: readonly CallbackView[]
  readonly windowOpen: boolean
  readonly banner: string
}

/** What the live stream tells the page. */
export type LiveEvent =
  | { readonly type: 'snapshot'; readonly thread: ThreadView; readonly messages: readonly MessageView[] }
  | { readonly type: 'thread'; readonly thread: ThreadView }
  | { readonly type: 'message'; readonly message: MessageView }
  | { readonly type: 'typing'; readonly on: boolean }
