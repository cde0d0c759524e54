import { addPageScope } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { addActPages } from './act-pages.ts'
import { addAuditPage } from './audit-page.ts'
import { addConfigurationPage } from './configuration-page.ts'
import { addConnectorPage } from './connector-page.ts'
import { addConsentPage } from './consent-page.ts'
import { consoleWords } from './console-words.ts'
import type { ConsoleDeps, ConsoleTools } from './console-route.ts'
import { addCutoffPages } from './cutoff-pages.ts'
import { addIncidentPages } from './incident-pages.ts'
import { addModelPage } from './model-page.ts'
import { addOverviewPage } from './overview-page.ts'
import { addRulePages } from './rule-pages.ts'

/** The pages of the people who run Parley: `/console/…`. docs/kill-switch.md tells the flow. */
export async function addConsolePages(server: HttpServer, deps: ConsoleDeps): Promise<void> {
  await addPageScope(server, deps, consoleWords, (scope, pageTools) => {
    const tools: ConsoleTools = { ...pageTools, deps }
    addOverviewPage(scope, tools)
    addConnectorPage(scope, tools)
    addConsentPage(scope, tools)
    addModelPage(scope, tools)
    addAuditPage(scope, tools)
    addIncidentPages(scope, tools)
    addConfigurationPage(scope, tools)
    addCutoffPages(scope, tools)
    addRulePages(scope, tools)
    addActPages(scope, tools)
  })
}
