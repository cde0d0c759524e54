import { mkdirSync } from 'node:fs'
import { parseVerifierKey } from '../kernel/index.ts'
import type { NoteKey } from '../kernel/index.ts'
import { createServer } from '../platform/index.ts'
import type { Clock, HttpServer, Logger, Metrics, Random } from '../platform/index.ts'
import { auditFault } from './fault.ts'
import { readLogKey } from './log-key.ts'
import { readPem } from './log-keys.ts'
import { sha256 } from './sha256.ts'
import { createWitness } from './witness.ts'
import { witnessFolder } from './witness-file.ts'

export type WitnessOptions = {
  /** The witness' name in its signatures, for example `bank.example/witness`. */
  readonly name: string
  /** The file of its private key (`parley witness keygen` makes one). */
  readonly key: string
  /** The folder in which it remembers what it signed. Made when missing; what is in it must never be lost or shared. */
  readonly memory: string
  /** Verifier keys of the logs it signs for. */
  readonly logs: readonly string[]
  readonly listen: { readonly host: string; readonly port: number }
}

export type RunningWitness = {
  /** What others verify its signatures with, and what logs are configured with. */
  readonly verifierKey: string
  /** Where it listens. */
  readonly port: number
  stop(): Promise<void>
}

/** A checkpoint and a proof of at most 63 lines. */
const bodyBytesMax = 64 * 1024
/** A log asks once a beat; a few hundred logs, some of them again after a conflict. */
const limits = { witness: { max: 1_200, windowMs: 60_000 } } as const

/**
 * A witness as a server (c2sp.org/tlog-witness): `POST /add-checkpoint`, and `GET /vkey` for people. Whoever may connect may ask:
 * what it signs depends on the logs' own signatures alone. Throws `audit/log-key-unusable` and `audit/vkey-unusable`.
 */
export async function startWitness(
  deps: { readonly clock: Clock; readonly random: Random; readonly logger: Logger; readonly metrics: Metrics },
  options: WitnessOptions,
): Promise<RunningWitness> {
  const key = readLogKey(readPem(options.key), options.name, 'cosignature')
  mkdirSync(options.memory, { recursive: true, mode: 0o700 })
  const witness = createWitness({
    key,
    logs: options.logs.map(readLogVkey),
    memory: witnessFolder(options.memory),
    clock: deps.clock,
  })
  const answers = deps.metrics.counter({
    name: 'parley_witness_answers_total',
    help: 'What this witness answered to logs.',
    labels: ['status'],
  })
  const server = await createServer(deps, { title: 'Parley witness', version: '1', bodyBytesMax, limits })
  // Bytes as they came, whatever they say they are: what was signed is bytes.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const route = { config: { limit: 'witness' }, schema: { hide: true } }
  server.get('/vkey', route, (_request, reply) => reply.type('text/plain; charset=utf-8').send(`${key.verifierKey}\n`))
  server.post('/add-checkpoint', route, async (request, reply) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
    const answer = await witness.addCheckpoint(body)
    answers.add(1, { status: String(answer.status) })
    if (answer.status === 422) deps.logger.error('witness.inconsistent', { status: answer.status })
    return reply.code(answer.status).type(answer.contentType).send(answer.body)
  })
  await server.listen({ host: options.listen.host, port: options.listen.port })
  return { verifierKey: key.verifierKey, port: portOf(server), stop: () => server.close() }
}

function readLogVkey(text: string): NoteKey {
  const key = parseVerifierKey(sha256, text.trim())
  if (key?.kind !== 'ed25519') throw auditFault('audit/vkey-unusable')
  return key
}

function portOf(server: HttpServer): number {
  const address = server.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
