const shown = new Map<string, string>()

/**
 * Puts what changed in its place, from a document that holds every live part. What a person is in the middle of stays: their
 * choices, where the keyboard is, and the part whose list is open, until the next time. While a button is held down nothing moves: one that goes from
 * under the finger was never pressed.
 */
export function putParts(fresh: Document): void {
  if (document.querySelector(':active') !== null) return
  for (const part of fresh.querySelectorAll<HTMLElement>('[data-live]')) {
    const name = part.dataset['live'] ?? ''
    const place = document.querySelector<HTMLElement>(`[data-live="${CSS.escape(name)}"]`)
    if (place !== null) putPart(place, part, name)
  }
  announceSteps()
}

function putPart(place: HTMLElement, part: HTMLElement, name: string): void {
  if (isChoosing(place)) return
  // The page came with its parts, so the first time they are compared with what is there.
  const before = shown.get(name) ?? place.innerHTML
  shown.set(name, part.innerHTML)
  if (before === part.innerHTML) return
  const choices = [...place.querySelectorAll('select')].map(({ id, value }) => [id, value] as const)
  const focused = place.contains(document.activeElement) ? keyOf(document.activeElement) : undefined
  place.replaceChildren(...[...part.childNodes].map((node) => document.importNode(node, true)))
  for (const [id, value] of choices) choose(id, value)
  if (focused !== undefined) refocus(place, focused)
}

/** Where a browser cannot tell, an open list is closed. */
function isChoosing(place: HTMLElement): boolean {
  return CSS.supports('selector(select:open)') && place.querySelector('select:open') !== null
}

function choose(id: string, value: string): void {
  const select = document.getElementById(id)
  if (select instanceof HTMLSelectElement && [...select.options].some((option) => option.value === value)) {
    select.value = value
  }
}

/** Something that finds the same control again after its part was put in anew. */
function keyOf(element: Element | null): string {
  if (element === null) return ''
  if (element.id !== '') return `#${CSS.escape(element.id)}`
  const step = element.getAttribute('data-step')
  if (step !== null) return `[data-step="${CSS.escape(step)}"]`
  const [name, value] = [element.getAttribute('name'), element.getAttribute('value')]
  if (name !== null && value !== null) return `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`
  return element.tagName.toLowerCase()
}

/** The same control; or, when it is gone, what became of pressing it. */
function refocus(place: HTMLElement, key: string): void {
  const outcome = place.closest('section')?.querySelector<HTMLElement>('.outcome')
  const target = place.querySelector<HTMLElement>(key) ?? outcome
  target?.focus({ preventScroll: true })
}

let stepsToldOf: string | undefined

/** A step that is done is said aloud once, wherever on the page somebody is. */
function announceSteps(): void {
  const count = document.querySelector<HTMLElement>('[data-done]')
  const done = count?.dataset['done']
  if (done === undefined || done === stepsToldOf) return
  const isFirst = stepsToldOf === undefined
  stepsToldOf = done
  const place = document.querySelector('[data-announce]')
  if (place !== null && !isFirst) place.textContent = `${done} of 6 steps done. ${count?.dataset['next'] ?? ''}`
}
