import type { Clock, Database, HttpClient, Logger, Metrics } from '../platform/index.ts'
import { askWitness } from './ask-witness.ts'
import type { KnownWitness } from './ask-witness.ts'
import { addCosignature } from './log-store.ts'
import { pauseUnless } from './pause.ts'
import { createLogProver } from './prove-entry.ts'

/** Collects witnesses' signatures on what the sequencer publishes. */
export type Cosigner = {
  /** For the sequencer's `onPublished`; answers at once. While witnesses are still being asked, the beat is passed over. */
  ask(published: { readonly size: bigint; readonly note: string }): void
  stop(): Promise<void>
}

/** One that cannot be reached is asked again, so that a restart of its own costs it no beat. */
const triesMax = 3
const againMs = 2_000

/**
 * Asks every witness after each beat and adds what holds to the checkpoint. A witness that stays away misses that beat. One that
 * refuses has seen another tree, or is told it: an error line, and `parley_log_witnesses_refusing` above 0 until it signs again.
 */
export function createCosigner(deps: {
  /** The login `parley_sequencer`. */
  readonly database: Database
  readonly witnesses?: { readonly http: Pick<HttpClient, 'send'>; readonly known: readonly KnownWitness[] }
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}): Cosigner {
  const prover = createLogProver(deps.database)
  const asked = deps.metrics.counter({
    name: 'parley_log_witness_answers_total',
    help: 'What witnesses answered to checkpoints.',
    labels: ['outcome'],
  })
  const refusing = deps.metrics.gauge({
    name: 'parley_log_witnesses_refusing',
    help: 'Witnesses that refused to co-sign when they were last asked.',
  })
  /** What each signed last, so that the next time it is asked from there. */
  const signed = new Map<KnownWitness, bigint>()
  const refused = new Set<KnownWitness>()
  const stopped = new AbortController()
  let round: Promise<unknown> = Promise.resolve()
  let isAsking = false

  async function askOne(
    http: Pick<HttpClient, 'send'>,
    witness: KnownWitness,
    published: { readonly size: bigint; readonly note: string },
  ): Promise<void> {
    for (let tries = 1; tries <= triesMax && !stopped.signal.aborted; tries += 1) {
      try {
        return await askOnce(http, witness, published)
      } catch (fault) {
        asked.add(1, { outcome: 'failed' })
        if (tries === triesMax) deps.logger.fault('log.witness-failed', fault, { tries })
        else await pauseUnless(deps.clock, stopped.signal, againMs)
      }
    }
  }

  async function askOnce(
    http: Pick<HttpClient, 'send'>,
    witness: KnownWitness,
    { size, note }: { readonly size: bigint; readonly note: string },
  ): Promise<void> {
    const from = signed.get(witness) ?? 0n
    const send: HttpClient['send'] = (request) => http.send({ ...request, signal: stopped.signal })
    const answer = await askWitness({ http: { send }, prover }, witness, { signedCheckpoint: note, from })
    if (typeof answer === 'string') return refuse(witness, answer)
    await addCosignature(deps.database, size, answer.line)
    signed.set(witness, size)
    refused.delete(witness)
    refusing.set(refused.size)
    asked.add(1, { outcome: 'signed' })
  }

  function refuse(witness: KnownWitness, outcome: 'conflict' | 'refused'): void {
    signed.delete(witness)
    refused.add(witness)
    refusing.set(refused.size)
    asked.add(1, { outcome })
    deps.logger.error('log.witness-refused', { outcome })
  }

  return {
    ask(published) {
      const { witnesses } = deps
      if (isAsking || witnesses === undefined) return
      isAsking = true
      round = Promise.all(witnesses.known.map((one) => askOne(witnesses.http, one, published))).then(() => {
        isAsking = false
      })
    },
    async stop() {
      stopped.abort()
      await round
    },
  }
}
