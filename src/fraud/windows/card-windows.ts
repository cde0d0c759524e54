import { countedMark, fraudMark, genuineMark, isWide, latestMark, amountOf, oddMark } from './amount-word.ts'
import { SquareCarries } from './exact-squares.ts'
import { type PagePool, placesPerPage } from './page-pool.ts'
import { UseWindows, windowSeconds } from './use-windows.ts'

/**
 * Most uses of one card that its windows hold, 34 a day: one pass over them (a first-time merchant, the largest amount) stays within
 * microseconds, and no card can take more memory than this.
 */
export const usesOfOneCardMax = 1_024
/** Countries and devices that a card remembers, the last used ones. */
export const countriesOfOneCardMax = 6
export const devicesOfOneCardMax = 4
/** How far back suspicious and fraudulent uses of the card are looked at: as long as the public handbook's compromises last. */
const suspicionSeconds = 14 * 86_400

const [genuineSumAt, genuineSquaresAt, floats] = [0, 1, 2]
const genuineCountAt = 0
const merchantsAt = 1
const placeAt = merchantsAt + windowSeconds.length
const devicesAt = placeAt + 3
const countriesAt = devicesAt + devicesOfOneCardMax
const recordAt = countriesAt + 2 * countriesOfOneCardMax
const words = recordAt + 1

/** What a pass over a card's uses found. Overwritten by the next pass. */
export type CardSeen = {
  /** The last use at the same merchant, or −1. */
  sameMerchant: number
  /** Largest amount of 14 days that counts and is not labelled genuine. */
  largest: number
  /** Uses of 14 days that were odd when they came and are not labelled genuine. */
  suspicious: number
  /** Uses of 14 days that are labelled fraud. */
  frauds: number
  /** The first use that is labelled fraud: its time, or 0. */
  firstFraud: number
}

/** How many uses, their sum, and their sum of squares as carry × 2^52 + rest. */
export type Genuine = { readonly count: number; readonly sum: number; readonly rest: number; readonly carry: number }

export type CardPlace = { readonly time: number; readonly latitude: number; readonly longitude: number }

/** Cards: windows, and what else a card remembers. Merchants, devices and countries are numbers of 32 bits. */
export class CardWindows extends UseWindows {
  private readonly seen: CardSeen = { sameMerchant: -1, largest: 0, suspicious: 0, frauds: 0, firstFraud: 0 }

  private readonly genuineCarries = new SquareCarries()

  constructor(pages: PagePool, cardsMax: number) {
    super(pages, { stride: 3, usesMax: usesOfOneCardMax, ownersMax: cardsMax, full: 'fraud/cards-full', floats, words })
  }

  /** One pass over the card's uses. */
  look(slot: number, merchant: number): CardSeen {
    const from = this.clock(slot) - suspicionSeconds
    const tail = this.tail(slot)
    let [sameMerchant, firstFraud, frauds, suspicious, largest] = [-1, 0, 0, 0, 0]
    const { pages, perPage } = this
    let place = this.oldest(slot)
    let page = pages.memory(place >>> 3)
    let start = pages.start(place >>> 3)
    let following = page[start] ?? 0
    while (place !== tail) {
      // Most of a pass is waiting for memory: the next page's own link is asked for before this page is read.
      const isLast = place >>> 3 === tail >>> 3
      const next = isLast ? place >>> 3 : following
      const nextPage = pages.memory(next)
      const nextStart = pages.start(next)
      following = nextPage[nextStart] ?? 0
      const end = isLast ? tail : (place & ~7) + perPage
      for (let at = start + 1 + (place & 7) * 3; place < end; place += 1, at += 3) {
        // As a signed word, so that marks are told without leaving whole numbers.
        const word = (page[at + 1] ?? 0) | 0
        if ((word & latestMark) !== 0 && page[at + 2] === merchant) sameMerchant = place
        // Nearly every use is counted and not labelled: one question for all its marks.
        if ((word & (fraudMark | genuineMark)) === 0) {
          if ((word & countedMark) === 0 || (page[at] ?? 0) <= from) continue
          if ((word & oddMark) !== 0) suspicious += 1
        } else if ((word & fraudMark) !== 0) {
          if (firstFraud === 0) firstFraud = page[at] ?? 0
          if ((word & genuineMark) !== 0 || (page[at] ?? 0) <= from) continue
          frauds += 1
          if ((word & countedMark) === 0) continue
          if ((word & oddMark) !== 0) suspicious += 1
        } else continue
        const amount = isWide(word) ? this.amountAt(place) : amountOf(word)
        if (amount > largest) largest = amount
      }
      if (isLast) break
      place = next * placesPerPage
      page = nextPage
      start = nextStart
    }
    const { seen } = this
    seen.sameMerchant = sameMerchant
    seen.largest = largest
    seen.suspicious = suspicious
    seen.frauds = frauds
    seen.firstFraud = firstFraud
    return seen
  }

  /** Adds a use that counts at the card's present time; `seen` is of the look right before. */
  take(slot: number, use: { readonly amount: number; readonly odd: boolean; readonly merchant: number }): number {
    const clock = this.clock(slot)
    this.forgetLatest(slot)
    const marks = countedMark | latestMark | (use.odd ? oddMark : 0)
    const place = this.push(slot, { time: clock, amount: use.amount, marks, extra: use.merchant })
    this.addMerchant(slot, 1, -1)
    return place
  }

  /**
   * Writes the distinct merchants of all windows, and then the distinct countries that were used last within each, of the six used last.
   */
  writeDistinct(slot: number, into: Float64Array, first: number): void {
    const { words: head } = this.slots.memory(slot)
    const at = this.slots.start(slot) + this.ownWordsAt
    const clock = this.clock(slot)
    for (let window = 0; window < windowSeconds.length; window += 1) {
      into[first + window] = head[at + merchantsAt + window] ?? 0
      const from = clock - (windowSeconds[window] ?? 0)
      let countries = 0
      // The last used come first; after one that is too old, or none, all are.
      for (let country = at + countriesAt; country < at + recordAt; country += 2) {
        if (head[country] === 0 || (head[country + 1] ?? 0) <= from) break
        countries += 1
      }
      into[first + windowSeconds.length + window] = countries
    }
  }

  /** Notes the country of a use now; whether the card was not used there within thirty days. 0 is no country. */
  visit(slot: number, country: number): boolean {
    const clock = this.clock(slot)
    if (this.own(slot, countriesAt) === country) {
      const isNew = this.own(slot, countriesAt + 1) <= clock - windowSeconds[3]
      this.setOwn(slot, countriesAt + 1, clock)
      return isNew
    }
    let moved = country
    let movedTime = clock
    for (let at = countriesAt; at < recordAt; at += 2) {
      const before = this.own(slot, at)
      const time = this.own(slot, at + 1)
      this.setOwn(slot, at, moved)
      this.setOwn(slot, at + 1, movedTime)
      if (before === country) return time <= clock - windowSeconds[3]
      moved = before
      movedTime = time
    }
    return true
  }

  /** Notes the device of a use; whether it is none of the last four. 0 is no device. */
  meet(slot: number, device: number): boolean {
    if (this.own(slot, devicesAt) === device) return false
    let moved = device
    for (let at = devicesAt; at < countriesAt; at += 1) {
      const before = this.own(slot, at)
      this.setOwn(slot, at, moved)
      if (before === device) return false
      moved = before
    }
    return true
  }

  /** Where the card was last used in person; its time is 0 before the first. Degrees, to five digits. */
  place(slot: number): CardPlace {
    return {
      time: this.own(slot, placeAt),
      latitude: this.own(slot, placeAt + 1) / degreeParts - 90,
      longitude: this.own(slot, placeAt + 2) / degreeParts - 180,
    }
  }

  setPlace(slot: number, { time, latitude, longitude }: CardPlace): void {
    this.setOwn(slot, placeAt, time)
    this.setOwn(slot, placeAt + 1, Math.round((latitude + 90) * degreeParts))
    this.setOwn(slot, placeAt + 2, Math.round((longitude + 180) * degreeParts))
  }

  /** Uses known or presumed to be genuine. */
  genuine(slot: number): Genuine {
    return {
      count: this.own(slot, genuineCountAt),
      sum: this.ownFloat(slot, genuineSumAt),
      rest: this.ownFloat(slot, genuineSquaresAt),
      carry: this.genuineCarries.carry(slot),
    }
  }

  addGenuine(slot: number, amount: number, sign: 1 | -1): void {
    const { count, sum, rest } = this.genuine(slot)
    const squares = this.genuineCarries.step(slot, rest, { amount, sign })
    const carry = this.genuineCarries.carry(slot)
    this.setGenuine(slot, { count: count + sign, sum: sum + sign * amount, rest: squares, carry })
  }

  setGenuine(slot: number, { count, sum, rest, carry }: Genuine): void {
    const { floats: memory } = this.slots.memory(slot)
    const at = this.slots.start(slot) / 2 + this.ownFloatsAt
    this.setOwn(slot, genuineCountAt, count)
    memory[at + genuineSumAt] = sum
    memory[at + genuineSquaresAt] = rest
    this.genuineCarries.set(slot, carry)
  }

  override close(slot: number): void {
    super.close(slot)
    this.genuineCarries.forget(slot)
  }

  /** The number after that of the card's newest record in the log of uses; 0 before the first. */
  newestRecord(slot: number): number {
    return this.own(slot, recordAt)
  }

  setNewestRecord(slot: number, record: number): void {
    this.setOwn(slot, recordAt, record)
  }

  /** The last place, devices, countries with their times, as a snapshot keeps them. */
  memories(slot: number): readonly number[] {
    return Array.from({ length: recordAt - placeAt }, (_, at) => this.own(slot, placeAt + at))
  }

  setMemories(slot: number, memories: readonly number[]): void {
    memories.forEach((value, at) => this.setOwn(slot, placeAt + at, value))
  }

  /** How many words `memories` has. */
  static readonly memoryWords = recordAt - placeAt

  /** After the uses of a snapshot were pushed: distinct merchants follow from their marks. */
  recountMerchants(slot: number): void {
    for (let window = 0; window < windowSeconds.length; window += 1) this.setOwn(slot, merchantsAt + window, 0)
    this.walk(slot, (place) => {
      if ((this.amountWordAt(place) & latestMark) !== 0) this.addMerchant(slot, 1, place)
      return false
    })
  }

  protected override left(slot: number, window: number, place: number): void {
    const word = this.amountWordAt(place)
    if ((word & latestMark) !== 0) this.setOwn(slot, merchantsAt + window, this.own(slot, merchantsAt + window) - 1)
    if (window < windowSeconds.length - 1) return
    // Nobody said anything about it for thirty days: presumed genuine from now on.
    if ((word & (countedMark | genuineMark | fraudMark)) === countedMark) this.addGenuine(slot, this.amountAt(place), 1)
  }

  /** The use at the same merchant that the look found is no longer the latest there. */
  private forgetLatest(slot: number): void {
    const place = this.seen.sameMerchant
    if (place < 0) return
    this.mark(place, { set: 0, clear: latestMark })
    this.addMerchant(slot, -1, place)
  }

  /** Adds to the distinct merchants of every window that a use is in; place −1 is a use now. */
  private addMerchant(slot: number, sign: 1 | -1, place: number): void {
    const clock = this.clock(slot)
    const time = place < 0 ? clock : this.timeAt(place)
    for (let window = 0; window < windowSeconds.length; window += 1) {
      if (time <= clock - (windowSeconds[window] ?? 0)) continue
      this.setOwn(slot, merchantsAt + window, this.own(slot, merchantsAt + window) + sign)
    }
  }

  private own(slot: number, at: number): number {
    return this.slots.memory(slot).words[this.slots.start(slot) + this.ownWordsAt + at] ?? 0
  }

  private setOwn(slot: number, at: number, value: number): void {
    this.slots.memory(slot).words[this.slots.start(slot) + this.ownWordsAt + at] = value
  }

  private ownFloat(slot: number, at: number): number {
    return this.slots.memory(slot).floats[this.slots.start(slot) / 2 + this.ownFloatsAt + at] ?? 0
  }
}

/** Places are kept to a hundred-thousandth of a degree, about a metre. */
const degreeParts = 100_000
