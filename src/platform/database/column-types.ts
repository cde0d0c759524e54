import { TypeOverrides } from 'pg'
import { platformFault } from '../fault.ts'

/** Type ids of PostgreSQL's catalogue (pg_type.dat): fixed for built-in types. */
const int8 = 20
const int8Array = 1016
const date = 1082
const timestamp = 1114
const timestamptz = 1184
const interval = 1186
const timestamptzArray = 1185

/** How columns arrive: int8 as bigint, timestamptz as milliseconds, the rest as the driver does it. */
export const columnTypes = makeColumnTypes()

function makeColumnTypes(): TypeOverrides {
  const types = new TypeOverrides()
  types.setTypeParser(int8, BigInt)
  types.setTypeParser(int8Array, (text) =>
    readArray(text).map((element) => (element === null ? null : BigInt(element))),
  )
  types.setTypeParser(timestamptz, readTimestamp)
  types.setTypeParser(timestamptzArray, (text) =>
    readArray(text).map((element) => (element === null ? null : readTimestamp(element))),
  )
  // The driver would make local-time Dates of these; as text nothing is lost.
  for (const id of [date, timestamp, interval]) types.setTypeParser(id, (text) => text)
  return types
}

const timestampShape = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?$/

/** `2026-02-03 04:05:06.789012+01` to milliseconds since 1970; `infinity` stays infinite. */
function readTimestamp(text: string): number {
  const found = timestampShape.exec(text)
  if (found === null) {
    if (text === 'infinity') return Infinity
    if (text === '-infinity') return -Infinity
    throw platformFault('platform/row-shape')
  }
  const [, year, month, day, hour, minute, second, micros = '', sign, zoneHours, zoneMinutes = '0'] = found
  const milliseconds = Number(micros.padEnd(3, '0').slice(0, 3))
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -60_000 : 60_000)
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), milliseconds) -
    offset
  )
}

/** One-dimensional arrays of types that need no quotes inside but timestamps' own. */
function readArray(text: string): (string | null)[] {
  const inside = text.slice(1, -1)
  if (inside === '') return []
  return inside.split(',').map((element) => (element === 'NULL' ? null : element.replaceAll('"', '')))
}
