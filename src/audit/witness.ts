import {
  cosignatureMessage,
  formatSignatureLine,
  fromBase64,
  openNote,
  parseCheckpoint,
  parseNote,
  sameBytes,
  verifyConsistency,
} from '../kernel/index.ts'
import type { Checkpoint, Note, NoteKey } from '../kernel/index.ts'
import type { Clock } from '../platform/index.ts'
import { verifyEd25519 } from './ed25519.ts'
import type { LogKey } from './log-key.ts'
import { sha256 } from './sha256.ts'

/** What a witness remembers of a log: the last tree it signed. */
export type WitnessedTree = { readonly size: bigint; readonly root: Uint8Array }

/** Where that is kept. `store` resolves once it is on disk. */
export type WitnessMemory = {
  load(origin: string): Promise<WitnessedTree | undefined>
  store(origin: string, tree: WitnessedTree): Promise<void>
}

export type WitnessAnswer = { readonly status: number; readonly contentType: string; readonly body: string }

/** A witness (c2sp.org/tlog-witness): signs, of each log, only trees that continue the one it signed before. */
export type Witness = { addCheckpoint(request: Uint8Array): Promise<WitnessAnswer> }

const plain = 'text/plain; charset=utf-8'
const proofLinesMax = 63

/** A witness for the logs with these keys. Requests for it are answered one after the other: check and store must not mix. */
export function createWitness(deps: {
  /** A key of kind `cosignature`. */
  readonly key: LogKey
  /** The name of each is the origin of its log. */
  readonly logs: readonly NoteKey[]
  readonly memory: WitnessMemory
  readonly clock: Clock
}): Witness {
  let before: Promise<unknown> = Promise.resolve()
  return {
    addCheckpoint(request) {
      const answer = before.then(() => judge(request))
      // The next request waits for this one, however it ends; its own caller hears of a failure.
      before = answer.then(
        () => undefined,
        () => undefined,
      )
      return answer
    },
  }

  async function judge(request: Uint8Array): Promise<WitnessAnswer> {
    const parsed = parseRequest(request)
    if (parsed === undefined) return refuse(400, 'the request is malformed')
    const { oldSize, proof, note, checkpoint } = parsed
    const keys = deps.logs.filter(({ name }) => name === checkpoint.origin)
    if (keys.length === 0) return refuse(404, 'unknown log')
    if (!openNote(note, keys, verifyEd25519).ok) return refuse(403, 'invalid signature')
    if (oldSize > checkpoint.size) return refuse(400, 'the old size is beyond the checkpoint')
    const known = (await deps.memory.load(checkpoint.origin)) ?? { size: 0n, root: new Uint8Array(0) }
    if (oldSize !== known.size) return conflict(known.size)
    if (oldSize === checkpoint.size && oldSize > 0n && !sameBytes(known.root, checkpoint.root))
      return conflict(known.size)
    if (!continues(known, checkpoint, proof)) return refuse(422, 'the consistency proof does not hold')
    await deps.memory.store(checkpoint.origin, { size: checkpoint.size, root: checkpoint.root })
    return {
      status: 200,
      contentType: plain,
      body: cosign(deps.key, BigInt(Math.floor(deps.clock.now() / 1000)), note),
    }
  }
}

function continues(known: WitnessedTree, { size, root }: Checkpoint, proof: readonly Uint8Array[]): boolean {
  if (known.size === 0n) return proof.length === 0
  const claim = { firstSize: known.size, firstRoot: known.root, secondSize: size, secondRoot: root, proof }
  return verifyConsistency(sha256, claim)
}

function cosign(key: LogKey, time: bigint, note: Note): string {
  const seconds = Buffer.alloc(8)
  seconds.writeBigUInt64BE(time)
  const signature = Buffer.concat([seconds, key.signBytes(cosignatureMessage(time, note.text))])
  return formatSignatureLine({ name: key.noteKey.name, keyId: key.noteKey.keyId, signature })
}

function refuse(status: number, body: string): WitnessAnswer {
  return { status, contentType: plain, body: `${body}\n` }
}

function conflict(size: bigint): WitnessAnswer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` }
}

type WitnessRequest = {
  readonly oldSize: bigint
  readonly proof: readonly Uint8Array[]
  readonly note: Note
  readonly checkpoint: Checkpoint
}

function parseRequest(bytes: Uint8Array): WitnessRequest | undefined {
  const buffer = Buffer.from(bytes)
  const end = buffer.indexOf('\n\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = buffer.subarray(0, end).toString('utf8').split('\n')
  const [, oldSize] = /^old (0|[1-9]\d{0,19})$/.exec(first) ?? []
  const proof = lines.map(fromBase64).filter((hash) => hash?.length === 32)
  const note = parseNote(buffer.subarray(end + 2))
  const checkpoint = parseCheckpoint(note?.text ?? '')
  if (oldSize === undefined || note === undefined || checkpoint === undefined) return undefined
  if (proof.length !== lines.length || lines.length > proofLinesMax) return undefined
  return { oldSize: BigInt(oldSize), proof: proof.filter((hash) => hash !== undefined), note, checkpoint }
}
