import { addPageScope } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { centreWords } from './centre-words.ts'
import type { CentrePagesDeps } from './centre-route.ts'
import { addAlertsPages } from './alerts-pages.ts'
import { addCardPages } from './card-pages.ts'
import { addChangePages } from './change-pages.ts'
import { addErasePages } from './erase-pages.ts'
import { addExportPages } from './export-pages.ts'
import { addHomePage } from './home-page.ts'
import { addLooksPages } from './looks-pages.ts'
import { addMessagePages } from './message-pages.ts'
import { addPasskeyPages } from './passkey-pages.ts'
import { addPersonPages } from './person-pages.ts'
import { addPhrasePages } from './phrase-pages.ts'
import { addReceiptPages } from './receipt-pages.ts'
import { addSharingPages } from './sharing-pages.ts'
import { addSignInPages } from './sign-in-pages.ts'
import { addStoredPages } from './stored-pages.ts'

/** `/me`: the privacy centre. docs/privacy-centre.md tells what each page shows and what stands behind it. */
export async function addCentrePages(server: HttpServer, deps: CentrePagesDeps): Promise<void> {
  await addPageScope(server, deps, centreWords, (scope, pageTools) => {
    const tools = { ...pageTools, deps }
    addSignInPages(scope, tools)
    addHomePage(scope, tools)
    addSharingPages(scope, tools)
    addChangePages(scope, tools)
    addCardPages(scope, tools)
    addAlertsPages(scope, tools)
    addLooksPages(scope, tools)
    addMessagePages(scope, tools)
    addPersonPages(scope, tools)
    addReceiptPages(scope, tools)
    addStoredPages(scope, tools)
    addExportPages(scope, tools)
    addPasskeyPages(scope, tools)
    addPhrasePages(scope, tools)
    addErasePages(scope, tools)
  })
}
