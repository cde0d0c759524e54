import { type Html, html } from '../../pages/index.ts'
import type { RoomView } from './room-view.ts'
import type { ButtonWords } from './scenarios.ts'

/** A button that says first what will happen. */
export function press(
  name: string,
  value: string,
  words: ButtonWords,
  options: { readonly isOn?: boolean } = {},
): Html {
  return html`<button
    class="press"
    name="${name}"
    value="${value}"
    ${options.isOn === true && html`aria-pressed="true"`}
  >
    <strong>${words.name}</strong><span>${words.effect}</span>
  </button>`
}

/** Chooses among the bank's people; whoever was chosen last comes first. */
export function bankPersonField({ deps }: RoomView, id: string): Html {
  const known = deps.memory.get().login
  const options = deps.bank
    .people()
    .map(({ login, name }) => html`<option value="${login}" ${login === known && html`selected`}>${name}</option>`)
  return html`<label class="field" for="${id}">Whose card</label
    ><select id="${id}" name="login">
      ${options}
    </select>`
}

/** Chooses among people who have written in the messenger; undefined while nobody has, or nobody can be seen. */
export function chatPersonField({ deps, seen }: RoomView, id: string, label: string): Html | undefined {
  const known = deps.memory.get().psid
  const options = (seen.threads ?? []).map(
    ({ psid, name }) => html`<option value="${psid}" ${psid === known && html`selected`}>${name}</option>`,
  )
  if (options.length === 0) return undefined
  return html`<label class="field" for="${id}">${label}</label
    ><select id="${id}" name="psid">
      ${options}
    </select>`
}

/** What stands in place of a form while there is nobody whose conversation could be used. */
export function nobodyYet({ deps, seen }: RoomView): Html {
  const { ui, controlSecret } = deps.config.messenger
  if (controlSecret === undefined) {
    return html`<p class="note">
      Somebody else runs the messenger of this demo, so its conversations cannot be used from here.
    </p>`
  }
  if (seen.threads === undefined) {
    return html`<p class="note danger">
      The messenger does not answer. It is a process of the demo: if it ended, so does the demo.
    </p>`
  }
  return html`<p class="note">Nobody has written yet. ${away(ui, 'Open the messenger', 'button')}</p>`
}

/** A link that leaves the control room open. */
export function away(url: string, words: string, style = ''): Html {
  return html`<a class="${style}" href="${url}" target="_blank" rel="noopener">${words}</a>`
}
