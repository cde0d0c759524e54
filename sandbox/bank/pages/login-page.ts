import { html } from './html.ts'
import { loginFields } from './login-fields.ts'
import { pageShell } from './page-shell.ts'

/** The bank's login. It shows no credentials; whoever runs the sandbox hands them out. */
export function loginPage(page: {
  readonly uid: string
  readonly clientName: string
  readonly wantsAccounts: boolean
  readonly problem?: string
  readonly login?: string
}): string {
  const purpose = page.wantsAccounts
    ? html`<p>
        <strong>${page.clientName}</strong> wants to see some of your accounts. You choose which ones after signing in.
      </p>`
    : html`<p><strong>${page.clientName}</strong> wants to know that it is you. It gets no account data from this.</p>`
  return pageShell({
    title: page.problem === undefined ? 'Sign in' : 'Error: sign in',
    main: html`
      <h1>Sign in</h1>
      ${purpose}
      ${page.problem === undefined ? undefined : html`<p class="problem" role="alert" id="problem">${page.problem}</p>`}
      <form method="post" action="/interaction/${page.uid}/login">
        ${loginFields(page)}
        <button type="submit" class="primary">Sign in</button>
      </form>
      <form method="post" action="/interaction/${page.uid}/cancel">
        <button type="submit" class="plain">Cancel and go back to ${page.clientName}</button>
      </form>
    `,
  })
}
