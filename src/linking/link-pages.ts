import { addPageScope, sendOnward } from '../pages/index.ts'
import type { Clock, HttpServer } from '../platform/index.ts'
import { createAccountNames } from './account-names.ts'
import { addAccountsPages } from './accounts-pages.ts'
import { addBankPages } from './bank-pages.ts'
import { addCallbackPages } from './callback-pages.ts'
import { addChangePages } from './change-pages.ts'
import { addCodePages } from './code-pages.ts'
import { limited } from './link-params.ts'
import { findVisit, showRefusal } from './link-route.ts'
import type { LinkPagesDeps, LinkTools } from './link-route.ts'
import { linkWords } from './link-words.ts'
import { pathOf } from './next-path.ts'
import { addOpenPages } from './open-pages.ts'
import { addPasskeyPages } from './passkey-pages.ts'
import { addRecoveryPages } from './recovery-pages.ts'
import { addSharingPages } from './sharing-pages.ts'
import { addSummaryPages } from './summary-pages.ts'

/**
 * The pages on which a customer links a bank, changes or ends what is shared, and replaces a lost passkey: everything
 * under `/link`. docs/pages.md tells the flow.
 */
export async function addLinkPages(server: HttpServer, deps: LinkPagesDeps & { readonly clock: Clock }): Promise<void> {
  await addPageScope(server, deps, linkWords, (scope, pageTools) => {
    const tools: LinkTools = { ...pageTools, deps, names: createAccountNames(deps) }
    scope.get('/link/continue', limited, async (request, reply) => {
      const visit = await findVisit(tools, request)
      if (visit === undefined) return showRefusal(tools, request, reply, 'linking/session-over')
      return sendOnward(reply, pathOf(visit.link))
    })
    addOpenPages(scope, tools)
    addPasskeyPages(scope, tools)
    addBankPages(scope, tools)
    addCallbackPages(scope, tools)
    addAccountsPages(scope, tools)
    addSharingPages(scope, tools)
    addSummaryPages(scope, tools)
    addCodePages(scope, tools)
    addChangePages(scope, tools)
    addRecoveryPages(scope, tools)
  })
}
