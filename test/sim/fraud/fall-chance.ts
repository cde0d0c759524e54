/** How something falls: with this chance on each day, and for so many days from then. */
export type Fall = { readonly chanceADay: number; readonly days: number }

/** What one day's evidence says: its likelihood if fallen on that day, and if not. */
export type DayEvidence = { readonly fallen: number; readonly clean: number }

/** Beyond these, numbers are scaled back before they run out of digits. */
const large = 1e100
/** Evidence is never taken as stronger than this in one day. */
const ratioMax = 1e90

/**
 * The chance of being fallen on day `wanted`, given evidence for days 0, 1, … (before and after it): the hidden state is the number of
 * days since the last fall. Forward over the past, backward over the future; day 0 begins in the state of long ago.
 */
export function fallChance(fall: Fall, evidence: readonly DayEvidence[], wanted: number): number {
  const { chanceADay, days } = fall
  const state = new Float64Array(days + 1).fill(chanceADay) // ages 0 … days − 1, and last: clean
  state[days] = 1 - days * chanceADay
  for (let day = 0; day <= wanted; day += 1) {
    if (day > 0) age(state, fall)
    weigh(state, evidence[day])
  }
  if (wanted === evidence.length - 1) return shareFallen(state, undefined)
  const future = new Float64Array(days + 1).fill(1)
  for (let day = evidence.length - 1; day > wanted; day -= 1) {
    weigh(future, evidence[day])
    rejuvenate(future, fall)
  }
  return shareFallen(state, future)
}

function shareFallen(state: Float64Array, future: Float64Array | undefined): number {
  const clean = state.length - 1
  let fallen = 0
  for (let at = 0; at < clean; at += 1) fallen += (state[at] ?? 0) * (future?.[at] ?? 1)
  return fallen / (fallen + (state[clean] ?? 0) * (future?.[clean] ?? 1))
}

/** One day later. */
function age(state: Float64Array, { chanceADay, days }: Fall): void {
  let all = state[days] ?? 0
  for (let at = 0; at < days; at += 1) all += state[at] ?? 0
  const stays = 1 - chanceADay
  state[days] = ((state[days] ?? 0) + (state[days - 1] ?? 0)) * stays
  for (let at = days - 1; at > 0; at -= 1) state[at] = (state[at - 1] ?? 0) * stays
  state[0] = all * chanceADay
}

/** One day earlier: what the next day's states would say of this day's. */
function rejuvenate(future: Float64Array, { chanceADay, days }: Fall): void {
  const fresh = chanceADay * (future[0] ?? 0)
  const stays = 1 - chanceADay
  const clean = future[days] ?? 0
  for (let at = 0; at < days; at += 1) future[at] = fresh + stays * (future[at + 1] ?? 0)
  future[days] = fresh + stays * clean
}

/** In place; only how the two likelihoods compare matters. */
function weigh(state: Float64Array, evidence: DayEvidence | undefined): void {
  if (evidence === undefined || evidence.fallen === evidence.clean) return
  const ratio = Math.min(evidence.fallen / evidence.clean, ratioMax)
  const clean = state.length - 1
  let highest = state[clean] ?? 0
  for (let at = 0; at < clean; at += 1) {
    state[at] = (state[at] ?? 0) * ratio
    highest = Math.max(highest, state[at] ?? 0)
  }
  if (highest > large) for (let at = 0; at <= clean; at += 1) state[at] = (state[at] ?? 0) / highest
}
