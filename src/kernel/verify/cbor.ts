/**
 * What a passkey's structures hold of CBOR (RFC 8949): integers, byte and text strings, lists, maps, and simple values. Nothing
 * else is read: no tags, no floats, no indefinite lengths.
 */
export type CborValue =
  number | string | boolean | null | Uint8Array | readonly CborValue[] | ReadonlyMap<number | string, CborValue>

/** Deeper structures are none of ours. */
const depthMax = 8

/** The first item in `bytes` from `start` on, and where it ends; undefined when it is malformed or of another kind. */
export function readCbor(
  bytes: Uint8Array,
  start = 0,
  depth = 0,
): { readonly value: CborValue; readonly end: number } | undefined {
  const first = bytes[start]
  if (first === undefined || depth > depthMax) return undefined
  const major = first >> 5
  if (major === 7) return readSimple(first & 31, start)
  const head = readLength(bytes, first & 31, start + 1)
  if (head === undefined) return undefined
  const { length, end } = head
  switch (major) {
    case 0:
      return { value: length, end }
    case 1:
      return { value: -1 - length, end }
    case 2:
    case 3:
      return readString(bytes, major === 3, end, end + length)
    case 4:
      return readList(bytes, length, end, depth)
    case 5:
      return readMap(bytes, length, end, depth)
    default:
      return undefined
  }
}

function readSimple(argument: number, start: number): { readonly value: CborValue; readonly end: number } | undefined {
  const values: Readonly<Record<number, boolean | null>> = { 20: false, 21: true, 22: null }
  const value = values[argument]
  return value === undefined ? undefined : { value, end: start + 1 }
}

/** A count or a number: in the head itself, or in the one, two or four bytes after it. */
function readLength(bytes: Uint8Array, argument: number, at: number): { length: number; end: number } | undefined {
  if (argument < 24) return { length: argument, end: at }
  const width = { 24: 1, 25: 2, 26: 4 }[argument]
  if (width === undefined || at + width > bytes.length) return undefined
  let length = 0
  for (let place = 0; place < width; place += 1) length = length * 256 + (bytes[at + place] ?? 0)
  return { length, end: at + width }
}

function readString(
  bytes: Uint8Array,
  isText: boolean,
  start: number,
  end: number,
): { readonly value: CborValue; readonly end: number } | undefined {
  if (end > bytes.length) return undefined
  const part = bytes.slice(start, end)
  return { value: isText ? new TextDecoder().decode(part) : part, end }
}

function readList(bytes: Uint8Array, count: number, start: number, depth: number) {
  const items: CborValue[] = []
  let at = start
  for (let item = 0; item < count; item += 1) {
    const next = readCbor(bytes, at, depth + 1)
    if (next === undefined) return undefined
    items.push(next.value)
    at = next.end
  }
  return { value: items, end: at }
}

function readMap(bytes: Uint8Array, count: number, start: number, depth: number) {
  const members = new Map<number | string, CborValue>()
  let at = start
  for (let member = 0; member < count; member += 1) {
    const key = readCbor(bytes, at, depth + 1)
    const value = key === undefined ? undefined : readCbor(bytes, key.end, depth + 1)
    if (key === undefined || value === undefined) return undefined
    // Two members under one label could be read as either.
    if ((typeof key.value !== 'number' && typeof key.value !== 'string') || members.has(key.value)) return undefined
    members.set(key.value, value.value)
    at = value.end
  }
  return { value: members, end: at }
}
