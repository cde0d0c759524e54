/** Building and finding elements; text only ever enters the page as text. */

type Attributes = Readonly<Record<string, string | boolean>>

/** Makes an element. A true attribute is set empty, a false one left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children)
  return made
}

/** Finds an element of the page by id; the page is broken without it. */
export function byId<Made extends HTMLElement>(id: string, kind: new () => Made): Made {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`The page has no ${id}`)
}

/** Makes a button that calls back. */
export function button(attributes: Attributes, words: string, onPress: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, words)
  made.addEventListener('click', onPress)
  return made
}

/** The round sign with the first letter of a name. */
export function avatar(name: string): HTMLElement {
  return element('span', { class: 'avatar', 'aria-hidden': 'true' }, [...name][0]?.toUpperCase() ?? '?')
}
