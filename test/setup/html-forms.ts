/** One form of a page, as a browser without script reads it. */
export type HtmlForm = {
  readonly attributes: Readonly<Record<string, string>>
  /** What is sent unless the person changes something: hidden and text fields, what is ticked, what is chosen. */
  readonly fields: readonly (readonly [string, string])[]
  /** Every tick box and radio button, ticked or not. */
  readonly choices: readonly { readonly name: string; readonly value: string; readonly ticked: boolean }[]
  readonly buttons: readonly { readonly name: string; readonly value: string; readonly text: string }[]
}

/** The forms of a page in their order. Reads what our own pages and the sandbox bank write, not all of HTML. */
export function readForms(page: string): readonly HtmlForm[] {
  return [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form\s*>/g)].map(([, head = '', inside = '']) => {
    const inputs = [...inside.matchAll(/<input\b([^>]*)>/g)].map(([, text = '']) => readAttributes(text))
    return {
      attributes: readAttributes(head),
      fields: [...inputs.flatMap(sentByDefault), ...readSelects(inside), ...readTextAreas(inside)],
      choices: inputs
        .filter(({ type }) => type === 'checkbox' || type === 'radio')
        .map((input) => ({
          name: input['name'] ?? '',
          value: input['value'] ?? 'on',
          ticked: input['checked'] !== undefined,
        })),
      buttons: [...inside.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button\s*>/g)].map(
        ([, attributes = '', text = '']) => {
          const { name = '', value = '' } = readAttributes(attributes)
          return { name, value, text: textOf(text) }
        },
      ),
    }
  })
}

/** The links of a page: where they lead and what they say. */
export function readLinks(page: string): readonly { readonly url: string; readonly text: string }[] {
  return [...page.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a\s*>/g)].map(([, attributes = '', text = '']) => ({
    url: readAttributes(attributes)['href'] ?? '',
    text: textOf(text),
  }))
}

/** The words of a piece of HTML, without its tags and scripts. */
export function textOf(html: string): string {
  const bare = html.replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ').replaceAll(/<[^>]+>/g, ' ')
  return unescapeHtml(bare).replaceAll(/\s+/g, ' ').trim()
}

function sentByDefault(input: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const { type = 'text', name, value } = input
  if (name === undefined || input['disabled'] !== undefined || type === 'submit') return []
  if (type === 'checkbox' || type === 'radio') return input['checked'] === undefined ? [] : [[name, value ?? 'on']]
  return [[name, value ?? '']]
}

function readSelects(inside: string): readonly (readonly [string, string])[] {
  return [...inside.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select\s*>/g)].flatMap(([, head = '', body = '']) => {
    const { name } = readAttributes(head)
    const options = [...body.matchAll(/<option\b([^>]*)>/g)].map(([, text = '']) => readAttributes(text))
    const chosen = options.find((option) => option['selected'] !== undefined) ?? options[0]
    return name === undefined || chosen === undefined ? [] : [[name, chosen['value'] ?? ''] as const]
  })
}

function readTextAreas(inside: string): readonly (readonly [string, string])[] {
  return [...inside.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea\s*>/g)].flatMap(([, head = '', text = '']) => {
    const { name } = readAttributes(head)
    return name === undefined ? [] : [[name, unescapeHtml(text)] as const]
  })
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([a-zA-Z][\w:-]*)(?:\s*=\s*"([^"]*)"|\s*=\s*'([^']*)'|\s*=\s*([^\s"'>]+))?/g)]
  return Object.fromEntries(pairs.map(([, name = '', a, b, c]) => [name, unescapeHtml(a ?? b ?? c ?? '')]))
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&#x([0-9a-f]+);/gi, (_whole, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
}
