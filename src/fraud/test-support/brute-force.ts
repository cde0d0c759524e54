import type { CardUse, FraudLabel } from '../card-use.ts'

/** A counted use as the brute force remembers it: the raw row, and what became of it. */
type Row = {
  readonly use: CardUse
  readonly index: number
  /** Its card's and its terminal's time when it came, in seconds. */
  readonly cardTime: number
  readonly terminalTime: number
  readonly odd: boolean
  amount: number
  label: { readonly rank: number; readonly isFraud: boolean } | undefined
}

type LabelRow = {
  readonly use: Row
  readonly arrived: number
  readonly weight: number
  readonly isFraud: boolean
  readonly cappedBy: string | undefined
  isTakenBack: boolean
}

type Remembered = { readonly id: string; readonly row: Row | undefined }

const hour = 3_600
const day = 24 * hour
const windows = { '1h': hour, '1d': day, '7d': 7 * day, '30d': 30 * day } as const
const usesOfOneCardMax = 1_024
const amountMax = 2 ** 40 - 1

/**
 * What docs/fraud-features.md says, word for word and without any cleverness: every feature of every use is computed anew from all the
 * rows that came so far. Shares nothing with the engine but the words.
 */
export class BruteForce {
  nowMs = Number.NEGATIVE_INFINITY
  /** Labels that are still to arrive, in the order in which they were handed in. */
  labelsWaiting: FraudLabel[] = []
  private readonly rows: Row[] = []
  private readonly labelRows: LabelRow[] = []
  private readonly remembered: Remembered[] = []
  private readonly cardTimes = new Map<string, number>()
  private readonly terminalTimes = new Map<string, number>()
  private early: readonly { readonly of: string; readonly use: CardUse }[] = []
  private readonly rememberedMax: number

  constructor(rememberedMax = 2 ** 20) {
    this.rememberedMax = rememberedMax
  }

  /** Time goes on: labels whose time has come are applied by arrival. */
  advanceTo(nowMs: number): void {
    this.nowMs = Math.max(this.nowMs, nowMs)
    for (;;) {
      const arrived = this.labelsWaiting.filter(({ arrivedAtMs }) => arrivedAtMs <= this.nowMs)
      const first = arrived.reduce<FraudLabel | undefined>(
        (best, label) => (best === undefined || label.arrivedAtMs < best.arrivedAtMs ? label : best),
        undefined,
      )
      if (first === undefined) return
      this.labelsWaiting = this.labelsWaiting.filter((label) => label !== first)
      this.applyLabel(first)
    }
  }

  label(label: FraudLabel): void {
    if (label.arrivedAtMs > this.nowMs) this.labelsWaiting.push(label)
    else this.applyLabel(label)
  }

  observe(use: CardUse): ReadonlyMap<string, number> | undefined {
    this.advanceTo(use.atMs)
    if (this.recall(use.id) !== undefined) return undefined
    const stands = use.kind === 'authorization' || (use.of === undefined && ['completion', 'advice'].includes(use.kind))
    if (!stands) {
      this.remembered.push({ id: use.id, row: undefined })
      if (use.kind !== 'refund' && use.of !== undefined) this.correct(use.of, use)
      return undefined
    }
    return this.count(use)
  }

  private count(use: CardUse): ReadonlyMap<string, number> {
    const second = Math.floor(use.atMs / 1000)
    const cardBefore = this.cardTimes.get(use.customer)
    const now = Math.max(cardBefore ?? 0, second)
    const earlier = this.rows.filter((row) => row.use.customer === use.customer)
    this.cardTimes.set(use.customer, now)
    const terminalNow = Math.max(this.terminalTimes.get(use.terminal) ?? 0, second)
    const terminalEarlier = this.rows.filter((row) => row.use.terminal === use.terminal)
    this.terminalTimes.set(use.terminal, terminalNow)

    const amount = Math.min(use.amountMinor, amountMax)
    const held = this.heldBefore(earlier, now)
    const amounts = [...this.rows.map((row) => Math.min(row.use.amountMinor, amountMax)), amount]
    const overall = total(amounts) / amounts.length
    const genuine = this.genuine(earlier, held)
    const mean = (total(genuine) + 2 * overall) / (genuine.length + 2)
    const apart = total(genuine.map((one) => (one - mean) ** 2))
    const deviation = Math.sqrt((apart + 2 * (mean / 2) ** 2) / (genuine.length + 2))
    const odd = amount > 0 && amount >= 2.2 * mean
    const fortnight = held.filter((row) => row.cardTime > now - 14 * day)
    const open = fortnight.filter((row) => isCounted(row) && !isGenuine(row))
    const frauds = held.filter((row) => row.label?.isFraud === true)
    const features = new Map<string, number>()

    features.set('amount', amount)
    const weekday = new Date(use.atMs).getUTCDay()
    features.set('weekend', weekday === 0 || weekday === 6 ? 1 : 0)
    features.set('night', new Date(use.atMs).getUTCHours() <= 6 ? 1 : 0)
    features.set('c_since_last', cardBefore === undefined ? Number.NaN : now - cardBefore)
    features.set('c_new_merchant', held.some((row) => row.use.merchant === use.merchant) ? 0 : 1)
    const countries = lastDistinct(earlier, (row) => row.use.country, 6)
    const sameCountry = countries.find((row) => row.use.country === use.country)
    const newCountry = sameCountry === undefined || sameCountry.cardTime <= now - windows['30d']
    features.set('c_new_country', use.country === '' ? Number.NaN : Number(newCountry))
    const devices = lastDistinct(earlier, (row) => row.use.device ?? '', 4)
    const isNewDevice = !devices.some((row) => row.use.device === use.device)
    features.set('c_new_device', use.device === undefined ? Number.NaN : Number(isNewDevice))
    features.set('c_genuine', genuine.length)
    features.set('c_z', mean > 0 ? (amount - mean) / deviation : Number.NaN)
    features.set('c_ratio', mean > 0 ? amount / mean : Number.NaN)
    const largest = Math.max(amount, ...open.map((row) => row.amount))
    features.set('c_rmax', mean > 0 ? largest / mean : Number.NaN)
    features.set('c_sus', open.filter((row) => row.odd).length + (odd ? 1 : 0))
    features.set('c_fraud_14d', fortnight.filter((row) => row.label?.isFraud === true).length)
    features.set('c_fraud_age', frauds[0] === undefined ? Number.NaN : (now - frauds[0].cardTime) / day)
    this.setPlace(features, { use, earlier, now })

    const row: Row = {
      use,
      index: this.rows.length,
      cardTime: now,
      terminalTime: terminalNow,
      odd,
      amount,
      label: undefined,
    }
    const lastAtTerminal = terminalEarlier.at(-1)
    features.set('t_since_last', lastAtTerminal === undefined ? Number.NaN : terminalNow - lastAtTerminal.terminalTime)
    this.rows.push(row)
    this.remembered.push({ id: use.id, row })
    const waiting = this.early.filter(({ of }) => of === use.id)
    this.early = this.early.filter(({ of }) => of !== use.id)
    for (const { use: correction } of waiting) this.correct(use.id, correction)

    const ownRows = this.heldNow(use.customer, now)
    for (const [name, seconds] of Object.entries(windows)) {
      const inside = ownRows.filter((one) => one.cardTime > now - seconds)
      setSums(features, { prefix: 'c', name, amounts: inside.filter(isCounted).map((one) => one.amount) })
      features.set(`c_merchants_${name}`, new Set(inside.map((one) => one.use.merchant)).size)
      const known = lastDistinct([...earlier, row], (one) => one.use.country, 6)
      features.set(`c_countries_${name}`, known.filter((one) => one.cardTime > now - seconds).length)
      const at = [...terminalEarlier, row].filter((one) => one.terminalTime > terminalNow - seconds).filter(isCounted)
      setSums(features, { prefix: 't', name, amounts: at.map((one) => one.amount) })
    }
    this.setRisk(features, use.terminal, terminalNow)
    return features
  }

  /** The card's rows in its longest window right before a new one comes at `now`: that one needs room. */
  private heldBefore(rows: readonly Row[], now: number): readonly Row[] {
    return rows.filter((row) => row.cardTime > now - windows['30d']).slice(-(usesOfOneCardMax - 1))
  }

  private heldNow(customer: string, now: number): readonly Row[] {
    const own = this.rows.filter((row) => row.use.customer === customer)
    return own.filter((row) => row.cardTime > now - windows['30d']).slice(-usesOfOneCardMax)
  }

  private genuine(rows: readonly Row[], held: readonly Row[]): readonly number[] {
    const isHeld = new Set(held)
    const left = rows.filter((row) => !isHeld.has(row))
    const presumed = left.filter((row) => row.label === undefined && isCounted(row))
    const labelled = rows.filter((row) => isGenuine(row) && isCounted(row))
    return [...presumed, ...labelled].map((row) => row.amount)
  }

  private setPlace(
    features: Map<string, number>,
    { use, earlier, now }: { readonly use: CardUse; readonly earlier: readonly Row[]; readonly now: number },
  ): void {
    features.set('c_km', Number.NaN)
    features.set('c_kmh', Number.NaN)
    const hasPlace = ({ presence, latitude, longitude }: CardUse): boolean =>
      presence === 'in-person' && latitude !== undefined && longitude !== undefined
    const before = earlier.findLast((row) => hasPlace(row.use))
    if (before === undefined || !hasPlace(use)) return
    const km = 6_371.0088 * angle(before.use, use)
    features.set('c_km', km)
    features.set('c_kmh', km / (Math.max(60, now - before.cardTime) / hour))
  }

  private setRisk(features: Map<string, number>, terminal: string, now: number): void {
    const all = this.labelsOf(terminal, now)
    const share = (days: number, counts: (label: LabelRow) => boolean): number => {
      const inside = all.filter(({ arrived }) => arrived > now - days * day)
      const labelled = total(inside.map(({ weight }) => weight))
      return labelled === 0 ? 0 : total(inside.filter(counts).map(({ weight }) => weight)) / labelled
    }
    for (const days of [1, 7, 30]) {
      const inside = all.filter(({ arrived }) => arrived > now - days * day)
      features.set(`t_labelled_${days}d`, total(inside.map(({ weight }) => weight)))
      features.set(
        `t_risk_${days}d`,
        share(days, ({ isFraud }) => isFraud),
      )
    }
    const isUnexplained = (label: LabelRow): boolean => label.isFraud && !label.use.odd
    for (const days of [3, 14, 21, 28]) features.set(`t_unrisk_${days}d`, share(days, isUnexplained))
    const happened = (label: LabelRow): number => Math.floor(label.use.use.atMs / 1000)
    const lastGenuine = Math.max(0, ...all.filter(({ isFraud }) => !isFraud).map(happened))
    const run = all.filter((label) => label.isFraud && happened(label) > lastGenuine)
    const unexplained = run.filter(isUnexplained)
    const age = (labels: readonly LabelRow[]): number =>
      labels.length === 0 ? Number.NaN : (now - Math.min(...labels.map(happened))) / day
    features.set('t_run', total(run.map(({ weight }) => weight)))
    features.set('t_runun', total(unexplained.map(({ weight }) => weight)))
    features.set('t_age', age(run))
    features.set('t_ageun', age(unexplained))
  }

  private labelsOf(terminal: string, now: number): readonly LabelRow[] {
    const own = this.labelRows.filter(({ use }) => use.use.terminal === terminal)
    return own.filter(({ arrived, isTakenBack }) => arrived > now - 30 * day && !isTakenBack)
  }

  private correct(of: string, correction: CardUse): void {
    const found = this.recall(of)
    if (found === undefined) return void (this.early = [...this.early, { of, use: correction }])
    const { row } = found
    if (row === undefined || !this.heldNow(row.use.customer, this.cardTimes.get(row.use.customer) ?? 0).includes(row))
      return
    const amount = Math.min(correction.amountMinor, amountMax)
    if (correction.kind !== 'reversal') row.amount = amount
    else row.amount = amount === 0 ? 0 : Math.max(0, row.amount - amount)
    if (row.amount === 0) takenOut.add(row)
    else takenOut.delete(row)
  }

  private applyLabel(label: FraudLabel): void {
    const row = this.recall(label.use)?.row
    const isCustomer = label.source === 'customer'
    const isUninformed = isCustomer && !label.informed
    if (row === undefined || (isUninformed && !label.isFraud)) return
    const rank = isUninformed ? 1 : { customer: 2, dispute: 2, agent: 3, bank: 4 }[label.source]
    const standing = row.label
    if (standing !== undefined) {
      if (rank < standing.rank) return
      if (rank === standing.rank && standing.isFraud === label.isFraud) return
    }
    row.label = { rank, isFraud: label.isFraud }
    const { terminal } = row.use
    const now = Math.max(this.terminalTimes.get(terminal) ?? 0, Math.floor(label.arrivedAtMs / 1000))
    this.terminalTimes.set(terminal, now)
    for (const one of this.labelRows) if (one.use === row) one.isTakenBack = true
    const cappedBy = isCustomer || label.source === 'dispute' ? label.by : undefined
    const said = this.labelsOf(terminal, now).filter((one) => cappedBy !== undefined && one.cappedBy === cappedBy)
    const left = cappedBy === undefined ? 1 : 3 - total(said.map(({ weight }) => weight))
    const weight = Math.min(isUninformed ? 0.5 : 1, left)
    if (weight <= 0) return
    this.labelRows.push({ use: row, arrived: now, weight, isFraud: label.isFraud, cappedBy, isTakenBack: false })
  }

  private recall(id: string): Remembered | undefined {
    const at = this.remembered.findLastIndex((one) => one.id === id)
    return at < this.remembered.length - this.rememberedMax ? undefined : this.remembered[at]
  }
}

/** Uses of which nothing is left. A use of nothing (a card being checked) counts all the same. */
const takenOut = new WeakSet<Row>()

function isCounted(row: Row): boolean {
  return !takenOut.has(row)
}

function isGenuine(row: Row): boolean {
  return row.label !== undefined && !row.label.isFraud
}

/** The latest row of each of the last distinct keys, the newest first; '' is no key. */
function lastDistinct(rows: readonly Row[], key: (row: Row) => string, most: number): readonly Row[] {
  const found = new Map<string, Row>()
  for (const row of [...rows].reverse()) if (key(row) !== '' && !found.has(key(row))) found.set(key(row), row)
  return [...found.values()].slice(0, most)
}

function setSums(
  features: Map<string, number>,
  { prefix, name, amounts }: { readonly prefix: string; readonly name: string; readonly amounts: readonly number[] },
): void {
  const count = BigInt(amounts.length)
  const sum = amounts.reduce((all, amount) => all + BigInt(amount), 0n)
  const squares = amounts.reduce((all, amount) => all + BigInt(amount) * BigInt(amount), 0n)
  features.set(`${prefix}_count_${name}`, amounts.length)
  features.set(`${prefix}_sum_${name}`, Number(sum))
  features.set(`${prefix}_mean_${name}`, Number(sum) / amounts.length)
  features.set(
    `${prefix}_dev_${name}`,
    amounts.length === 0 ? 0 : Math.sqrt(Number(count * squares - sum * sum)) / amounts.length,
  )
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

type Point = Pick<CardUse, 'latitude' | 'longitude'>

/** The angle between two places as seen from the middle of the earth, by their directions in space. */
function angle(from: Point, to: Point): number {
  const [left, right] = [direction(from), direction(to)]
  const chord = Math.hypot(...left.map((value, axis) => value - (right[axis] ?? 0)))
  return 2 * Math.asin(Math.min(1, chord / 2))
}

function direction({ latitude = 0, longitude = 0 }: Point): readonly number[] {
  const [north, east] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180]
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)]
}
