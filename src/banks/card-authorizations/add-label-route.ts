import type { HttpServer } from '../../platform/index.ts'
import { readLabel } from './read-label.ts'
import type { CardLabel } from './read-label.ts'
import { addSignedRoute } from './signed-route.ts'
import type { SignedRouteDeps } from './signed-route.ts'
import type { LabelAnswer, TakeLabels } from './take-labels.ts'

/** Where a bank says what it found out about uses of cards. */
export const labelPath = '/banks/:institution/card-labels'

/** Adds the address of labels. */
export function addLabelRoute(scope: HttpServer, deps: SignedRouteDeps & { readonly takeLabels: TakeLabels }): void {
  addSignedRoute<CardLabel, LabelAnswer>(scope, deps, {
    path: labelPath,
    refusedAs: 'bank.card-label-refused',
    read: readLabel,
    take: (bank, labels) => deps.takeLabels(bank.institution, labels),
    isStored: (answer) => answer !== 'not-stored',
    say: ({ reference }, answer) =>
      answer === 'kept' || answer === 'ignored'
        ? { reference, label: answer }
        : { reference, label: 'ignored', code: 'banks/card-event-not-stored' },
    unread: { label: 'ignored' },
  })
}
