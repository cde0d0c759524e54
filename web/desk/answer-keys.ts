/** Letters do what the buttons do; in a field they are letters, and Escape leaves it. Nothing is held: Tab goes everywhere. */
export function answerKeys(): void {
  const help = document.querySelector<HTMLDialogElement>('[data-keys-help]')
  const opener = document.querySelector<HTMLButtonElement>('[data-keys]')
  if (opener !== null) {
    opener.hidden = false
    opener.addEventListener('click', () => help?.showModal())
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help?.open === true) return
    const at = event.target
    const isTyping =
      at instanceof HTMLTextAreaElement ||
      (at instanceof HTMLInputElement && at.type !== 'radio' && at.type !== 'checkbox')
    if (event.key === 'Escape' && at instanceof HTMLElement) return at.blur()
    if (isTyping || at instanceof HTMLSelectElement) return
    if (act(event.key, help)) event.preventDefault()
  })
}

function act(key: string, help: HTMLDialogElement | null): boolean {
  switch (key) {
    case 'j':
      return step(1)
    case 'k':
      return step(-1)
    case 't':
      return press('[data-take] button')
    case 'r':
      return focus('[data-say]')
    case 'n':
      return focus('[data-note]')
    case 's':
      return focus('[data-see]')
    case 'b':
      return focus('[data-return-button]')
    case '?':
      help?.showModal()
      return help !== null
    default:
      return false
  }
}

function step(by: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('.place')].filter((row) => row.checkVisibility())
  const now = rows.findIndex((row) => row === document.activeElement)
  const next = rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + by, 0), rows.length - 1)]
  next?.focus()
  return next !== undefined
}

function focus(selector: string): boolean {
  const field = document.querySelector<HTMLElement>(selector)
  field?.focus()
  field?.scrollIntoView({ block: 'center' })
  return field !== null
}

function press(selector: string): boolean {
  const button = document.querySelector<HTMLButtonElement>(selector)
  button?.click()
  return button !== null
}
