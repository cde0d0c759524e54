import type { NoticeTemplate } from './notice-templates.ts'

/** What a notice's button opens (a page of ours by its path), or what a tap on it says. */
export type NoticeKind = {
  /** What goes in its place when the messenger's window is closed. */
  readonly template: NoticeTemplate
  readonly button?: { readonly title: string; readonly path: string }
  /** A tap that says something in the chat itself, where no page is needed: what only makes things safer. */
  readonly choice?: { readonly title: string; readonly payload: string }
}

/**
 * Every kind of notice. Its sentence is `notice.<kind>` in `words/<language>.json`, its button's title `button.<title>` or
 * `choice.<title>`. Each
 * part of the product adds its own kinds here and its words in every language. The safety sentence is added by itself, so a
 * sentence has at most 150 characters.
 */
export const noticeKinds = {
  /** What a customer shared ended, by their own hand elsewhere, by the bank, the messenger, or time. Params: `bank`. */
  sharingEnded: { template: 'sharing_news', button: { title: 'receipt', path: '/me/receipts' } },
  /** Sharing will end: a month before, where it lives long; and three days before. Params: `bank`, `day` (milliseconds). */
  sharingEndsInMonth: { template: 'sharing_ends', button: { title: 'extend', path: '/me' } },
  sharingEndsInDays: { template: 'sharing_ends', button: { title: 'extend', path: '/me' } },
  /** Words in a chat will end fraud alerts in a day; soon; did. Params: `time` (milliseconds). */
  alertsEnding: { template: 'alerts_ending', choice: { title: 'keepAlerts', payload: 'intent:keep_alerts' } },
  alertsEndingSoon: { template: 'alerts_ending', choice: { title: 'keepAlerts', payload: 'intent:keep_alerts' } },
  alertsEnded: { template: 'sharing_news', button: { title: 'centre', path: '/me' } },
  /** An erasure has begun: the last message in each conversation. */
  erasing: { template: 'erasing_begun' },
  // On the privacy centre, after a passkey; whoever did not do it themselves sees it here.
  /** Some kinds of data are no longer shared. Params: `bank`. */
  sharingNarrowed: { template: 'sharing_news', button: { title: 'centre', path: '/me' } },
  /** Fraud alerts ended at once, by the passkey. Params: `bank`. */
  alertsOff: { template: 'sharing_news', button: { title: 'alerts', path: '/me/alerts' } },
  /** New terms were signed: longer, wider or fuller. Params: `bank`. */
  sharingChanged: { template: 'sharing_news', button: { title: 'centre', path: '/me' } },
  passkeyAdded: { template: 'passkey_news', button: { title: 'passkeys', path: '/me/passkeys' } },
  passkeyRemoved: { template: 'passkey_news', button: { title: 'passkeys', path: '/me/passkeys' } },
  phraseChanged: { template: 'passkey_news', button: { title: 'centre', path: '/me' } },
  // The kill switch. Params: `where` (a platform or channel of ours) or `bank`.
  answersStopped: { template: 'service_news' },
  bankStopped: { template: 'service_news' },
  answersBack: { template: 'service_news' },
  bankBack: { template: 'service_news' },
  exported: { template: 'passkey_news', button: { title: 'centre', path: '/me' } },
} as const satisfies Record<string, NoticeKind>

export type NoticeName = keyof typeof noticeKinds

/** Whether a stored name is one of them. */
export function isNoticeName(name: string): name is NoticeName {
  return Object.hasOwn(noticeKinds, name)
}
