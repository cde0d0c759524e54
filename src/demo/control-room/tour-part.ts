import { type Html, html } from '../../pages/index.ts'
import type { RoomView } from './room-view.ts'
import { type TourStep, tourSteps } from './room-memory.ts'

type StepWords = {
  readonly title: string
  /** One sentence: why it matters. */
  readonly why: string
  readonly button: string
  /** Where the button leads; `#…` stays on this page. */
  readonly to: (view: RoomView) => string
}

const stepWords: { readonly [Step in TourStep]: StepWords } = {
  link: {
    title: 'Link a bank',
    why: 'Say “hi” and follow the link: you sign with a passkey, so neither the messenger nor we can make up that you agreed.',
    button: 'Open the messenger',
    to: messengerUrl,
  },
  ask: {
    title: 'Ask for your balance',
    why: 'The chat carries a link and no figure, so the messenger learns nothing that the bank knows.',
    button: 'Ask in the messenger',
    to: messengerUrl,
  },
  looks: {
    title: 'See who looked',
    why: 'Every look is written down before it happens, so a look that nobody can see is not possible.',
    button: 'Open the privacy centre',
    to: () => '/go/looks',
  },
  steal: {
    title: 'Steal the card, and answer “Not me”',
    why: 'Turn fraud alerts on first; then one tap freezes the card, because what makes things safer needs no passkey.',
    button: 'Go to the cards',
    to: () => '#cards',
  },
  tamper: {
    title: 'Tamper with the log',
    why: 'If somebody who serves the log changes one entry, anybody’s check names that entry.',
    button: 'Go to the log',
    to: () => '#log',
  },
  stop: {
    title: 'Stop it, or cut it off',
    why: 'Stop means stop: from that moment nothing more is read, sent or shown, and a receipt says so.',
    button: 'Go to stopping',
    to: () => '#stop',
  },
}

/** The six steps, which are done, and what comes next. */
export function tourPart(view: RoomView): Html {
  const { done } = view
  const next = tourSteps.find((step) => !done.includes(step))
  const last = next === undefined ? 'All six done' : stepWords[next].title
  return html`<p class="count" data-done="${done.length}" data-next="${next === undefined ? last : `Next: ${last}`}">
      <progress value="${done.length}" max="${tourSteps.length}" aria-hidden="true"></progress>
      <span>${done.length} of ${tourSteps.length} done</span>
    </p>
    <ol class="tour">
      ${tourSteps.map((step, at) => stepMarkup(view, step, { number: at + 1, isDone: done.includes(step), isNext: step === next }))}
    </ol>
    ${next === undefined && html`<p>That was the tour. Everything below stays open to try.</p>`}`
}

function stepMarkup(
  view: RoomView,
  step: TourStep,
  { number, isDone, isNext }: { readonly number: number; readonly isDone: boolean; readonly isNext: boolean },
): Html {
  const { title, why, button, to } = stepWords[step]
  const url = to(view)
  const leaves = !url.startsWith('#')
  const state = isDone ? 'Done' : isNext ? 'Next' : 'To do'
  return html`<li class="${isDone ? 'done' : isNext ? 'next' : 'later'}">
    <span class="mark" aria-hidden="true">${isDone ? '✓' : number}</span>
    <div>
      <h3>${title} <span class="state">${state}</span></h3>
      <p>${why}</p>
      <a
        class="${isNext ? 'button' : 'link'}"
        href="${url}"
        data-step="${step}"
        ${leaves ? html`target="_blank" rel="noopener"` : undefined}
        >${button}</a
      >
    </div>
  </li>`
}

/** The conversation that was used last, or the list of people. */
function messengerUrl({ deps, seen }: RoomView): string {
  const { ui } = deps.config.messenger
  const psid = seen.threads?.find((thread) => thread.psid === deps.memory.get().psid)?.psid ?? seen.threads?.[0]?.psid
  return psid === undefined ? ui : `${ui}/?person=${psid}`
}
