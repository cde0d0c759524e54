import { compareModels } from '../alerts/index.ts'
import type { ModelComparison } from '../alerts/index.ts'
import { fraudModels } from '../fraud/index.ts'
import type { Drift, DriftReport, Scorer } from '../fraud/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { listOwnBanks } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, momentOf, scopeOf } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import type { BankName } from './cutoff-names.ts'
import { checkedAt, showConsole, table } from './show-console.ts'
import type { Reading } from './show-console.ts'
import { lineChart } from './sparkline.ts'

/** Fewer rows than this tell of chance, not of drift. */
const driftRowsMin = 200
/** A page names so many features, those that moved farthest. */
const driftsShown = 12

/** `/console/models`: which model scores, what is known of it, and how far today's card uses are from what it learnt on. */
export function addModelPage(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  const lastSeen = createLastSeen<ModelsRead>(deps)
  scope.get(
    '/console/models',
    limited,
    forStaff(tools, 'see-models', async (call) => {
      const words = tools.words(call.request)
      const { hash } = call.session
      const seen = await lastSeen.see(scopeOf(call), async () => {
        const banks = await listOwnBanks(deps.database, hash, 'see-models')
        const compared = await Promise.all(
          banks.map(async (bank) => ({ bank, trials: await compareModels(deps.database, bank.id, { session: hash }) })),
        )
        return { banks, compared }
      })
      const { banks, compared } = seen.value
      const own = deps.models.list.filter(
        // The model that is nobody's own is of those whose banks it scores for; who has none here sees none.
        ({ institution }) => banks.some(({ id }) => institution === undefined || id === institution),
      )
      const rows = deps.models.rows()
      return showConsole(tools, call, {
        place: 'models',
        title: words.say('models.title'),
        body: html`${own.length === 0 && html`<p class="card" data-empty>${words.say('models.none')}</p>`}
          ${own.map((each) => {
            const name = banks.find(({ id }) => id === each.institution)?.name ?? words.say('models.everywhere')
            const drift = rows.length < driftRowsMin ? undefined : fraudModels.driftOf(each.scorer, rows)
            return modelCard(words, name, each.scorer, { drift, rows: rows.length })
          })}
          <h2>${words.say('models.challengers')}</h2>
          ${compared.every(({ trials }) => trials.length === 0) && html`<p class="card" data-empty>${words.say('models.noChallenger')}</p>`}
          ${compared.flatMap(({ bank, trials }) => trials.map((trial) => trialCard({ words, deps }, bank.name, trial)))}
          ${checkedAt({ words, deps }, seen)}`,
      })
    }),
  )
}

type ModelsRead = {
  readonly banks: readonly BankName[]
  readonly compared: readonly { readonly bank: BankName; readonly trials: readonly ModelComparison[] }[]
}

function modelCard(
  words: Words,
  name: string,
  { model, version }: Scorer,
  seen: { readonly drift: DriftReport | undefined; readonly rows: number },
): Html {
  const { training, calibration } = model
  const number = (value: number): string => new Intl.NumberFormat(words.language).format(value)
  return html`<section class="card" aria-labelledby="m-${version}">
    <h2 class="first" id="m-${version}">${name} <span class="badge ok">${words.say('models.champion')}</span></h2>
    <dl class="facts">
      <dt>${words.say('models.fact', { fact: 'name' })}</dt>
      <dd>${model.about.name} <code>${version}</code></dd>
      <dt>${words.say('models.fact', { fact: 'data' })}</dt>
      <dd>${model.about.data}</dd>
      <dt>${words.say('models.fact', { fact: 'kind' })}</dt>
      <dd>${words.say('models.kind', { trees: model.trees.length, features: model.names.length })}</dd>
      <dt>${words.say('models.fact', { fact: 'trained' })}</dt>
      <dd>
        ${words.say('models.trained', { rows: number(training.rows), frauds: number(training.frauds), heldOut: number(training.heldOutRows), heldOutFrauds: number(training.heldOutFrauds) })}
      </dd>
      ${Object.entries(model.scores).map(
        ([measure, value]) =>
          html`<dt>${words.say('models.score', { measure })}</dt>
            <dd>${value.toPrecision(3)}</dd>`,
      )}
    </dl>
    <h3>${words.say('models.calibration')}</h3>
    <p class="muted">${words.say('models.calibrationHint')}</p>
    ${lineChart(
      words.say('models.curve'),
      Array.from({ length: 41 }, (_, at) => {
        const margin = -10 + at / 2
        return { x: at / 40, y: 1 / (1 + Math.exp(-(calibration.slope * margin + calibration.offset))) }
      }),
    )}
    <h3>${words.say('models.drift')}</h3>
    ${
      seen.drift === undefined
        ? html`<p data-empty>${words.say('models.noDrift', { count: seen.rows, min: driftRowsMin })}</p>`
        : driftTable(words, name, seen.drift)
    }
  </section>`
}

/** Two models on the same uses: the one that decided, and the one that was tried. */
function trialCard({ words, deps }: Reading, bank: string, trial: ModelComparison): Html {
  const { champion, challenger } = trial.figures
  const number = (value: number): string => new Intl.NumberFormat(words.language).format(value)
  const rows = [
    [
      'precision',
      ...[champion, challenger].map(
        ({ averagePrecision }) => averagePrecision?.toFixed(3) ?? words.say('figures.nothing'),
      ),
    ],
    ['asked', number(champion.asked), number(challenger.asked)],
    ['caught', number(champion.caught), number(challenger.caught)],
    ['false', number(champion.falseQuestions), number(challenger.falseQuestions)],
  ] as const
  return html`<section class="card">
    <h3>${bank}</h3>
    <p><code>${trial.champion}</code> → <code>${trial.challenger}</code></p>
    <p class="muted">
      ${words.say('models.trial', { time: momentOf(deps, words, trial.since), uses: number(trial.uses), frauds: number(trial.frauds) })}
    </p>
    ${table(
      words.say('models.trialTable', { bank }),
      ['name', 'champion', 'challenger'].map((measure) => words.say('models.measure', { measure })),
      rows.map(([measure, one, other]) => [words.say('models.measure', { measure }), one ?? '', other ?? '']),
    )}
  </section>`
}

/** The features that moved farthest, each with a bar. */
export function driftTable(words: Words, name: string, { drifts, rows }: DriftReport): Html {
  const badge = { steady: 'ok', watch: 'warn', drifted: 'danger' } as const
  return html`<p class="muted">${words.say('models.driftOf', { count: rows })}</p>
    ${table(
      words.say('models.driftTable', { name }),
      ['feature', 'index', 'verdict', 'missing'].map((head) => words.say('models.head', { head })),
      drifts
        .slice(0, driftsShown)
        .map((drift) => [
          html`<code>${drift.feature}</code>`,
          html`${driftBar(drift)} ${drift.index.toFixed(3)}`,
          html`<span class="badge ${badge[drift.verdict]}"
            >${words.say('models.verdict', { verdict: drift.verdict })}</span
          >`,
          words.say('models.missing', { before: drift.missing.then, now: drift.missing.now }),
        ]),
    )}`
}

// The whole width is an index of 0.5; the bounds of the verdict are marked.
function driftBar({ index, verdict }: Drift): Html {
  const width = Math.round(Math.min(index / 0.5, 1) * 100)
  return html`<svg class="drift" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">
    <rect class="drift-${verdict}" x="0" y="1" width="${Math.max(width, 1)}" height="8" />
    <rect class="bar-base" x="20" y="0" width="1" height="10" />
    <rect class="bar-base" x="50" y="0" width="1" height="10" />
  </svg>`
}
