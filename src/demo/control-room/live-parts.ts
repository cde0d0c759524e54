import { type Html, html } from '../../pages/index.ts'
import { accountForm } from './account-part.ts'
import { agentForm } from './agent-part.ts'
import { bankAskForm, bankMoodForm, bankNow } from './bank-part.ts'
import { cardsNow } from './card-part.ts'
import { logNow } from './log-part.ts'
import { outcomePart } from './outcome-part.ts'
import type { RoomView } from './room-view.ts'
import { stopForm, stopNow } from './stop-part.ts'
import { tourPart } from './tour-part.ts'

/** The parts of the page that follow what happens, by name; the page's script puts them in place as they change. */
export const liveParts = {
  trouble: ({ seen, deps }: RoomView): Html =>
    seen.gatewayAnswers
      ? html``
      : html`<p class="note danger">
          Parley itself does not answer at ${deps.config.gateway}. If it ended, the demo ends with it;
          <code>logs/gateway.log</code> in its folder says why.
        </p>`,
  tour: tourPart,
  'tour-outcome': (view: RoomView): Html => outcomePart(view, 'tour'),
  'cards-now': cardsNow,
  'cards-outcome': (view: RoomView): Html => outcomePart(view, 'cards'),
  'bank-now': bankNow,
  'bank-moods': bankMoodForm,
  'bank-ask': bankAskForm,
  'bank-outcome': (view: RoomView): Html => outcomePart(view, 'bank'),
  'account-form': accountForm,
  'account-outcome': (view: RoomView): Html => outcomePart(view, 'account'),
  'log-now': logNow,
  'log-outcome': (view: RoomView): Html => outcomePart(view, 'log'),
  'agent-form': agentForm,
  'agent-outcome': (view: RoomView): Html => outcomePart(view, 'agent'),
  'stop-now': stopNow,
  'stop-form': stopForm,
  'stop-outcome': (view: RoomView): Html => outcomePart(view, 'stop'),
} as const satisfies Record<string, (view: RoomView) => Html>

export type LivePart = keyof typeof liveParts

/** One live part in its place. */
export function livePart(view: RoomView, name: LivePart): Html {
  return html`<div data-live="${name}">${liveParts[name](view)}</div>`
}

/** Every live part as it is now, for the script to choose from. */
export function allLiveParts(view: RoomView): Html {
  return html`${partNames.map((name) => livePart(view, name))}`
}

const partNames = Object.keys(liveParts).filter((name): name is LivePart => name in liveParts)
