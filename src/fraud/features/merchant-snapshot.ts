import { amountMinorMax, marksShift } from '../windows/amount-word.ts'
import { fullWeight, labelsOfOneTerminalMax, type TerminalLabel } from '../windows/label-windows.ts'
import { malformed, SnapshotReader, SnapshotWriter } from '../windows/snapshot-bytes.ts'
import { usesOfOneTerminalMax } from '../windows/terminal-windows.ts'
import { closeTerminal, type EngineState, openTerminal } from './engine-state.ts'

const kind = 'PfMW'
const version = 1
const wordMax = 2 ** 32 - 1
const terminalsMax = 2 ** 26
const [fraudBit, explainedBit] = [0x10, 0x20]

/**
 * Terminals that were used or labelled since, and the mean of all amounts. Names nobody, yet is not quite without people: each use's second
 * and amount at a terminal's key, and, short hashes, whose labels are whose, by which a customer's sway is capped.
 */
export function writeMerchantSnapshot(state: EngineState, sinceSecond: number): Uint8Array {
  const { terminals, terminalKeys, totals } = state
  const entries = [...terminalKeys.entries()].filter(({ value }) => terminals.clock(value) >= sinceSecond)
  const writer = new SnapshotWriter(kind, version)
  writer.number(totals.uses)
  writer.number(totals.amount)
  writer.number(entries.length)
  for (const { low, high, value } of entries.sort(byKey)) {
    writer.word(low)
    writer.word(high)
    writer.number(terminals.clock(value))
    writer.number(terminals.lastUse(value))
    writer.number(terminals.sequence(value))
    writer.number(terminals.size(value))
    let before = 0
    terminals.walk(value, (place) => {
      writer.number(terminals.timeAt(place) - before)
      writer.number(terminals.amountWordAt(place) >>> marksShift)
      writer.number(terminals.amountAt(place))
      before = terminals.timeAt(place)
      return false
    })
    writeLabels(state, value, writer)
  }
  return writer.finish()
}

function byKey(left: Key, right: Key): number {
  return left.high - right.high || left.low - right.low
}

type Key = { readonly low: number; readonly high: number }

function writeLabels({ terminals, labels }: EngineState, terminal: number, writer: SnapshotWriter): void {
  const own = terminals.labelsOf(terminal)
  const all: TerminalLabel[] = []
  if (own >= 0) labels.walk(own, (label) => all.push(label))
  writer.number(all.length)
  for (const { arrived, happened, weight, isFraud, explained, by, use } of all) {
    writer.number(arrived)
    writer.number(happened)
    writer.number(weight | (isFraud ? fraudBit : 0) | (explained ? explainedBit : 0))
    writer.number(by)
    writer.word(use)
  }
}

/** Replaces all terminals by those of the bytes. All is read before anything is changed. */
export function readMerchantSnapshot(state: EngineState, bytes: Uint8Array): void {
  const read = parse(bytes)
  for (const { value } of [...state.terminalKeys.entries()]) closeTerminal(state, value)
  state.uses.loseTerminals(() => true)
  state.totals.uses = read.uses
  state.totals.amount = read.amount
  for (const terminal of read.terminals) fill(state, terminal)
}

type Parsed = ReturnType<typeof parse>

function fill(state: EngineState, terminal: Parsed['terminals'][number]): void {
  const { terminals, labels, runs } = state
  const slot = openTerminal(state, terminal.low, terminal.high)
  for (const entry of terminal.entries) terminals.push(slot, { ...entry, extra: 0 })
  terminals.settle(slot, terminal.clock)
  terminals.setSequence(slot, terminal.sequence)
  terminals.setLastUse(slot, terminal.lastUse)
  if (terminal.labels.length === 0) return
  const own = labels.open()
  terminals.setLabels(slot, own)
  for (const label of terminal.labels) labels.push(own, label)
  labels.advance(own, terminal.clock)
  runs.rebuild(own, labels)
}

function parse(bytes: Uint8Array) {
  const reader = new SnapshotReader(bytes, kind, version)
  const [uses, amount] = [reader.number(), reader.number()]
  const terminals = Array.from({ length: reader.number(terminalsMax) }, () => readTerminal(reader))
  reader.finish()
  for (const [at, terminal] of terminals.entries()) {
    const before = terminals[at - 1]
    if (before !== undefined && byKey(before, terminal) >= 0) throw malformed()
  }
  return { uses, amount, terminals }
}

function readTerminal(reader: SnapshotReader) {
  const [low, high] = [reader.word(), reader.word()]
  const clock = reader.number(wordMax)
  const lastUse = reader.number(clock)
  const sequence = reader.number(wordMax)
  let time = 0
  const entries = Array.from({ length: reader.number(usesOfOneTerminalMax) }, () => {
    time += reader.number(clock - time)
    const marks = reader.number(2 ** (32 - marksShift) - 1) * 2 ** marksShift
    return { time, marks, amount: reader.number(amountMinorMax) }
  })
  const labels = Array.from({ length: reader.number(labelsOfOneTerminalMax) }, () => readLabel(reader, clock))
  if (labels.some(({ arrived }, at) => arrived < (labels[at - 1]?.arrived ?? 0))) throw malformed()
  return { low, high, clock, lastUse, sequence, entries, labels }
}

function readLabel(reader: SnapshotReader, clock: number): TerminalLabel {
  const arrived = reader.number(clock)
  const happened = reader.number(wordMax)
  const bits = reader.number(0x3f)
  const weight = bits & 0xf
  if (weight === 0 || weight > fullWeight) throw malformed()
  const [isFraud, explained] = [(bits & fraudBit) !== 0, (bits & explainedBit) !== 0]
  return { arrived, happened, weight, isFraud, explained, by: reader.number(wordMax), use: reader.word() }
}
