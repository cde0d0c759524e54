import type { Database, HttpClient, Logger, Metrics } from '../platform/index.ts'
import { askWitness } from './ask-witness.ts'
import type { KnownWitness } from './ask-witness.ts'
import { addCosignature } from './log-store.ts'
import { createLogProver } from './prove-entry.ts'

/** Collects witnesses' signatures on what the sequencer publishes. */
export type Cosigner = {
  /** For the sequencer's `onPublished`; answers at once. While witnesses are still being asked, the beat is passed over. */
  ask(published: { readonly size: bigint; readonly note: string }): void
  stop(): Promise<void>
}

/** Asks every witness after each beat and adds what holds to the checkpoint. A witness that is away misses that beat. */
export function createCosigner(deps: {
  /** The login `parley_sequencer`. */
  readonly database: Database
  readonly witnesses?: { readonly http: Pick<HttpClient, 'send'>; readonly known: readonly KnownWitness[] }
  readonly logger: Logger
  readonly metrics: Metrics
}): Cosigner {
  const prover = createLogProver(deps.database)
  const asked = deps.metrics.counter({
    name: 'parley_log_witness_answers_total',
    help: 'What witnesses answered to checkpoints.',
    labels: ['outcome'],
  })
  let round: Promise<unknown> = Promise.resolve()
  let isAsking = false

  async function askOne(
    http: Pick<HttpClient, 'send'>,
    witness: KnownWitness,
    { size, note }: { readonly size: bigint; readonly note: string },
  ): Promise<void> {
    try {
      const answer = await askWitness({ http, prover }, witness, note)
      const outcome = typeof answer === 'string' ? answer : 'signed'
      asked.add(1, { outcome })
      if (typeof answer !== 'string') await addCosignature(deps.database, size, answer.line)
      else deps.logger.error('log.witness-refused', { outcome })
    } catch (fault) {
      asked.add(1, { outcome: 'failed' })
      deps.logger.fault('log.witness-failed', fault)
    }
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
      await round
    },
  }
}
