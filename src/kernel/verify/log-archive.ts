import type { LogSource } from './log-problem.ts'

/**
 * A log in one file: a tar archive (POSIX ustar) of the log's folder, so that any tar makes and opens it. Paths are those of
 * c2sp.org/tlog-tiles, `checkpoint`, `vkey`, and `checkpoint.<size>` for earlier ones.
 */
export type LogArchive = ReadonlyMap<string, Uint8Array>

const blockBytes = 512
/** A log of ten million entries has some 80,000 tiles. */
const filesMax = 1_000_000
const pathMax = 100

/** Whether the bytes begin like a tar archive. */
export function isArchive(bytes: Uint8Array): boolean {
  return bytes.length >= blockBytes && text(bytes, 257, 5) === 'ustar'
}

/** The files of an archive, by path without a leading `./`; undefined when it is damaged or cut short. */
export function readArchive(bytes: Uint8Array): LogArchive | undefined {
  const files = new Map<string, Uint8Array>()
  let at = 0
  while (at + blockBytes <= bytes.length && files.size <= filesMax) {
    const header = bytes.subarray(at, at + blockBytes)
    // Two empty blocks end an archive.
    if (header.every((byte) => byte === 0)) return files
    const size = octal(header, 124, 12)
    const start = at + blockBytes
    if (!isArchive(header) || size === undefined || !fitsItsSum(header) || start + size > bytes.length) return undefined
    const path = pathOf(header)
    // Folders, and what archivers note about files ('x', 'g'), are passed over; anything that is no plain file is not read.
    if (header[156] === 0x30 || header[156] === 0) files.set(path, bytes.subarray(start, start + size))
    at = start + Math.ceil(size / blockBytes) * blockBytes
  }
  return undefined
}

/** One file of an archive: its header and its bytes, padded. Throws a RangeError for a path that does not fit. */
export function archivePart(path: string, bytes: Uint8Array): Uint8Array {
  if (path.length > pathMax || !/^[\x21-\x7e]+$/.test(path)) throw new RangeError('no such path in an archive')
  const part = new Uint8Array(blockBytes + Math.ceil(bytes.length / blockBytes) * blockBytes)
  const write = (at: number, value: string): void => part.set(new TextEncoder().encode(value), at)
  write(0, path)
  write(100, '0000644\0')
  write(108, '0000000\0')
  write(116, '0000000\0')
  write(124, `${bytes.length.toString(8).padStart(11, '0')}\0`)
  write(136, '00000000000\0')
  write(156, '0')
  write(257, 'ustar\x0000')
  write(148, `${sumOf(part.subarray(0, blockBytes)).toString(8).padStart(6, '0')}\0 `)
  part.set(bytes, blockBytes)
  return part
}

/** What an archive ends with. */
export const archiveEnd: Uint8Array = new Uint8Array(2 * blockBytes)

/** A log out of files by path: an archive's, or a folder's that somebody chose. */
export function filesSource(
  name: string,
  paths: Iterable<string>,
  read: (path: string) => Promise<Uint8Array | undefined>,
): LogSource {
  const earlier = [...paths].filter((path) => /^checkpoint\.[^/]+$/.test(path))
  return {
    name,
    read,
    async checkpoints() {
      const notes = await Promise.all(earlier.map(read))
      return notes.filter((note) => note !== undefined)
    },
  }
}

/**
 * Where in these paths a log begins: the prefix before `checkpoint`, `''` for the top; undefined when there is none. A folder
 * that somebody chose or archived stands above the log's own paths.
 */
export function logPrefix(paths: Iterable<string>): string | undefined {
  const found = [...paths].filter((path) => path === 'checkpoint' || path.endsWith('/checkpoint'))
  const shortest = found.sort((left, right) => left.length - right.length)[0]
  return shortest?.slice(0, -'checkpoint'.length)
}

function pathOf(header: Uint8Array): string {
  const prefix = text(header, 345, 155)
  const path = text(header, 0, pathMax)
  return (prefix === '' ? path : `${prefix}/${path}`).replace(/^(?:\.\/)+/, '')
}

function text(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length)
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
}

function octal(header: Uint8Array, start: number, length: number): number | undefined {
  const digits = text(header, start, length).trim()
  return /^[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : undefined
}

/** The sum over the header with its own field taken as spaces. */
function sumOf(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

function fitsItsSum(header: Uint8Array): boolean {
  return octal(header, 148, 8) === sumOf(header)
}
