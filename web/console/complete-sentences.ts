type Suggestion = { readonly text: string; readonly about: string; readonly kind: string }
type Completion = { readonly from: number; readonly to: number; readonly suggestions: readonly Suggestion[] }

/**
 * Shows what may come at the cursor of a rule file, as the server's own language says it (WAI-ARIA combobox with a list): Ctrl+Space asks, the arrow
 * keys choose, Enter or Tab takes, Escape leaves. All of it is put in as text.
 */
export function completeSentences(field: HTMLTextAreaElement): void {
  const list = document.createElement('ul')
  list.className = 'completions'
  list.id = `${field.id}-completions`
  list.hidden = true
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', field.dataset['completions'] ?? '')
  field.after(list)
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-controls', list.id)
  let shown: Completion | undefined
  let chosen = 0
  let asked = 0
  let answered = 0
  // Enter or Tab while what is shown is of an earlier text: done with what comes.
  let wanted: 'Enter' | 'Tab' | undefined

  field.addEventListener('keydown', (event) => {
    if (event.ctrlKey && event.code === 'Space') {
      event.preventDefault()
      void ask()
      return
    }
    if (shown === undefined) return
    const { length } = shown.suggestions
    if (isAsking() && (event.key === 'Enter' || event.key === 'Tab')) {
      wanted = event.key
      event.preventDefault()
      return
    }
    if (event.key === 'ArrowDown') choose((chosen + 1) % length)
    else if (event.key === 'ArrowUp') choose((chosen + length - 1) % length)
    else if (event.key === 'Enter' || event.key === 'Tab') take(chosen)
    else if (event.key === 'Escape') leave()
    else return
    event.preventDefault()
  })
  field.addEventListener('input', () => {
    wanted = undefined
    if (shown !== undefined || isAsking()) void ask()
  })
  field.addEventListener('blur', leave)

  async function ask(): Promise<void> {
    asked += 1
    const mine = asked
    const found = await fetchCompletion(field)
    // A slower answer to an earlier question says nothing of what stands there now.
    if (mine !== asked) return
    answered = mine
    const key = wanted
    show(found)
    if (key !== undefined && shown !== undefined) take(0)
    else if (key === 'Enter') field.setRangeText('\n', field.selectionStart, field.selectionEnd, 'end')
  }

  /** Where things stand in what is shown is then no longer where they stand in the field. */
  function isAsking(): boolean {
    return asked !== answered
  }

  function show(found: Completion | undefined): void {
    if (found === undefined || found.suggestions.length === 0) return leave()
    shown = found
    list.replaceChildren(
      ...found.suggestions.map(({ text, about }, at) => {
        const item = document.createElement('li')
        item.id = `${list.id}-${at}`
        item.setAttribute('role', 'option')
        const meaning = document.createElement('span')
        meaning.className = 'meaning'
        meaning.textContent = about
        item.append(text, meaning)
        item.addEventListener('mousedown', (event) => {
          event.preventDefault()
          take(at)
        })
        return item
      }),
    )
    list.hidden = false
    choose(0)
  }

  function choose(at: number): void {
    chosen = at
    for (const [index, item] of [...list.children].entries()) item.setAttribute('aria-selected', String(index === at))
    field.setAttribute('aria-activedescendant', `${list.id}-${at}`)
    list.children[at]?.scrollIntoView({ block: 'nearest' })
  }

  function take(at: number): void {
    const suggestion = shown?.suggestions[at]
    if (shown === undefined || suggestion === undefined) return
    const isForm = suggestion.kind === 'form'
    // Something of that form is to be written by the person: it only shows what.
    if (!isForm) field.setRangeText(`${suggestion.text} `, shown.from, shown.to, 'end')
    leave()
  }

  function leave(): void {
    shown = undefined
    wanted = undefined
    // Nothing opens by itself after it was left.
    asked += 1
    answered = asked
    list.hidden = true
    list.replaceChildren()
    field.removeAttribute('aria-activedescendant')
  }
}

async function fetchCompletion(field: HTMLTextAreaElement): Promise<Completion | undefined> {
  const body = new URLSearchParams({ file: field.value, at: String(field.selectionStart) })
  try {
    const answer = await fetch(field.dataset['complete'] ?? '', { method: 'POST', body, credentials: 'same-origin' })
    return answer.ok ? readCompletion(await answer.json()) : undefined
  } catch {
    return undefined // no help at the moment: the sentence is checked when it is saved
  }
}

function readCompletion(value: unknown): Completion | undefined {
  if (typeof value !== 'object' || value === null || !('suggestions' in value) || !Array.isArray(value.suggestions))
    return undefined
  if (!('from' in value) || !('to' in value) || typeof value.from !== 'number' || typeof value.to !== 'number')
    return undefined
  const suggestions = value.suggestions.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('text' in each) || !('about' in each) || !('kind' in each))
      return []
    const { text, about, kind } = each
    return [{ text: String(text), about: String(about), kind: String(kind) }]
  })
  return { from: value.from, to: value.to, suggestions }
}
