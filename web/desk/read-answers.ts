/** A row of the list as the server puts it into words. */
export type Row = {
  readonly id: string
  readonly order: string
  readonly title: string
  readonly detail: string
  readonly badges: readonly { readonly kind: string; readonly text: string }[]
  readonly isMine: boolean
  readonly lateAt: number | null
  readonly late: string
}

/** Something that was written in the open conversation. */
export type Line = { readonly by: string; readonly head: string; readonly text: string }

/** The open conversation as it stands. */
export type Thread = {
  readonly lines: readonly Line[]
  readonly see: string
  readonly leaseUntil: number
  readonly again: readonly [string, string]
}

/** Reads a value that came as JSON; undefined when it is not of the form. */
export type Read<Value> = (value: unknown) => Value | undefined

/** Reads a row. */
export const readRow: Read<Row> = (value) => {
  const row = fieldsOf(value)
  const [id, order, title, detail, late] = textsOf(row, ['id', 'order', 'title', 'detail', 'late'])
  const lateAt = row?.['lateAt']
  const badges = readAll(row?.['badges'], readBadge)
  const isMine = row?.['isMine']
  if (id === undefined || order === undefined || title === undefined || detail === undefined || late === undefined)
    return undefined
  if (badges === undefined || typeof isMine !== 'boolean' || (lateAt !== null && typeof lateAt !== 'number'))
    return undefined
  return { id, order, title, detail, badges, isMine, lateAt, late }
}

/** Reads the whole list. */
export const readRows: Read<readonly Row[]> = (value) => readAll(fieldsOf(value)?.['rows'], readRow)

/** Reads which row went. */
export const readGone: Read<string> = (value) => textsOf(fieldsOf(value), ['id'])[0]

/** Reads the open conversation. */
export const readThread: Read<Thread> = (value) => {
  const thread = fieldsOf(value)
  const lines = readAll(thread?.['lines'], readLine)
  const again = readAll(thread?.['again'], (one) => (typeof one === 'string' ? one : undefined))
  const [see, leaseUntil] = [thread?.['see'], thread?.['leaseUntil']]
  const [sentence, link] = again ?? []
  if (lines === undefined || typeof see !== 'string' || typeof leaseUntil !== 'number') return undefined
  return sentence === undefined || link === undefined ? undefined : { lines, see, leaseUntil, again: [sentence, link] }
}

/** The JSON of a text; undefined when it is none. */
export function parse<Value>(text: string, read: Read<Value>): Value | undefined {
  try {
    return read(JSON.parse(text))
  } catch {
    return undefined // a message that was cut: the next round brings everything
  }
}

const readBadge: Read<Row['badges'][number]> = (value) => {
  const [kind, text] = textsOf(fieldsOf(value), ['kind', 'text'])
  return kind === undefined || text === undefined ? undefined : { kind, text }
}

const readLine: Read<Line> = (value) => {
  const [by, head, text] = textsOf(fieldsOf(value), ['by', 'head', 'text'])
  return by === undefined || head === undefined || text === undefined ? undefined : { by, head, text }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined
}

function textsOf(
  fields: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): readonly (string | undefined)[] {
  return names.map((name) => {
    const value = fields?.[name]
    return typeof value === 'string' ? value : undefined
  })
}

function readAll<Value>(value: unknown, read: Read<Value>): readonly Value[] | undefined {
  if (!Array.isArray(value)) return undefined
  const all = value.map(read).filter((one) => one !== undefined)
  return all.length === value.length ? all : undefined
}
