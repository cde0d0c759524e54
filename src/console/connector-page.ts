import type { BankHealth } from '../banks/index.ts'
import { cutoffs } from '../consent/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { listOwnBanks } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, scopeOf } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { showConsole } from './show-console.ts'
import { showConnectors } from './show-connectors.ts'
import type { ConnectorsShown } from './show-connectors.ts'
import { listBudgets, listConnections, listLookHours } from './standing-store.ts'

/** `/console/connectors`: how each bank's connections are doing, each by itself; and platforms and channels. */
export function addConnectorPage(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  const lastSeen = createLastSeen<ConnectorsShown>(deps)
  scope.get(
    '/console/connectors',
    limited,
    forStaff(tools, 'see-connectors', async (call) => {
      const { hash } = call.session
      const words = tools.words(call.request)
      const seen = await lastSeen.see(scopeOf(call), async () => {
        const { database } = deps
        const banks = await listOwnBanks(database, hash, 'see-connectors')
        const [connections, hours, budgets, cut, health] = await Promise.all([
          listConnections(database, hash),
          listLookHours(database, hash),
          listBudgets(database, hash),
          cutoffs.list(database, hash),
          askBanks(banks.map(({ id }) => id)),
        ])
        const open = cut.filter(({ liftedAt }) => liftedAt === undefined)
        return { banks, connections, hours, budgets, cut: open, health }
      })
      return showConsole(tools, call, {
        place: 'connectors',
        title: words.say('connectors.title'),
        body: showConnectors({ words, deps }, seen),
      })
    }),
  )

  // Each bank by itself: one that does not answer says nothing of another.
  async function askBanks(ids: readonly InstitutionId[]): Promise<ReadonlyMap<InstitutionId, BankHealth>> {
    return new Map(await Promise.all(ids.map(async (id) => [id, await deps.health(id)] as const)))
  }
}
