import type { BankHealth } from '../banks/index.ts'
import type { Cutoff } from '../consent/index.ts'
import { channelNames, platformNames } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import { momentOf } from '../staff-pages/index.ts'
import type { Seen } from '../staff-pages/index.ts'
import { nameOf } from './cutoff-names.ts'
import type { BankName } from './cutoff-names.ts'
import { checkedAt, sayFew, table } from './show-console.ts'
import type { Reading } from './show-console.ts'
import { barChart } from './sparkline.ts'
import { isDown } from './standing-store.ts'
import type { Budget, Connection, LookHour } from './standing-store.ts'

/** Everything the page of connectors shows. */
export type ConnectorsShown = {
  readonly banks: readonly BankName[]
  readonly connections: readonly Connection[]
  readonly hours: readonly LookHour[]
  readonly budgets: readonly Budget[]
  readonly cut: readonly Cutoff[]
  /** What each bank's own health page said just now. */
  readonly health: ReadonlyMap<InstitutionId, BankHealth>
}

/** A card for each bank, and what of platforms and channels is cut off. */
export function showConnectors(reading: Reading, seen: Seen<ConnectorsShown>): Html {
  const { words } = reading
  const { banks, cut } = seen.value
  return html`${checkedAt(reading, seen)} ${banks.map((bank) => bankCard(reading, seen.value, bank))}
    ${banks.length === 0 && html`<p class="card" data-empty>${words.say('connectors.none')}</p>`}
    <h2>${words.say('connectors.platforms')}</h2>
    <ul class="plain card">
      ${[
        ...platformNames.map((target) => ({ kind: 'platform', target }) as const),
        ...channelNames.map((target) => ({ kind: 'channel', target }) as const),
      ].map((each) => {
        const isCut = cut.some(({ kind, target }) => kind === each.kind && target === each.target)
        return html`<li class="concern">
          <span class="badge ${isCut ? 'danger' : 'ok'}"
            >${words.say('connectors.state', { state: isCut ? 'cut' : 'open' })}</span
          >
          ${nameOf(words, banks, each)}
        </li>`
      })}
    </ul>
    <p><a class="link" href="/console/cutoffs">${words.say('connectors.cutoffs')}</a></p>`
}

function bankCard({ words, deps }: Reading, shown: ConnectorsShown, bank: BankName): Html {
  const own = shown.connections.filter(({ institution }) => institution === bank.id)
  const hours = shown.hours.filter(({ institution }) => institution === bank.id)
  const budget = shown.budgets.find(({ institution }) => institution === bank.id)
  const [looks, failed] = [sumOf(hours, 'looks'), sumOf(hours, 'failed')]
  const isCut = shown.cut.some(({ kind, target }) => kind === 'institution' && target === bank.id)
  const health = shown.health.get(bank.id) ?? 'down'
  return html`<section class="card" aria-labelledby="bank-${bank.id}">
    <h2 class="first" id="bank-${bank.id}">
      ${bank.name}
      <span class="badge ${health === 'ok' ? 'ok' : health === 'down' ? 'danger' : 'warn'}"
        >${words.say('connectors.health', { health })}</span
      >
      ${isCut && html`<span class="badge danger">${words.say('connectors.state', { state: 'cut' })}</span>`}
    </h2>
    ${barChart(
      words.say('connectors.chart', { looks, failed }),
      hours.map((hour) => ({ all: hour.looks, bad: hour.failed })),
    )}
    <p class="muted">${words.say('connectors.chart', { looks, failed })}</p>
    ${own.length === 0 ? html`<p data-empty>${words.say('connectors.quiet')}</p>` : connectionTable({ words, deps }, bank, own)}
    ${budget !== undefined && budgetFacts({ words, deps }, budget, own)}
  </section>`
}

function connectionTable({ words, deps }: Reading, bank: BankName, own: readonly Connection[]): Html {
  const time = (at: number | undefined): string =>
    at === undefined ? words.say('figures.never') : momentOf(deps, words, at)
  return table(
    words.say('connectors.tableOf', { bank: bank.name }),
    ['purpose', 'state', 'good', 'bad', 'next'].map((head) => words.say('connectors.head', { head })),
    own.map((each) => {
      const down = isDown(each)
      return [
        words.say('connectors.login', { login: each.login }),
        html`<span class="badge ${down ? 'danger' : 'ok'}"
          >${words.say('connectors.last', { last: down ? 'bad' : 'good' })}</span
        >`,
        time(each.good_at),
        each.bad === null
          ? words.say('figures.never')
          : words.say('connectors.failure', {
              kind: each.bad === 'banks/unreadable' ? 'unreadable' : 'unreachable',
              time: time(each.bad_at),
            }),
        words.say('connectors.nextTry', { login: each.login }),
      ]
    }),
  )
}

function budgetFacts({ words, deps }: Reading, budget: Budget, own: readonly Connection[]): Html {
  const [calls, initiated] = [sumOf(own, 'calls'), sumOf(own, 'initiated')]
  return html`<dl class="facts">
    <dt>${words.say('connectors.budget')}</dt>
    <dd>
      ${budget.calls_per_day === 0 ? words.say('connectors.unlimited', { calls: budget.calls }) : words.say('connectors.budgetOf', { calls: budget.calls, each: budget.calls_per_day })}
    </dd>
    <dt>${words.say('connectors.customers')}</dt>
    <dd>
      ${words.say('connectors.left', { all: sayFew(words, budget.customers), low: sayFew(words, budget.low), spent: sayFew(words, budget.spent) })}
    </dd>
    <dt>${words.say('connectors.initiated')}</dt>
    <dd>
      ${calls === 0 ? words.say('figures.nothing') : words.say('connectors.share', { share: initiated / calls, calls })}
    </dd>
    ${
      budget.notices_next_at !== undefined &&
      html`<dt>${words.say('connectors.notices')}</dt>
        <dd>${momentOf(deps, words, budget.notices_next_at)}</dd>`
    }
  </dl>`
}

function sumOf<Name extends string>(rows: readonly { readonly [key in Name]: number }[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0)
}
