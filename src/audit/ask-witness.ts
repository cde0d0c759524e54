import { noteChecks, parseCheckpoint, parseNote, parseSignatureLine, toBase64 } from '../kernel/index.ts'
import type { NoteKey } from '../kernel/index.ts'
import type { HttpClient } from '../platform/index.ts'
import { verifyEd25519 } from './ed25519.ts'
import type { LogProver } from './prove-entry.ts'

/** A witness somebody else runs: where it takes checkpoints, and its key of kind `cosignature`. */
export type KnownWitness = { readonly url: string; readonly key: NoteKey }

/** What it last signed is asked for once; a second conflict means that it saw another tree. */
const triesMax = 2

/**
 * Asks a witness to co-sign a checkpoint (c2sp.org/tlog-witness); gives its signature line, checked, or why there is none.
 * `conflict` and `refused` are for people to look at: the witness may have been shown another log.
 */
export async function askWitness(
  deps: { readonly http: Pick<HttpClient, 'send'>; readonly prover: Pick<LogProver, 'consistency'> },
  witness: KnownWitness,
  ask: {
    readonly signedCheckpoint: string
    /** The size it signed last, where that is known. */
    readonly from?: bigint
  },
): Promise<{ readonly line: string } | 'conflict' | 'refused'> {
  const { signedCheckpoint, from = 0n } = ask
  const note = parseNote(Buffer.from(signedCheckpoint, 'utf8'))
  const checkpoint = parseCheckpoint(note?.text ?? '')
  if (note === undefined || checkpoint === undefined) return 'refused'
  let oldSize = from <= checkpoint.size ? from : 0n
  for (let tries = 0; tries < triesMax; tries += 1) {
    const proof =
      oldSize === 0n || oldSize === checkpoint.size ? [] : await deps.prover.consistency(oldSize, checkpoint.size)
    const head = [`old ${oldSize}`, ...proof.map(toBase64), '', ''].join('\n')
    const url = `${witness.url.replace(/\/+$/, '')}/add-checkpoint`
    const answer = await deps.http.send({ method: 'POST', url, body: head + signedCheckpoint })
    if (answer.status === 200) return checkLines(witness.key, note.text, answer.body.toString('utf8'))
    const known = answer.status === 409 ? /^(\d{1,20})\n$/.exec(answer.body.toString('utf8'))?.[1] : undefined
    if (known === undefined) return 'refused'
    const signed = BigInt(known)
    // It has seen more than there is, or another tree of this very size.
    if (signed > checkpoint.size || signed === oldSize) return 'conflict'
    oldSize = signed
  }
  return 'conflict'
}

function checkLines(key: NoteKey, text: string, lines: string): { readonly line: string } | 'refused' {
  for (const line of lines.split('\n')) {
    const signature = parseSignatureLine(line)
    const [check] = signature === undefined ? [] : noteChecks({ text, signatures: [signature] }, [key])
    if (check !== undefined && verifyEd25519(key.publicKey, check.message, check.signature))
      return { line: `${line}\n` }
  }
  return 'refused'
}
