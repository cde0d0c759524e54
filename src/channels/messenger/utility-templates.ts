import type { Language, Reply } from '../channel.ts'

/** The words of the three messages that may be sent when the 24-hour window is closed. Each carries the safety sentence. */
export type TemplateWords = {
  /** A sealed answer waits; `button` opens it. */
  readonly answerReady: { readonly body: string; readonly button: string }
  /** Something that nobody asked for just now waits behind a link. */
  readonly noticeReady: { readonly body: string; readonly button: string }
  /** Something else could not be said in time. */
  readonly replyWaiting: { readonly body: string }
}

/** A language as the messenger writes it in templates. */
export const templateLocales = {
  en: 'en',
  es: 'es',
  fr: 'fr',
  de: 'de',
  pt: 'pt_BR',
} as const satisfies Record<Language, string>

/** The body of `POST /{page}/message_templates` for the templates in one language. `pagesUrl` is the gateway's origin. */
export function templatesToCreate(language: Language, words: TemplateWords, pagesUrl: string): readonly TemplateBody[] {
  const common = { language: templateLocales[language], category: 'UTILITY' } as const
  const opening = (name: string, { body, button }: TemplateWords['answerReady']): TemplateBody => ({
    ...common,
    name,
    components: [
      { type: 'BODY', text: body },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: button, url: `${pagesUrl}/a/{{1}}`, example: ['token'] }] },
    ],
  })
  return [
    opening('answer_ready', words.answerReady),
    opening('notice_ready', words.noticeReady),
    { ...common, name: 'reply_waiting', components: [{ type: 'BODY', text: words.replyWaiting.body }] },
  ]
}

export type TemplateBody = {
  readonly name: string
  readonly language: string
  readonly category: 'UTILITY'
  readonly components: readonly object[]
}

/**
 * A reply as a utility template, for when the window is closed: the button to a sealed answer survives, since its token
 * fits behind the template's fixed address; anything else becomes "write to us again".
 */
export function renderAsTemplate(reply: Reply, language: Language, outboxId: string, pagesUrl: string): object {
  const token = answerToken(reply, pagesUrl)
  const code = templateLocales[language]
  const name = reply.unasked === true ? 'notice_ready' : 'answer_ready'
  const template =
    token === undefined
      ? { name: 'reply_waiting', language: { code }, components: [] }
      : { name, language: { code }, components: [buttonParameter(token)] }
  return { metadata: outboxId, template }
}

function buttonParameter(token: string): object {
  return { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: token }] }
}

function answerToken(reply: Reply, pagesUrl: string): string | undefined {
  const prefix = `${pagesUrl}/a/`
  for (const button of reply.buttons ?? []) {
    if (button.kind === 'link' && button.url.startsWith(prefix)) return button.url.slice(prefix.length)
  }
  return undefined
}
