import type { Language, UtilityTemplate } from '../channels/index.ts'
import { noticeWords } from './notice-words.ts'

type Parts = {
  /** Its words in the catalogue; `template.<name>` unless given. */
  readonly words?: string
  readonly buttons: readonly (
    | { readonly kind: 'link'; readonly title: string; readonly page: `/${string}` }
    | { readonly kind: 'postback'; readonly title: string; readonly payload: string }
  )[]
}

/**
 * What goes in a notice's place when the messenger's window is closed: no bank, no day, no name, and the same page for everybody. Several kinds
 * share one, for the messenger looks at each before it may be sent.
 */
const templates = {
  sharing_news: { buttons: [{ kind: 'link', title: 'button.centre', page: '/me' }] },
  sharing_ends: { buttons: [{ kind: 'link', title: 'button.extend', page: '/me' }] },
  alerts_ending: { buttons: [{ kind: 'postback', title: 'choice.keepAlerts', payload: 'intent:keep_alerts' }] },
  passkey_news: { buttons: [{ kind: 'link', title: 'button.passkeys', page: '/me/passkeys' }] },
  service_news: { buttons: [] },
  erasing_begun: { words: 'notice.erasing', buttons: [] },
} as const satisfies Record<string, Parts>

export type NoticeTemplate = keyof typeof templates

/** The templates of all notices, in one language. */
export function noticeTemplates(language: Language): readonly UtilityTemplate[] {
  const words = noticeWords.for(language)
  return Object.entries<Parts>(templates).map(([name, parts]) => ({
    name,
    body: `${words.say(parts.words ?? `template.${name}`)} ${words.say('safety')}`,
    buttons: parts.buttons.map((button) => ({ ...button, title: words.say(button.title) })),
  }))
}
