import type { Room } from './follow-live.ts'

/** Longer than any press takes. */
const giveUpMs = 60_000
/** A press that takes longer than this shows that it goes on. */
const showAfterMs = 400

/** Sends every form of the page by itself and shows what became of it in its section. */
export function pressWithoutLeaving(room: Room): void {
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || form.dataset['act'] === undefined) return
    event.preventDefault()
    const section = form.dataset['act']
    if (busy.has(section)) return
    void press(room, form, event.submitter)
  })
}

const busy = new Set<string>()

async function press(room: Room, form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const section = form.dataset['act'] ?? ''
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form, submitter)) if (typeof value === 'string') fields.append(name, value)
  busy.add(section)
  mark(section, 'yes')
  submitter?.setAttribute('aria-disabled', 'true')
  const ended = showGoing(section)
  try {
    const answer = await fetch(form.getAttribute('action') ?? '', {
      method: 'POST',
      headers: { 'x-without-leaving': 'yes' },
      body: fields,
      signal: AbortSignal.timeout(giveUpMs),
    })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    await room.look()
  } catch {
    sayFailed(section)
  } finally {
    ended()
    busy.delete(section)
    mark(section, 'no')
    submitter?.removeAttribute('aria-disabled')
    document.getElementById(`${section}-outcome`)?.scrollIntoView({ block: 'nearest' })
  }
}

// For whoever waits for a press to be over: the tour, and tests.
function mark(section: string, pressing: 'yes' | 'no'): void {
  const place = document.getElementById(section)
  if (place !== null) place.dataset['pressing'] = pressing
}

/** How long it has been going on, once it is worth saying. */
function showGoing(section: string): () => void {
  const place = document.querySelector<HTMLElement>(`[data-going="${section}"]`)
  const started = performance.now()
  const timer = window.setInterval(() => {
    if (place === null || performance.now() - started < showAfterMs) return
    place.hidden = false
    const seconds = place.querySelector('span')
    if (seconds !== null) seconds.textContent = `${Math.floor((performance.now() - started) / 1000)} s`
  }, 100)
  return () => {
    window.clearInterval(timer)
    if (place !== null) place.hidden = true
  }
}

function sayFailed(section: string): void {
  const place = document.querySelector(`[data-live="${section}-outcome"]`)
  if (place === null) return
  const note = document.createElement('p')
  note.className = 'note danger'
  note.textContent =
    'The control room did not answer, so it is not known what became of this. If the demo still runs, press again.'
  place.replaceChildren(note)
}
