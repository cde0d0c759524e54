import { addPageScope, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited } from '../staff-pages/index.ts'
import { addActPages } from './act-pages.ts'
import { consoleWords } from './console-words.ts'
import type { ConsoleDeps, ConsoleTools } from './console-route.ts'
import { addCutoffPages } from './cutoff-pages.ts'
import { addRulePages } from './rule-pages.ts'

/** The pages of the people who run Parley: `/console/…`. docs/kill-switch.md tells the flow. */
export async function addConsolePages(server: HttpServer, deps: ConsoleDeps): Promise<void> {
  await addPageScope(server, deps, consoleWords, (scope, pageTools) => {
    const tools: ConsoleTools = { ...pageTools, deps }
    scope.get('/console', limited, (_request, reply) => sendOnward(reply, '/console/cutoffs'))
    addCutoffPages(scope, tools)
    addRulePages(scope, tools)
    addActPages(scope, tools)
  })
}
