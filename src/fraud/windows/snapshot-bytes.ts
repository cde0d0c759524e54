import { Fault } from '../../kernel/index.ts'

const sizeFirst = 512
const sevenBits = 0x80
/** Four bytes of the kind, one of the version before, four of the check behind. */
const headBytes = 5
const checkBytes = 4

/** Writes a snapshot: whole numbers in as few bytes as they need (LEB128), a head that names kind and version, a check at the end. */
export class SnapshotWriter {
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(sizeFirst)
  private length = 0

  constructor(kind: string, version: number) {
    for (let at = 0; at < headBytes - 1; at += 1) this.byte(kind.charCodeAt(at))
    this.byte(version)
  }

  /** A whole number from 0 to 2^53 − 1. */
  number(value: number): void {
    let left = value
    while (left >= sevenBits) {
      this.byte((left % sevenBits) | sevenBits)
      left = Math.floor(left / sevenBits)
    }
    this.byte(left)
  }

  /** A word whose bits are spread evenly. */
  word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 0xff)
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value)
    this.number(bytes.length)
    for (const byte of bytes) this.byte(byte)
  }

  finish(): Uint8Array {
    this.word(crc32(this.bytes.subarray(0, this.length)))
    return this.bytes.slice(0, this.length)
  }

  private byte(value: number): void {
    if (this.length === this.bytes.length) {
      const longer = new Uint8Array(this.bytes.length * 2)
      longer.set(this.bytes)
      this.bytes = longer
    }
    this.bytes[this.length] = value
    this.length += 1
  }
}

/** Reads what SnapshotWriter wrote; throws a Fault (`fraud/snapshot-malformed`) at the first byte that cannot be so. */
export class SnapshotReader {
  private readonly bytes: Uint8Array
  private at = headBytes
  private readonly end: number

  constructor(bytes: Uint8Array, kind: string, version: number) {
    this.bytes = bytes
    this.end = bytes.length - checkBytes
    if (this.end < headBytes) throw malformed()
    const head = String.fromCharCode(...bytes.subarray(0, headBytes))
    if (head !== `${kind}${String.fromCharCode(version)}`) throw malformed()
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (view.getUint32(this.end, true) !== crc32(bytes.subarray(0, this.end))) throw malformed()
  }

  /** A whole number of at most `max`. */
  number(max = Number.MAX_SAFE_INTEGER): number {
    let value = 0
    let unit = 1
    for (;;) {
      const byte = this.byte()
      value += (byte % sevenBits) * unit
      if (value > max) throw malformed()
      if (byte < sevenBits) return value
      unit *= sevenBits
      if (unit > Number.MAX_SAFE_INTEGER) throw malformed()
    }
  }

  word(): number {
    let value = 0
    for (let shift = 0; shift < 32; shift += 8) value |= this.byte() << shift
    return value >>> 0
  }

  text(bytesMax: number): string {
    const length = this.number(bytesMax)
    if (this.at + length > this.end) throw malformed()
    const bytes = this.bytes.subarray(this.at, this.at + length)
    this.at += length
    return new TextDecoder().decode(bytes)
  }

  /** Throws unless all was read. */
  finish(): void {
    if (this.at !== this.end) throw malformed()
  }

  private byte(): number {
    if (this.at >= this.end) throw malformed()
    this.at += 1
    return this.bytes[this.at - 1] ?? 0
  }
}

/** Bytes that are no snapshot, or one of another kind or version, or a damaged one. */
export function malformed(): Fault {
  return new Fault('fraud/snapshot-malformed', { retry: 'never' })
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let word = byte
  for (let bit = 0; bit < 8; bit += 1) word = (word & 1) === 0 ? word >>> 1 : (word >>> 1) ^ 0xedb8_8320
  return word
})

/** CRC-32 as in zip and Ethernet (reflected, 0xEDB88320): finds damage, stops no forger; those are kept off by the seal around it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffff_ffff) >>> 0
}
