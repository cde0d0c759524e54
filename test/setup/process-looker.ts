import { databaseName, demoInstitution } from '../../src/demo/demo-configs.ts'
import { Secret } from '../../src/kernel/index.ts'
import type { InstitutionId } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, openDatabase } from '../../src/platform/index.ts'
import { addBareGrant, mustOpen } from '../attacks/gate-scene.ts'
import type { ParleyProcesses } from './parley-processes.ts'

/** Somebody who looks through the gate of a running product, on Parley's own pages: no messenger knows of it. */
export type ProcessLooker = {
  /** One look: an entry commits. Gives its number. */
  look(): Promise<bigint>
  end(): Promise<void>
}

/** A customer with a grant at the demo's bank, who looks by the login of the purpose. */
export async function createProcessLooker(parley: ParleyProcesses): Promise<ProcessLooker> {
  const grant = await addBareGrant(parley.admin, demoInstitution as InstitutionId)
  const password = new Secret(parley.secrets.passwords['parley_answer'] ?? '')
  const answer = openDatabase({
    connection: { ...parley.postgres.admin, database: databaseName, user: 'parley_answer', password },
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
    poolMax: 1,
  })
  return { look: () => mustOpen(answer, grant), end: () => answer.close() }
}
