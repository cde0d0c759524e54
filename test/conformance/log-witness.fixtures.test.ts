// A recorded conversation with a witness of somebody else: ours must answer the same (c2sp.org/tlog-witness).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { sha256 } from '../../src/audit/sha256.ts'
import { ambient, newLogKey } from '../../src/audit/test-support/log-world.ts'
import { createWitness } from '../../src/audit/witness.ts'
import type { WitnessedTree } from '../../src/audit/witness.ts'
import { makeNoteKey } from '../../src/kernel/index.ts'

const step = z.object({ path: z.string(), body: z.string(), status: z.number() })
const { witness_add_checkpoint_sequence: sequence } = z
  .object({ witness_add_checkpoint_sequence: z.object({ log_public_key_hex: z.string(), requests: z.array(step) }) })
  .parse(
    JSON.parse(readFileSync(join(process.env['PARLEY_FIXTURES'] ?? '', 'audit-log/extracted-vectors.json'), 'utf8')),
  )

test('our witness answers a recorded sequence as the published text says', async () => {
  const origin = sequence.requests[0]?.body.split('\n')[2] ?? ''
  const logKey = makeNoteKey(sha256, origin, 'ed25519', Buffer.from(sequence.log_public_key_hex, 'hex'))
  const known = new Map<string, WitnessedTree>()
  const memory = {
    load: (name: string) => Promise.resolve(known.get(name)),
    store: (name: string, tree: WitnessedTree) => Promise.resolve(void known.set(name, tree)),
  }
  const key = newLogKey('example.com/witness', 'cosignature')
  const witness = createWitness({ key, logs: [logKey], memory, clock: ambient.clock })
  for (const { body, status } of sequence.requests) {
    const answer = await witness.addCheckpoint(Buffer.from(body))
    // The recording answers 403 to a log it does not know; the published text says 404.
    const isUnknown = body.split('\n\n')[1]?.startsWith(`${origin}\n`) !== true
    expect(answer.status, body).toBe(isUnknown ? 404 : status)
    if (status === 200) expect(answer.body).toContain('— example.com/witness')
  }
})
