import type { CardUse } from '../card-use.ts'
import { amountMinorMax } from '../windows/amount-word.ts'
import { fullWeight, labelWindowDays } from '../windows/label-windows.ts'
import type { Counted } from './count-use.ts'
import { distanceKm } from './distance.ts'
import type { EngineState } from './engine-state.ts'
import { type FeatureName, featureNames } from './feature-names.ts'

const daySeconds = 86_400
const dayMs = 86_400_000
const hourMs = 3_600_000
/** The public handbook's night: midnight to before seven. */
const nightHourMax = 6
/** Less than a minute apart counts as a minute: clocks of two terminals differ. */
const travelSecondsMin = 60

/** Writes all features of a counted use. */
export function writeFeatures(state: EngineState, use: CardUse, { counted, into }: Writing): Float64Array {
  into.fill(Number.NaN)
  writeUse(use, into)
  writeCardWindows(state, counted.card, into)
  writeCard(state, counted, into)
  writePlace(use, { counted, into }, state.cards.clock(counted.card))
  if (counted.terminal >= 0) writeTerminal(state, { counted, into })
  return into
}

type Writing = { readonly counted: Counted; readonly into: Float64Array }

/** Where a feature stands; found once, when this file is read. */
function at(name: FeatureName): number {
  return featureNames.indexOf(name)
}

const [amountAt, weekendAt, nightAt] = [at('amount'), at('weekend'), at('night')]

function writeUse(use: CardUse, into: Float64Array): void {
  // 1970 began on a Thursday: days 2 and 3 were a weekend.
  const weekday = Math.floor(use.atMs / dayMs) % 7
  const hour = Math.floor((use.atMs % dayMs) / hourMs)
  into[amountAt] = Math.min(use.amountMinor, amountMinorMax)
  into[weekendAt] = weekday === 2 || weekday === 3 ? 1 : 0
  into[nightAt] = hour <= nightHourMax ? 1 : 0
}

/** Sixteen of them stand together, and so do merchants and countries. */
const [sumsAt, merchantsAt] = [at('c_count_1h'), at('c_merchants_1h')]

function writeCardWindows({ cards }: EngineState, card: number, into: Float64Array): void {
  cards.writeSums(card, into, sumsAt)
  cards.writeDistinct(card, into, merchantsAt)
}

const sinceLastAt = at('c_since_last')
const [newMerchantAt, newCountryAt, newDeviceAt] = [at('c_new_merchant'), at('c_new_country'), at('c_new_device')]
const [genuineAt, zAt, ratioAt] = [at('c_genuine'), at('c_z'), at('c_ratio')]
const [largestAt, suspiciousAt] = [at('c_rmax'), at('c_sus')]
const [fraudsAt, fraudAgeAt] = [at('c_fraud_14d'), at('c_fraud_age')]

function writeCard({ cards }: EngineState, counted: Counted, into: Float64Array): void {
  const { card, seen, usual } = counted
  const amount = into[amountAt] ?? 0
  into[sinceLastAt] = counted.sinceLast
  into[newMerchantAt] = counted.newMerchant ? 1 : 0
  into[newCountryAt] = counted.newCountry
  into[newDeviceAt] = counted.newDevice
  into[genuineAt] = cards.genuine(card).count
  into[fraudsAt] = seen.frauds
  into[suspiciousAt] = seen.suspicious + (counted.odd ? 1 : 0)
  if (seen.firstFraud > 0) into[fraudAgeAt] = (cards.clock(card) - seen.firstFraud) / daySeconds
  if (usual.mean <= 0) return
  into[zAt] = (amount - usual.mean) / usual.deviation
  into[ratioAt] = amount / usual.mean
  into[largestAt] = Math.max(amount, seen.largest) / usual.mean
}

const [kmAt, kmhAt] = [at('c_km'), at('c_kmh')]

function writePlace(use: CardUse, { counted, into }: Writing, now: number): void {
  const { before } = counted
  if (before.time === 0 || use.latitude === undefined || use.longitude === undefined) return
  const km = distanceKm(before, { latitude: use.latitude, longitude: use.longitude })
  into[kmAt] = km
  into[kmhAt] = (km * 3_600) / Math.max(now - before.time, travelSecondsMin)
}

const [tSumsAt, tSinceLastAt] = [at('t_count_1h'), at('t_since_last')]

function writeTerminal(state: EngineState, { counted, into }: Writing): void {
  const { terminals } = state
  const { terminal } = counted
  terminals.writeSums(terminal, into, tSumsAt)
  into[tSinceLastAt] = counted.terminalSinceLast
  writeRisk(state, terminal, into)
  writeRun(state, terminal, into)
}

/** Which of the label windows each of these reads. */
const riskWindows = ([1, 7, 30] as const).map((days) => labelWindowDays.indexOf(days))
const unexplainedWindows = ([3, 14, 21, 28] as const).map((days) => labelWindowDays.indexOf(days))
const [labelledAt, riskAt, unriskAt] = [at('t_labelled_1d'), at('t_risk_1d'), at('t_unrisk_3d')]

/** Shares are 0 where nothing is labelled, as in the public handbook. */
function writeRisk({ terminals, labels }: EngineState, terminal: number, into: Float64Array): void {
  const own = terminals.labelsOf(terminal)
  for (let at = 0; at < riskWindows.length; at += 1) {
    const labelled = own < 0 ? 0 : labels.labelled(own, riskWindows[at] ?? 0)
    into[labelledAt + at] = labelled / fullWeight
    into[riskAt + at] = labelled === 0 ? 0 : labels.frauds(own, riskWindows[at] ?? 0) / labelled
  }
  for (let at = 0; at < unexplainedWindows.length; at += 1) {
    const labelled = own < 0 ? 0 : labels.labelled(own, unexplainedWindows[at] ?? 0)
    into[unriskAt + at] = labelled === 0 ? 0 : labels.unexplained(own, unexplainedWindows[at] ?? 0) / labelled
  }
}

const [runAt, runUnexplainedAt] = [at('t_run'), at('t_runun')]
const [ageAt, ageUnexplainedAt] = [at('t_age'), at('t_ageun')]

function writeRun({ terminals, runs }: EngineState, terminal: number, into: Float64Array): void {
  const own = terminals.labelsOf(terminal)
  const now = terminals.clock(terminal)
  const run = runs.of(own)
  into[runAt] = run.weight
  into[runUnexplainedAt] = run.unexplained
  if (run.began > 0) into[ageAt] = (now - run.began) / daySeconds
  if (run.unexplainedBegan > 0) into[ageUnexplainedAt] = (now - run.unexplainedBegan) / daySeconds
}
