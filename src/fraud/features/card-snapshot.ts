import type { CardUseKind } from '../card-use.ts'
import { amountMinorMax, latestMark, marksShift } from '../windows/amount-word.ts'
import { CardWindows, usesOfOneCardMax } from '../windows/card-windows.ts'
import { malformed, SnapshotReader, SnapshotWriter } from '../windows/snapshot-bytes.ts'
import { unknownPlace } from '../windows/use-log.ts'
import { windowSeconds } from '../windows/use-windows.ts'
import { correctionsWaitingMax, type EngineState, openCard, openTerminal } from './engine-state.ts'
import { evictCard } from './evict-card.ts'

const kind = 'PfCW'
const version = 1
const wordMax = 2 ** 32 - 1
/** Records of one card in a snapshot; as many as its windows hold, and what corrected them. */
const recordsMax = 4 * usesOfOneCardMax
/** Ids longer than this do not come past the intake. */
const idBytesMax = 1_024
const correctionKinds: readonly CardUseKind[] = ['completion', 'advice', 'reversal']

/** One card's state. Only what cannot be made anew from it stands in it: sums and counts follow from the uses. */
export function writeCardSnapshot(state: EngineState, card: number, customer: string): Uint8Array {
  const { cards } = state
  const writer = new SnapshotWriter(kind, version)
  const genuine = cards.genuine(card)
  writer.number(cards.clock(card))
  writer.number(cards.sequence(card))
  writer.number(genuine.count)
  writer.number(genuine.sum)
  writer.number(genuine.rest)
  writer.number(genuine.carry)
  for (const word of cards.memories(card)) writer.number(word)
  writer.number(cards.size(card))
  cards.walk(card, (place) => {
    writer.number(cards.timeAt(place))
    writer.number(cards.amountWordAt(place) >>> marksShift)
    writer.number(cards.amountAt(place))
    writer.word(cards.extraAt(place))
    return false
  })
  writeRecords(state, card, writer)
  const waiting = [...state.corrections].flatMap(([of, all]) => all.map((correction) => ({ of, ...correction })))
  const own = waiting.filter((correction) => correction.customer === customer)
  writer.number(own.length)
  for (const { of, kind: correctionKind, amountMinor } of own) {
    writer.text(of)
    writer.number(correctionKinds.indexOf(correctionKind))
    writer.number(amountMinor)
  }
  return writer.finish()
}

function writeRecords({ cards, uses, terminals }: EngineState, card: number, writer: SnapshotWriter): void {
  const numbers = uses.ofCard(card, cards.newestRecord(card)).slice(0, recordsMax).reverse()
  writer.number(numbers.length)
  for (const number of numbers) {
    const record = uses.read(number)
    const key = record.terminal < 0 ? undefined : terminals.keyOf(record.terminal)
    writer.word(record.low)
    writer.word(record.high)
    writer.number(record.cardSequence)
    writer.number(record.state)
    writer.number(record.happened)
    writer.number(record.amount)
    writer.number(key === undefined ? 0 : 1)
    if (key === undefined) continue
    writer.word(key.low)
    writer.word(key.high)
    writer.number(record.terminalSequence)
  }
}

/** Holds the card as the bytes have it. All is read before anything is changed. */
export function readCardSnapshot(state: EngineState, customer: string, bytes: Uint8Array): void {
  const read = parse(bytes)
  evictCard(state, customer)
  const { cards } = state
  const card = openCard(state, customer)
  for (const entry of read.entries) cards.push(card, entry)
  cards.settle(card, read.clock)
  cards.setSequence(card, read.sequence)
  cards.recountMerchants(card)
  cards.setMemories(card, read.memories)
  cards.setGenuine(card, read.genuine)
  for (const record of read.records) addRecord(state, card, record)
  for (const { of, ...correction } of read.corrections)
    state.corrections.set(of, [...(state.corrections.get(of) ?? []), { ...correction, customer }])
}

type Parsed = ReturnType<typeof parse>

function parse(bytes: Uint8Array) {
  const reader = new SnapshotReader(bytes, kind, version)
  const clock = reader.number(wordMax)
  const sequence = reader.number(wordMax)
  const [count, sum, rest, carry] = [reader.number(wordMax), reader.number(), reader.number(), reader.number()]
  const memories = Array.from({ length: CardWindows.memoryWords }, () => reader.number(wordMax))
  const entries = Array.from({ length: reader.number(usesOfOneCardMax) }, () => ({
    time: reader.number(clock),
    marks: reader.number(2 ** (32 - marksShift) - 1) * 2 ** marksShift,
    amount: reader.number(amountMinorMax),
    extra: reader.word(),
  }))
  checkEntries(entries, clock)
  const records = Array.from({ length: reader.number(recordsMax) }, () => readRecord(reader))
  const corrections = Array.from({ length: reader.number(correctionsWaitingMax) }, () => ({
    of: reader.text(idBytesMax),
    kind: correctionKinds[reader.number(correctionKinds.length - 1)] ?? 'reversal',
    amountMinor: reader.number(),
  }))
  reader.finish()
  return { clock, sequence, genuine: { count, sum, rest, carry }, memories, entries, records, corrections }
}

/** Uses stand in order, within thirty days, and no merchant has two that are the latest. */
function checkEntries(entries: readonly { time: number; marks: number; extra: number }[], clock: number): void {
  const latest = entries.filter(({ marks }) => (marks & latestMark) !== 0).map(({ extra }) => extra)
  if (new Set(latest).size !== latest.length) throw malformed()
  let before = clock - windowSeconds[3] + 1
  for (const { time } of entries) {
    if (time < before) throw malformed()
    before = time
  }
}

function readRecord(reader: SnapshotReader) {
  const [low, high] = [reader.word(), reader.word()]
  const cardSequence = reader.number(wordMax)
  const state = reader.number(2 ** 7 - 1)
  const happened = reader.number(wordMax)
  const amount = reader.number(amountMinorMax)
  const hasTerminal = reader.number(1) === 1
  const terminal = hasTerminal
    ? { low: reader.word(), high: reader.word(), sequence: reader.number(wordMax) }
    : undefined
  return { low, high, cardSequence, state, happened, amount, terminal }
}

function addRecord(state: EngineState, card: number, record: Parsed['records'][number]): void {
  const { cards, uses } = state
  const { low, high, terminal } = record
  if (uses.find(low, high) >= 0) return
  const added = uses.add(
    {
      low,
      high,
      card,
      cardSequence: record.cardSequence,
      cardPlace: unknownPlace,
      terminal: terminal === undefined ? -1 : openTerminal(state, terminal.low, terminal.high),
      terminalSequence: terminal?.sequence ?? 0,
      terminalPlace: unknownPlace,
      happened: record.happened,
      amount: record.amount,
      state: record.state,
    },
    cards.newestRecord(card),
  )
  cards.setNewestRecord(card, added + 1)
}
