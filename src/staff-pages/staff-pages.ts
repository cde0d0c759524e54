import { addPageScope } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { addEnrolPages } from './enrol-pages.ts'
import { addEventRoute } from './event-route.ts'
import { addSessionPages } from './session-pages.ts'
import { addSignInPages } from './sign-in-pages.ts'
import type { EntryDeps, EntryTools } from './entry-tools.ts'
import { staffWords } from './staff-words.ts'

/** The pages that let the staff in and out, their sessions, and what a SIEM reads: `/staff/…`. */
export async function addStaffPages(server: HttpServer, deps: EntryDeps): Promise<void> {
  await addPageScope(server, deps, staffWords, (scope, pageTools) => {
    const tools: EntryTools = { ...pageTools, deps }
    addEnrolPages(scope, tools)
    addSignInPages(scope, tools)
    addSessionPages(scope, tools)
  })
  if (deps.eventsToken !== undefined) addEventRoute(server, { database: deps.database, token: deps.eventsToken })
}
