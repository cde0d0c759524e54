import { fromBase64, toBase64 } from './base64.ts'
import { hashBytes } from './merkle-tree.ts'

/** A proof that can be checked offline (c2sp.org/tlog-proof): where the entry stands, the path up, and a checkpoint. */
export type TlogProof = {
  readonly index: bigint
  readonly proof: readonly Uint8Array[]
  /** The signed note, whole. */
  readonly checkpoint: string
  /** Bytes of the application's own; nothing vouches for them. */
  readonly extra?: Uint8Array
}

const header = 'c2sp.org/tlog-proof@v1'
/** A tree of 2^64 leaves needs no longer path. */
const pathMax = 64

/** The text of a proof. */
export function formatTlogProof({ index, proof, checkpoint, extra }: TlogProof): string {
  const lines = [
    header,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...proof.map((hash) => toBase64(hash)),
  ]
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/** Reads a proof's form; undefined when malformed. Whether it proves anything is for the caller to check. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const end = text.indexOf('\n\n')
  if (end < 0) return undefined
  const [first, ...lines] = text.slice(0, end).split('\n')
  const extraLine = lines[0]?.startsWith('extra ') === true ? lines.shift() : undefined
  const extra = extraLine === undefined ? undefined : fromBase64(extraLine.slice('extra '.length))
  const [, index] = /^index (0|[1-9]\d{0,19})$/.exec(lines.shift() ?? '') ?? []
  const proof = lines.map(fromBase64)
  if (first !== header || index === undefined || (extraLine !== undefined && extra === undefined)) return undefined
  if (proof.length > pathMax || !proof.every((hash) => hash?.length === hashBytes)) return undefined
  return {
    index: BigInt(index),
    proof: proof.filter((hash) => hash !== undefined),
    checkpoint: text.slice(end + 2),
    ...(extra === undefined ? {} : { extra }),
  }
}
