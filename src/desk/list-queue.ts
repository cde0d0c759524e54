import type { Outcome } from '../kernel/index.ts'
import { agentRows } from './agent-store.ts'
import type { QueuePlace } from './agent-store.ts'
import type { DeskDeps } from './desk-deps.ts'

/** The queue of an agent's banks: what is urgent first, then by deadline and by who waited longest. It opens no words. */
export async function listQueue(
  deps: Pick<DeskDeps, 'database'>,
  agent: string,
): Promise<Outcome<readonly QueuePlace[], 'desk/not-an-agent' | 'desk/held-enough'>> {
  return await agentRows.asAgent(() => agentRows.list(deps.database, agent))
}
