/** Markup that is safe to send: made only by {@link html}, which escapes whatever is put into it. */
export class Html {
  readonly #text: string

  constructor(parts: TemplateStringsArray, values: readonly HtmlValue[]) {
    this.#text = parts.map((part, index) => part + (index < values.length ? render(values[index]) : '')).join('')
  }

  toString(): string {
    return this.#text
  }
}

export type HtmlValue = string | number | Html | readonly Html[] | undefined | false

/** A template whose values are escaped, for text and for quoted attributes alike; `undefined` and `false` are nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts, values)
}

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.map((part) => part.toString()).join('')
  return escape(String(value))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
