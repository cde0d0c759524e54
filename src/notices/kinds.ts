/** What a notice's button opens (a page of ours by its path), or what a tap on it says. */
export type NoticeKind = {
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
  sharingEnded: { button: { title: 'receipt', path: '/me/receipts' } },
  /** Sharing will end: a month before, where it lives long; and three days before. Params: `bank`, `day` (milliseconds). */
  sharingEndsInMonth: { button: { title: 'extend', path: '/me' } },
  sharingEndsInDays: { button: { title: 'extend', path: '/me' } },
  /** Words in a chat will end fraud alerts in a day; soon; did. Params: `time` (milliseconds). */
  alertsEnding: { choice: { title: 'keepAlerts', payload: 'intent:keep_alerts' } },
  alertsEndingSoon: { choice: { title: 'keepAlerts', payload: 'intent:keep_alerts' } },
  alertsEnded: { button: { title: 'centre', path: '/me' } },
  /** An erasure has begun: the last message in each conversation. */
  erasing: {},
  // On the privacy centre, after a passkey; whoever did not do it themselves sees it here.
  /** Some kinds of data are no longer shared. Params: `bank`. */
  sharingNarrowed: { button: { title: 'centre', path: '/me' } },
  /** Fraud alerts ended at once, by the passkey. Params: `bank`. */
  alertsOff: { button: { title: 'alerts', path: '/me/alerts' } },
  /** New terms were signed: longer, wider or fuller. Params: `bank`. */
  sharingChanged: { button: { title: 'centre', path: '/me' } },
  passkeyAdded: { button: { title: 'passkeys', path: '/me/passkeys' } },
  passkeyRemoved: { button: { title: 'passkeys', path: '/me/passkeys' } },
  phraseChanged: { button: { title: 'centre', path: '/me' } },
  // The kill switch. Params: `where` (a platform or channel of ours) or `bank`.
  answersStopped: {},
  bankStopped: {},
  answersBack: {},
  bankBack: {},
  exported: { button: { title: 'centre', path: '/me' } },
} as const satisfies Record<string, NoticeKind>

export type NoticeName = keyof typeof noticeKinds

/** Whether a stored name is one of them. */
export function isNoticeName(name: string): name is NoticeName {
  return Object.hasOwn(noticeKinds, name)
}
