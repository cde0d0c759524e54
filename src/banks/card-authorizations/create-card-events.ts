import { createStandingLooks } from '../../consent/index.ts'
import type { Permit, StandingDeps, StandingLook } from '../../consent/index.ts'
import type { CustomerId, InstitutionId, Secret } from '../../kernel/index.ts'
import type { HttpServer, Logger, Metrics } from '../../platform/index.ts'
import { addAdapterRoute } from './add-adapter-route.ts'
import { addDirectoryRoute } from './add-directory-route.ts'
import { addEventRoute } from './add-event-route.ts'
import { addLabelRoute } from './add-label-route.ts'
import { cardEventBanksOf } from './bank-settings.ts'
import type { EventInstitution } from './bank-settings.ts'
import type { CardAuthorization, CardEventId, Verdict } from './card-authorization.ts'
import { sweepCardEvents } from './card-events-store.ts'
import type { EventChoice } from './card-events-store.ts'
import { createCardNames } from './card-names.ts'
import { citiAdapter } from './citi-adapter.ts'
import { createEventIds } from './event-ids.ts'
import { createPostgresEventLog } from './event-log.ts'
import type { LoggedEvent } from './event-log.ts'
import { lithicAdapter } from './lithic-adapter.ts'
import { bodyBytesMax } from './read-lines.ts'
import { cardEventLimits } from './signed-route.ts'
import { stripeAdapter } from './stripe-adapter.ts'
import { createTakeEvents } from './take-events.ts'
import { createTakeLabels } from './take-labels.ts'
import type { KeepLabel } from './take-labels.ts'

/** Login `parley_fraud`, the keystore's caller `fraud`. */
export type CardEventsDeps = StandingDeps & {
  readonly logger: Logger
  readonly metrics: Metrics
  /** Decides on an event that is on disk, purely and at once; nobody: every verdict is `observe`. */
  readonly decide?: (authorization: CardAuthorization) => Verdict
  /** Keeps what banks find out about uses; nobody: every label is ignored. */
  readonly keepLabel?: KeepLabel
}

export type CardEventsOptions = {
  /** Every bank; those with `cardEvents` send some. */
  readonly institutions: readonly EventInstitution[]
  /** Keys the ids of events. */
  readonly linkSecret: Secret<Uint8Array>
}

/** Whose events of which bank. */
type EventsOf = { readonly customer: CustomerId; readonly institution: InstitutionId }

/** What banks say as cards are used. */
export type CardEvents = {
  /** For the server that the routes are added to. */
  readonly limits: typeof cardEventLimits
  addRoutes(server: HttpServer): Promise<void>
  /** Events out of the log under a look of their own; those that are gone, or not the permit's, are left out. */
  read(permit: Permit<'card-events'>, ids: readonly CardEventId[]): Promise<readonly LoggedEvent[]>
  /** The same under this hour's standing look, for the work that follows an event. Nothing: there is no leave any more. */
  recall(of: EventsOf, ids: readonly CardEventId[]): Promise<readonly LoggedEvent[]>
  /** A customer's events after a place in the log (0n: from its beginning), oldest first, five thousand at most. */
  replay(of: EventsOf, after: bigint): Promise<readonly LoggedEvent[]>
  /** This hour's standing look, for what is sealed beside the events under the same key. Undefined: there is no leave. */
  stand(of: EventsOf): Promise<StandingLook | undefined>
  /** Throws away what is past its time; gives how many rows. */
  sweep(): Promise<number>
  close(): void
}

/** Events given in one replay at most. */
const replayMax = 5_000

/** Builds the intake. */
export function createCardEvents(deps: CardEventsDeps, { institutions, linkSecret }: CardEventsOptions): CardEvents {
  const banks = cardEventBanksOf(institutions)
  const looks = createStandingLooks(deps)
  const log = createPostgresEventLog(deps.database)
  const decide = deps.decide ?? (() => ({ verdict: 'observe' }) as const)
  const stand = async ({ customer, institution }: EventsOf): Promise<StandingLook | undefined> => {
    const look = await looks.of(customer, institution)
    return look.ok ? look.value : undefined
  }
  const readStanding = async (of: EventsOf, choice: EventChoice): Promise<readonly LoggedEvent[]> => {
    const look = await stand(of)
    return look === undefined ? [] : await log.read(look, choice)
  }
  const idOf = createEventIds(linkSecret)
  const take = createTakeEvents({ ...deps, looks, log, idOf, decide })
  const keepLabel = deps.keepLabel ?? (async () => 'no-leave' as const)
  const takeLabels = createTakeLabels({ ...deps, looks, idOf, keepLabel })
  return {
    limits: cardEventLimits,
    async addRoutes(server) {
      await server.register(async (scope) => {
        scope.removeAllContentTypeParsers()
        // Whatever it calls itself, the body stays bytes: the signature is over them.
        scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
          done(null, body),
        )
        const parts = { ...deps, banks, take, takeLabels, names: createCardNames(linkSecret) }
        addEventRoute(scope, parts)
        addLabelRoute(scope, parts)
        addDirectoryRoute(scope, parts)
        for (const adapter of [citiAdapter, stripeAdapter, lithicAdapter]) addAdapterRoute(scope, parts, adapter)
      })
    },
    read: (permit, ids) => log.read(permit, { ids }),
    recall: (of, ids) => readStanding(of, { ids }),
    replay: (of, after) => readStanding(of, { after, limit: replayMax }),
    stand,
    sweep: () => sweepCardEvents(deps.database),
    close: () => looks.close(),
  }
}
