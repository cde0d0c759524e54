import { html } from './html.ts'
import { pageShell } from './page-shell.ts'

/**
 * The step back to the client. A form post that ended in a redirect to the client would be blocked by `form-action 'self'`
 * (Chromium checks redirects too); a page that moves on by itself, with a link for whoever stays, is a new navigation.
 */
export function continuePage(page: { readonly returnTo: string; readonly clientName: string }): string {
  return pageShell({
    title: 'Going back',
    head: html`<meta http-equiv="refresh" content="0; url=${page.returnTo}" />`,
    main: html`
      <h1>Going back to ${page.clientName}</h1>
      <p role="status">One moment. If nothing happens, use the button.</p>
      <p><a class="primary" href="${page.returnTo}">Continue to ${page.clientName}</a></p>
    `,
  })
}
