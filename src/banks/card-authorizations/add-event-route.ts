import type { Instant } from '../../kernel/index.ts'
import type { HttpServer } from '../../platform/index.ts'
import type { CardEvent } from './card-authorization.ts'
import { readEvent, readJson } from './read-event.ts'
import type { Reading } from './read-event.ts'
import { addSignedRoute } from './signed-route.ts'
import type { SignedRouteDeps } from './signed-route.ts'
import type { TakeEvents, Taken } from './take-events.ts'

/** Where a bank sends card events. */
export const eventPath = '/banks/:institution/card-authorizations'

/** Adds the address of card events. Whatever is no verdict means that we observe. */
export function addEventRoute(scope: HttpServer, deps: SignedRouteDeps & { readonly take: TakeEvents }): void {
  addSignedRoute<CardEvent, Taken>(scope, deps, {
    path: eventPath,
    refusedAs: 'bank.card-event-refused',
    read: readOne,
    take: deps.take,
    isStored: ({ code }) => code !== 'banks/card-event-not-stored',
    say: ({ reference }, taken) => {
      const { verdict, code } = taken ?? { verdict: 'observe', code: 'banks/card-event-not-stored' }
      return code === undefined ? { reference, verdict } : { reference, verdict, code }
    },
    unread: { verdict: 'observe' },
  })
}

function readOne(bytes: Uint8Array, now: Instant): Reading<CardEvent> {
  const json = readJson(bytes)
  return json.ok ? readEvent(json.value, now) : json
}
