import { html } from './html.ts'
import { pageShell } from './page-shell.ts'

/** What a person sees when the sign-in cannot go on. */
export function errorPage(problem: { readonly code: string; readonly description: string }): string {
  return pageShell({
    title: 'This did not work',
    main: html`
      <h1>This did not work</h1>
      <p>The sign-in could not go on. Nothing was shared. Go back to the app you came from and start again.</p>
      <p class="muted">Reference: ${problem.code}${problem.description === '' ? '' : ` (${problem.description})`}</p>
    `,
  })
}
