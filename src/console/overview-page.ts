import { cutoffs } from '../consent/index.ts'
import type { Instant } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { ruleVersions } from '../rule-book/index.ts'
import { listOwnBanks, may } from '../staff/index.ts'
import type { StaffAction } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, momentOf, scopeOf, type StaffCall } from '../staff-pages/index.ts'
import type { Seen } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { incidents } from './incidents-store.ts'
import { checkedAt, showConsole } from './show-console.ts'
import type { Reading } from './show-console.ts'
import { isDown, listConnections, loadStanding } from './standing-store.ts'

/** One thing that was looked at, and what of it needs somebody. */
export type Concern = {
  readonly what: 'connectors' | 'cutoffs' | 'backlog' | 'promises' | 'shadow' | 'incidents'
  /** Undefined: it could not be found out. */
  readonly found: readonly string[] | undefined
  /** It could not be found out now; this is what was found then. */
  readonly asOf?: Instant
  readonly href: string
  /** Whose role may not go there sees the line without its link. */
  readonly action: StaffAction
}

/** `/console`: what needs attention now, a line each with the way there. */
export function addOverviewPage(scope: HttpServer, tools: ConsoleTools): void {
  const lastSeen = createLastSeen<readonly string[]>(tools.deps)
  scope.get(
    '/console',
    limited,
    forStaff(tools, 'see-overview', async (call) => {
      const words = tools.words(call.request)
      const reading = { words, deps: tools.deps }
      const known = (what: string, read: () => Promise<readonly string[]>) =>
        lastSeen.see(`${scopeOf(call)} ${what} ${words.language}`, read)
      const concerns = await lookAround(tools, call, { ...reading, known })
      return showConsole(tools, call, {
        place: 'overview',
        title: words.say('overview.title'),
        body: html`${showOverview(reading, concerns, (action) => may(call.session.member.role, action))}
        ${checkedAt(reading, { checkedAt: tools.deps.clock.now(), isStale: false })}`,
      })
    }),
  )
}

/** What needs somebody first, then what could not be found out; when nothing does, one sentence. */
export function showOverview(
  { words, deps }: Reading,
  concerns: readonly Concern[],
  mayGo: (action: StaffAction) => boolean,
): Html {
  const line = ({ href, action, what }: Concern, text: string, badge: string): Html =>
    html`<li class="concern">
      <span class="badge ${badge}">${words.say('overview.what', { what })}</span>
      ${mayGo(action) ? html`<a href="${href}">${text}</a>` : text}
    </li>`
  const wrong = concerns.flatMap((each) => (each.found ?? []).map((text) => line(each, text, 'danger')))
  const unknown = concerns.filter(({ found, asOf }) => found === undefined || asOf !== undefined)
  const sayUnknown = ({ asOf }: Concern): string =>
    asOf === undefined
      ? words.say('overview.unknown')
      : words.say('overview.stale', { time: momentOf(deps, words, asOf) })
  return html`${
    wrong.length > 0 &&
    html`<ul class="plain concerns">
      ${wrong}
    </ul>`
  }
  ${
    unknown.length > 0 &&
    html`<ul
      class="plain concerns"
      ${unknown.every(({ asOf }) => asOf !== undefined) ? html` data-stale` : html` data-error`}
    >
      ${unknown.map((each) => line(each, sayUnknown(each), 'warn'))}
    </ul>`
  }
  ${wrong.length + unknown.length === 0 && html`<p class="card" data-empty>${words.say('overview.well')}</p>`}`
}

type Lines = readonly string[]

async function lookAround(
  { deps }: ConsoleTools,
  { session }: StaffCall,
  reading: Reading & { readonly known: (what: string, read: () => Promise<Lines>) => Promise<Seen<Lines>> },
): Promise<readonly Concern[]> {
  const { words, known } = reading
  const { database, logger } = deps
  const { hash } = session
  const find = async (concern: Omit<Concern, 'found'>, read: () => Promise<Lines>): Promise<Concern> => {
    try {
      const { value, isStale, checkedAt: asOf } = await known(concern.what, read)
      return { ...concern, found: value, ...(isStale ? { asOf } : {}) }
    } catch (fault) {
      // One thing that cannot be found out hides nothing of the others.
      logger.fault('console.not-found-out', fault)
      return { ...concern, found: undefined }
    }
  }
  const banks = await listOwnBanks(database, hash, 'see-overview')
  const nameOf = (id: string): string => banks.find((bank) => bank.id === id)?.name ?? id
  const time = (at: number): string => momentOf(deps, words, at)
  const standing = loadStanding(database, hash)
  return await Promise.all([
    find({ what: 'incidents', href: '/console/incidents', action: 'see-incidents' }, async () =>
      (await incidents.list(database, hash))
        .filter((each) => each.resolved_at === null)
        .map(({ title, since }) => words.say('overview.incident', { title, time: time(since) })),
    ),
    find({ what: 'cutoffs', href: '/console/cutoffs', action: 'see-cutoffs' }, async () =>
      (await cutoffs.list(database, hash))
        .filter(({ liftedAt }) => liftedAt === undefined)
        .map(({ target, cutAt }) => words.say('overview.cutoff', { name: nameOf(target), time: time(cutAt) })),
    ),
    find({ what: 'connectors', href: '/console/connectors', action: 'see-connectors' }, async () =>
      (await listConnections(database, hash)).filter(isDown).map((each) =>
        words.say('overview.down', {
          bank: nameOf(each.institution),
          purpose: each.login,
          time: each.good_at === undefined ? words.say('figures.never') : time(each.good_at),
        }),
      ),
    ),
    find({ what: 'backlog', href: '/console/connectors', action: 'see-connectors' }, async () => {
      const { waiting = 0, oldest_at: oldest, given_up: dead = 0 } = (await standing) ?? {}
      return [
        ...(waiting > 0 && oldest !== undefined
          ? [words.say('overview.backlog', { count: waiting, time: time(oldest) })]
          : []),
        ...(dead > 0 ? [words.say('overview.dead', { count: dead })] : []),
      ]
    }),
    find({ what: 'promises', href: '/console/audit', action: 'see-audit' }, async () => {
      const late = (await standing)?.late_promises ?? 0
      return late > 0 ? [words.say('overview.late', { count: late })] : []
    }),
    find({ what: 'shadow', href: '/console/rules', action: 'see-rules' }, async () => {
      const all = await Promise.all(banks.map(({ id }) => ruleVersions.list(database, hash, id)))
      return all
        .flat()
        .flatMap(({ state, institution, version, shadowFrom }) =>
          state === 'shadow' && shadowFrom !== undefined
            ? [words.say('overview.shadow', { bank: nameOf(institution), version, time: time(shadowFrom) })]
            : [],
        )
    }),
  ])
}
