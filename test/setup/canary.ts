import { open, readdir } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { inflateRawSync, constants as zlib } from 'node:zlib'
import { z } from 'zod'
import { decimalText, formatMoney } from '../../src/kernel/index.ts'
import type { Money } from '../../src/kernel/index.ts'
import { bytesColumn } from '../../src/platform/index.ts'
import type { Tx } from '../../src/platform/index.ts'

/** One way a secret could lie somewhere, as bytes. */
export type Needle = { readonly form: string; readonly bytes: Buffer }

/** Where a secret was found, in which form, and whether compression hid it. */
export type Finding = { readonly where: string; readonly form: string; readonly at: number }

/** Shorter needles would be found by chance in a hundred megabytes of noise. */
const needleBytesMin = 5

/** The languages people are answered in, with their neighbours' ways of writing numbers. */
const locales = ['en-US', 'es-ES', 'es-MX', 'fr-FR', 'de-DE', 'de-CH', 'pt-BR', 'pt-PT']

/**
 * Every form of an amount that a careless program writes: minor and major units, with and without grouping, as each
 * language prints it, as binary integers, floats and PostgreSQL numerics, each text also in UTF-16, hex and base64.
 * Take amounts of eight digits and more before the point: a small one is found by chance.
 */
export function moneyNeedles(money: Money): readonly Needle[] {
  const plain = decimalText(money)
  const texts = new Set([
    money.minor.toString(),
    plain,
    plain.replace('.', ','),
    ...locales.flatMap((locale) => writtenBy(money, locale)),
  ])
  return distinct([...[...texts].flatMap((text) => textNeedles(text)), ...binaryNeedles(money, plain)])
}

/** Every form of a text that a careless program writes: UTF-8, UTF-16, hex, base64 wherever it begins, JSON escapes. */
export function textNeedles(text: string): readonly Needle[] {
  const utf8 = Buffer.from(text, 'utf8')
  const utf16 = Buffer.from(text, 'utf16le')
  const escaped = text.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const found = [
    { form: `utf-8 ${text}`, bytes: utf8 },
    { form: `utf-16le ${text}`, bytes: utf16 },
    { form: `utf-16be ${text}`, bytes: Buffer.from(utf16).swap16() },
    { form: `escaped ${text}`, bytes: Buffer.from(escaped) },
    { form: `hex ${text}`, bytes: Buffer.from(utf8.toString('hex')) },
    { form: `HEX ${text}`, bytes: Buffer.from(utf8.toString('hex').toUpperCase()) },
    ...base64Needles(utf8, text),
    ...base64Needles(utf16, `utf-16 ${text}`),
  ]
  return distinct(found)
}

function writtenBy(money: Money, locale: string): readonly string[] {
  const whole = formatMoney(money, locale)
  const number = whole.replace(/^[^\d-]+|[^\d]+$/g, '')
  const spaced = number.replace(/\s/g, ' ')
  return [number, spaced, number.replace(/[\s’']/g, '')]
}

/** Base64 of the middle of the bytes for each of the three places a byte can have in a group of three. */
function base64Needles(bytes: Buffer, name: string): readonly Needle[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The first letters hold bits of what stands before, the last one bits of what comes after.
    const sure = text.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1)
    const forms = [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
    return forms.map((form) => ({ form: `base64+${shift} ${name}`, bytes: Buffer.from(form) }))
  })
}

function binaryNeedles(money: Money, plain: string): readonly Needle[] {
  const integer = Buffer.alloc(8)
  integer.writeBigInt64BE(money.minor)
  const float = Buffer.alloc(8)
  float.writeDoubleBE(Number(plain))
  const numeric = numericDigits(plain)
  return [
    { form: 'int64 big-endian', bytes: integer },
    { form: 'int64 little-endian', bytes: Buffer.from(integer).reverse() },
    { form: 'float64 big-endian', bytes: float },
    { form: 'float64 little-endian', bytes: Buffer.from(float).reverse() },
    { form: 'numeric on the wire', bytes: numeric },
    { form: 'numeric on disk', bytes: Buffer.from(numeric).swap16() },
  ]
}

/** PostgreSQL keeps a numeric as digits of base 10,000, aligned to the point. */
function numericDigits(plain: string): Buffer {
  const [whole = '', fraction = ''] = plain.replace('-', '').split('.')
  const padded =
    whole.padStart(Math.ceil(whole.length / 4) * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0')
  const digits = Buffer.alloc(padded.length / 2)
  for (let group = 0; group < padded.length / 4; group += 1) {
    digits.writeUInt16BE(Number(padded.slice(group * 4, group * 4 + 4)), group * 2)
  }
  return digits
}

function distinct(needles: readonly Needle[]): readonly Needle[] {
  const byBytes = new Map<string, Needle>()
  for (const needle of needles) {
    const key = needle.bytes.toString('latin1')
    if (needle.bytes.length >= needleBytesMin && !byBytes.has(key)) byBytes.set(key, needle)
  }
  return [...byBytes.values()]
}

/** Pieces of files are read with this overlap, so nothing hides on a border; longer needles are not made. */
const overlapBytes = 64 * 1024
const pieceBytes = 16 * 1024 * 1024
/** No single secret needs more places to be believed. */
const findingsMax = 50

/**
 * Looks through every file under a folder (data directory, WAL, logs), raw and inside zlib and gzip streams. Stops once it
 * has found `enough`. A file that goes away meanwhile is passed over.
 */
export async function searchFolder(
  folder: string,
  needles: readonly Needle[],
  enough = findingsMax,
): Promise<readonly Finding[]> {
  const seek = createSeeker(needles)
  const findings: Finding[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || findings.length >= enough) continue
    const path = join(entry.parentPath, entry.name)
    findings.push(...(await searchFile(path, relative(folder, path), seek)))
  }
  return findings
}

async function searchFile(path: string, name: string, seek: Seeker): Promise<readonly Finding[]> {
  const file = await openIfThere(path)
  if (file === undefined) return []
  const findings: Finding[] = []
  try {
    const piece = Buffer.alloc(pieceBytes + overlapBytes)
    for (let start = 0; ; start += pieceBytes) {
      const { bytesRead } = await file.read(piece, 0, piece.length, start)
      findings.push(...searchIn(piece.subarray(0, bytesRead), name, start, seek))
      if (bytesRead < piece.length) return findings
    }
  } finally {
    await file.close()
  }
}

// A server renames and removes WAL files while it runs.
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined
    throw thrown
  }
}

/** Looks through bytes at hand (a message, a log, a response), raw and inside zlib and gzip streams. */
export function searchBytes(where: string, bytes: Uint8Array, needles: readonly Needle[]): readonly Finding[] {
  return searchIn(Buffer.from(bytes), where, 0, createSeeker(needles))
}

const tableRow = z.object({ name: z.string(), columns: z.array(z.string()) })
const valueRow = z.object({ value: bytesColumn.nullable() })

/** Looks through every value of every table as the administrator sees it: out of TOAST, decompressed, bytea as bytes. */
export async function searchTables(admin: Tx, needles: readonly Needle[]): Promise<readonly Finding[]> {
  const seek = createSeeker(needles)
  const findings: Finding[] = []
  const tables = await admin.rows(
    tableRow,
    `SELECT c.oid::regclass::text AS name, array_agg(
       CASE WHEN a.atttypid = 'bytea'::regtype THEN quote_ident(a.attname)
            ELSE 'convert_to(' || quote_ident(a.attname) || $$::text, 'UTF8')$$ END) AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
     GROUP BY c.oid`,
  )
  for (const { name, columns } of tables) {
    for (const column of columns) {
      const rows = await admin.rows(valueRow, `SELECT ${column} AS value FROM ${name}`)
      for (const { value } of rows) if (value !== null) findings.push(...searchIn(value, `${name} ${column}`, 0, seek))
    }
  }
  return findings
}

/** Gives the needles in a piece of bytes. */
type Seeker = (bytes: Buffer) => readonly { readonly form: string; readonly at: number }[]

// One pass for all needles: the three most telling bytes of each are an anchor, and a bit set of anchors turns away
// nearly every position at once.
function createSeeker(needles: readonly Needle[]): Seeker {
  const bits = new Uint8Array(2 ** 21)
  const byAnchor = new Map<number, { readonly needle: Needle; readonly offset: number }[]>()
  for (const needle of needles) {
    const offset = anchorOf(needle.bytes)
    const anchor = needle.bytes.readUIntBE(offset, 3)
    bits[anchor >> 3] = (bits[anchor >> 3] ?? 0) | (1 << (anchor & 7))
    byAnchor.set(anchor, [...(byAnchor.get(anchor) ?? []), { needle, offset }])
  }
  return (bytes) => {
    const found: { form: string; at: number }[] = []
    let anchor = 0
    for (let index = 0; index < bytes.length; index += 1) {
      anchor = ((anchor << 8) | (bytes[index] ?? 0)) & 0xffffff
      if (((bits[anchor >> 3] ?? 0) & (1 << (anchor & 7))) === 0) continue
      for (const { needle, offset } of byAnchor.get(anchor) ?? []) {
        const at = index - 2 - offset
        if (at < 0 || at + needle.bytes.length > bytes.length) continue
        if (bytes.compare(needle.bytes, 0, undefined, at, at + needle.bytes.length) === 0)
          found.push({ form: needle.form, at })
      }
    }
    return found
  }
}

function anchorOf(bytes: Buffer): number {
  let best = 0
  let most = -1
  for (let offset = 0; offset + 3 <= bytes.length; offset += 1) {
    const telling = new Set(bytes.subarray(offset, offset + 3).filter((byte) => byte !== 0)).size
    if (telling > most) [best, most] = [offset, telling]
  }
  return best
}

/** What one compressed stream may grow to. */
const unpackedBytesMax = 8 * 1024 * 1024
/** What one compressed stream is looked for in. */
const packedBytesMax = 1024 * 1024

function searchIn(bytes: Buffer, where: string, start: number, seek: Seeker): readonly Finding[] {
  const raw = seek(bytes).map(({ form, at }) => ({ where, form, at: start + at }))
  const packed = streamsIn(bytes).flatMap(({ at, content }) =>
    seek(content).map(({ form }) => ({ where: `${where} (compressed)`, form, at: start + at })),
  )
  return [...raw, ...packed]
}

/** The contents of whatever looks like a zlib (RFC 1950) or gzip (RFC 1952) stream and unpacks. */
function streamsIn(bytes: Buffer): readonly { readonly at: number; readonly content: Buffer }[] {
  const streams: { at: number; content: Buffer }[] = []
  for (const magic of [0x78, 0x1f]) {
    for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) {
      const body = bodyOf(bytes, at)
      const content = body === undefined ? undefined : unpackAt(bytes, body)
      if (content !== undefined) streams.push({ at, content })
    }
  }
  return streams
}

/** Where the deflated body of a stream begins whose head would stand here; undefined when that is no head. */
function bodyOf(bytes: Buffer, at: number): number | undefined {
  if (at + 18 > bytes.length) return undefined
  if (bytes[at] === 0x78)
    return bytes.readUInt16BE(at) % 31 === 0 && ((bytes[at + 1] ?? 0) & 0x20) === 0 ? at + 2 : undefined
  if (bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8) return undefined
  const flags = bytes[at + 3] ?? 0
  let body = at + 10
  if ((flags & 4) !== 0) body += 2 + bytes.readUInt16LE(body)
  for (const texts of [8, 16]) if ((flags & texts) !== 0) body = bytes.indexOf(0, body) + 1
  return (flags & 2) === 0 ? body : body + 2
}

// Most bytes that look like a head are none: a deflated body (RFC 1951) says in its first bits how it goes on.
function isBodyLikely(bytes: Buffer, body: number): boolean {
  const first = bytes[body] ?? 0
  const kind = (first >> 1) & 3
  if (kind === 0) return (bytes.readUInt16LE(body + 1) ^ bytes.readUInt16LE(body + 3)) === 0xffff
  if (kind === 2) return first >> 3 <= 29 && ((bytes[body + 1] ?? 0) & 31) <= 29
  return kind === 1
}

// Only the body is unpacked: what follows the stream, and whether its checksum is right, does not matter here.
function unpackAt(bytes: Buffer, body: number): Buffer | undefined {
  if (body + 5 > bytes.length || !isBodyLikely(bytes, body)) return undefined
  try {
    const packed = bytes.subarray(body, body + packedBytesMax)
    return inflateRawSync(packed, { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: unpackedBytesMax })
  } catch (thrown) {
    if (thrown instanceof Error) return undefined // not a stream after all
    throw thrown
  }
}
