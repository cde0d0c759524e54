import { rationals } from './rational.ts'
import { catalogue, questionNames, unitsOfRho, yearlyCapUnits } from './catalogue.ts'
import type { Question } from './catalogue.ts'
import { publishCells } from './publish-cells.ts'
import type { Release, YearBudget } from './release-store.ts'

/** What a release is for machines: what is shown, and nothing that is hidden there. */
export function releaseDocument(release: Release) {
  const question = catalogue[release.question]
  return {
    id: release.id,
    question: release.question,
    week: release.week,
    rho: rhoText(release.costUnits),
    state: release.numbers === undefined ? 'waiting' : 'released',
    askedAt: new Date(release.askedAt).toISOString(),
    releasedAt: release.releasedAt === undefined ? null : new Date(release.releasedAt).toISOString(),
    noise: noiseText(question),
    halfWidth95: Number(question.halfWidth),
    cells: release.numbers === undefined ? [] : publishCells(question, release.numbers).map(cellDocument),
  }
}

function cellDocument(shown: ReturnType<typeof publishCells>[number]) {
  return {
    cell: shown.cell,
    hidden: shown.hidden,
    value: shown.hidden ? null : Number(shown.value),
    low: shown.hidden ? 0 : Number(shown.low),
    high: Number(shown.high),
  }
}

/** The same as comma-separated values (RFC 4180). Cells are words of ours, so none needs quoting and none can be a formula. */
export function releaseCsv(release: Release): string {
  const { cells } = releaseDocument(release)
  const rows = cells.map(({ cell, hidden, value, low, high }) =>
    [release.question, release.week, cell, hidden ? 'hidden' : 'shown', value ?? '', low, high].join(','),
  )
  return ['question,week,cell,state,value,low95,high95', ...rows, ''].join('\r\n')
}

/** The whole catalogue for machines. */
export function catalogueDocument() {
  return {
    adjacency: 'one customer added or taken away, with everything they did in the week',
    yearlyCapRho: rhoText(yearlyCapUnits),
    questions: questionNames.map((name) => {
      const question = catalogue[name]
      return {
        name,
        cells: question.cells,
        cellsPerCustomer: Number(question.bound),
        noise: noiseText(question),
        rho: rhoText(question.costUnits),
        halfWidth95: Number(question.halfWidth),
      }
    }),
  }
}

/** What is left of a year for machines. */
export function budgetDocument({ year, capUnits, spentUnits }: YearBudget) {
  return { year, capRho: rhoText(capUnits), spentRho: rhoText(spentUnits), leftRho: rhoText(capUnits - spentUnits) }
}

/** Units as an exact fraction: `1/400`. */
export function rhoText(units: number): string {
  const divide = (a: number, b: number): number => (b === 0 ? a : divide(b, a % b))
  const shared = Math.max(1, divide(units, Number(unitsOfRho)))
  const over = Number(unitsOfRho) / shared
  return over === 1 || units === 0 ? String(units === 0 ? 0 : units / shared) : `${units / shared}/${over}`
}

/** What noise a question gets, by its one number. */
export function noiseText({ noise }: Question): string {
  return noise.kind === 'gaussian'
    ? `discrete Gaussian, variance ${rationals.toNumber(noise.variance)}`
    : `discrete Laplace, scale ${rationals.toNumber(noise.scale)}`
}
