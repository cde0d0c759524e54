import type { Language, Reply, ReplyButton } from '../channel.ts'

/**
 * A message that may be sent when the 24-hour window is closed. Its words are fixed beforehand and the same for everybody; what may differ is
 * where its buttons lead. `path` is on our own pages, and a token stands behind it; `page` is always the same page of ours. A button without a
 * payload gets one with each message.
 */
export type UtilityTemplate = {
  /** Lower-case letters, digits and underscores. */
  readonly name: string
  readonly body: string
  readonly buttons: readonly (
    | { readonly kind: 'link'; readonly title: string; readonly path: `/${string}/` }
    | { readonly kind: 'link'; readonly title: string; readonly page: `/${string}` }
    | { readonly kind: 'postback'; readonly title: string; readonly payload?: string }
  )[]
}

/** A language as the messenger writes it in templates. */
export const templateLocales = {
  en: 'en',
  es: 'es',
  fr: 'fr',
  de: 'de',
  pt: 'pt_BR',
} as const satisfies Record<Language, string>

/** The body of `POST /{page}/message_templates` for each of these templates in one language. `pagesUrl` is the gateway's origin. */
export function templatesToCreate(
  language: Language,
  templates: readonly UtilityTemplate[],
  pagesUrl: string,
): readonly TemplateBody[] {
  return templates.map(({ name, body, buttons }) => ({
    name,
    language: templateLocales[language],
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: body },
      ...(buttons.length === 0
        ? []
        : [
            {
              type: 'BUTTONS',
              buttons: buttons.map((button) => buttonToCreate(button, pagesUrl)),
            },
          ]),
    ],
  }))
}

function buttonToCreate(button: UtilityTemplate['buttons'][number], pagesUrl: string): object {
  const { title: text } = button
  if (button.kind === 'postback') return { type: 'POSTBACK', text, payload: button.payload ?? '{{1}}' }
  if ('page' in button) return { type: 'URL', text, url: `${pagesUrl}${button.page}` }
  return { type: 'URL', text, url: `${pagesUrl}${button.path}{{1}}`, example: ['token'] }
}

export type TemplateBody = {
  readonly name: string
  readonly language: string
  readonly category: 'UTILITY'
  readonly components: readonly object[]
}

/** Under which name and language a template is known. */
export function templateKey({ name, language }: { readonly name: string; readonly language: string }): string {
  return `${name} ${language}`
}

/**
 * A reply as a utility template, for when the window is closed. One that names its template keeps its buttons; of any other the button to
 * a sealed answer survives, since its token fits behind the template's fixed address; anything else becomes "write to us again".
 * `refused` says of a template that the messenger does not let it be sent.
 */
export function renderAsTemplate(
  reply: Reply,
  language: Language,
  outboxId: string,
  { pagesUrl, refused = () => false }: { readonly pagesUrl: string; readonly refused?: (key: string) => boolean },
): object {
  const code = templateLocales[language]
  const wanted = namedTemplate(reply) ?? answerTemplate(reply, pagesUrl)
  const template =
    wanted === undefined || refused(templateKey({ name: wanted.name, language: code }))
      ? { name: 'reply_waiting', language: { code }, components: [] }
      : { name: wanted.name, language: { code }, components: wanted.components }
  return { metadata: outboxId, template }
}

type Filled = { readonly name: string; readonly components: readonly object[] }

function namedTemplate({ template, buttons = [] }: Reply): Filled | undefined {
  if (template === undefined) return undefined
  return typeof template === 'string'
    ? { name: template, components: buttons.map(parameterOf) }
    : { name: template.whole, components: [] }
}

function parameterOf(button: ReplyButton, place: number): object {
  const index = String(place)
  return button.kind === 'link'
    ? { type: 'button', sub_type: 'url', index, parameters: [{ type: 'text', text: lastPart(button.url) }] }
    : { type: 'button', sub_type: 'postback', index, parameters: [{ type: 'payload', payload: button.payload }] }
}

function lastPart(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}

function answerTemplate(reply: Reply, pagesUrl: string): Filled | undefined {
  const token = answerToken(reply, pagesUrl)
  const name = reply.unasked === true ? 'notice_ready' : 'answer_ready'
  return token === undefined ? undefined : { name, components: [buttonParameter(token)] }
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
