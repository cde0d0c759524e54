import { html, readerTime } from '../pages/index.ts'
import type { Html, Reader } from '../pages/index.ts'
import { parseNote, parseReceiptText, toInstant } from '../kernel/index.ts'
import type { ReceiptBody } from '../kernel/index.ts'

/** Names of banks by id. */
export type Names = ReadonlyMap<string, string>

/** What a signed note says; undefined when it is no receipt. */
export function bodyOf(note: string): ReceiptBody | undefined {
  return parseReceiptText(parseNote(Buffer.from(note, 'utf8'))?.text ?? '')
}

/** Said elsewhere on the page, or of use to machines only; the document holds them word for word. */
const unsaid = ['at', 'checkpoint', 'id', 'kind', 'ending', 'earlier', 'erasure', 'record', 'conversation']

/** In which order people want to hear it; a note has its keys in the order of the alphabet. What is not here comes after. */
const order = [
  ...['institution', 'because', 'asked', 'stoppedAt', 'grants', 'bank', 'banks', 'bankAt', 'keys', 'key', 'keysAt'],
  ...['keysLastCopyAt', 'lastKeyCopyDay', 'lastCopyAt', 'lastDatabaseBackupDay', 'removed', 'kept', 'notDeleted'],
  // Inside a line of a list.
  ...['rows', 'table', 'item', 'channel', 'class', 'purpose', 'outcome', 'how', 'until', 'basis'],
]

function inOrder(pairs: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  const placeOf = ([key]: readonly [string, unknown]): number =>
    order.includes(key) ? order.indexOf(key) : order.length
  return [...pairs].sort((one, other) => placeOf(one) - placeOf(other))
}

/** A receipt in plain words: what is known by a word of ours is said by it; anything else by its own, as the note has it. */
export function showFacts(reader: Reader, note: string, names: Names): Html {
  const { words } = reader
  const body = bodyOf(note)
  const told = Object.entries(body ?? {}).filter(
    ([key, value]) => !unsaid.includes(key) && value !== null && !(Array.isArray(value) && value.length === 0),
  )
  const size = body?.checkpoint?.size
  return html`<dl class="facts">
    ${inOrder(told).map(([key, value]) => showFact(reader, key, value, names))}
    <dt>${words.say('receipt.log')}</dt>
    <dd>${size === undefined ? words.say('receipt.logNone') : words.say('receipt.logAt', { size: String(size) })}</dd>
  </dl>`
}

function showFact(reader: Reader, key: string, value: unknown, names: Names): Html {
  const { words } = reader
  const lines = Array.isArray(value) ? value : [value]
  return html`<dt>${words.has(`fact.${key}`) ? words.say(`fact.${key}`) : key}</dt>
    <dd>${lines.map((line) => html`<span class="block">${textOf(reader, line, names)}</span>`)}</dd>`
}

function textOf(reader: Reader, value: unknown, names: Names): string {
  if (typeof value === 'object' && value !== null) {
    return inOrder(Object.entries(value))
      .filter(([key, each]) => each !== null && !unsaid.includes(key))
      .map(([, each]) => (typeof each === 'number' ? `${each} ×` : textOf(reader, each, names)))
      .join(' · ')
  }
  const text = String(value)
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return readerTime.moment(reader, toInstant(Date.parse(text)))
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return readerTime.day({ ...reader, timeZone: 'UTC' }, toInstant(Date.parse(text)))
  return names.get(text) ?? knownWord(reader, text) ?? text
}

// The same few vocabularies that the rest of the centre speaks, and the receipts' own.
function knownWord({ words }: Reader, text: string): string | undefined {
  const key = [`value.${text}`, `class.${text}`, `purpose.${text}`, `channel.${text}`, `stored.${text}`].find(words.has)
  return key === undefined ? undefined : words.say(key)
}
