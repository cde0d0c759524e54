import { addPageScope } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { addEnrolPages } from './enrol-pages.ts'
import { addSignInPages } from './sign-in-pages.ts'
import type { StaffPageDeps, StaffTools } from './staff-route.ts'
import { staffWords } from './staff-words.ts'

/** The pages that let the staff in and out: `/staff/…`. */
export async function addStaffPages(server: HttpServer, deps: StaffPageDeps): Promise<void> {
  await addPageScope(server, deps, staffWords, (scope, pageTools) => {
    const tools: StaffTools = { ...pageTools, deps }
    addEnrolPages(scope, tools)
    addSignInPages(scope, tools)
  })
}
