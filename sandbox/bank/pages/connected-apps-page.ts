import { html } from './html.ts'
import type { Html } from './html.ts'
import { loginFields } from './login-fields.ts'
import { pageShell } from './page-shell.ts'

/** One app that the customer shares with, or did. */
export type ConnectedApp = {
  readonly consentId: string
  readonly name: string
  /** In words: `Checking ending 1234, USD`. */
  readonly accounts: readonly string[]
  readonly since: Date
  readonly until: Date
  readonly status: 'ACTIVE' | 'EXPIRED' | 'REVOKED'
  readonly endedAt: Date | undefined
  /** Who ended it, if somebody did. */
  readonly endedBy: string | undefined
}

/** Where the customer signs in to see who may look at the accounts. */
export function connectedAppsLogin(page: { readonly problem?: string; readonly login?: string }): string {
  return pageShell({
    title: page.problem === undefined ? 'Connected apps: sign in' : 'Error: sign in',
    main: html`
      <h1>Connected apps</h1>
      <p>Sign in to see who may look at your accounts, and to end it.</p>
      ${page.problem === undefined ? undefined : html`<p class="problem" role="alert" id="problem">${page.problem}</p>`}
      <form method="post" action="/connected-apps/login">
        ${loginFields(page)}
        <button type="submit" class="primary">Sign in</button>
      </form>
    `,
  })
}

/** Everything the customer shares, newest first, each with a button that ends it. */
export function connectedAppsPage(page: {
  readonly personName: string
  readonly csrf: string
  readonly apps: readonly ConnectedApp[]
  /** What has just been ended. */
  readonly ended: string | undefined
}): string {
  const live = page.apps.filter(({ status }) => status === 'ACTIVE')
  const over = page.apps.filter(({ status }) => status !== 'ACTIVE')
  return pageShell({
    title: 'Connected apps',
    main: html`
      <h1>Connected apps</h1>
      <div class="signed-in">
        <p>Signed in as <strong>${page.personName}</strong></p>
        <form method="post" action="/connected-apps/sign-out">
          <input type="hidden" name="csrf" value="${page.csrf}" />
          <button type="submit" class="plain">Sign out</button>
        </form>
      </div>
      ${
        page.ended === undefined
          ? undefined
          : html`<p class="done" role="status">${page.ended} can no longer see your accounts.</p>`
      }
      ${live.length === 0 ? html`<p>No app may look at your accounts.</p>` : live.map((app) => liveApp(app, page.csrf))}
      ${
        over.length === 0
          ? undefined
          : html`<h2>Ended</h2>
              ${over.map(endedApp)}`
      }
    `,
  })
}

function liveApp(app: ConnectedApp, csrf: string): Html {
  return html`<section class="app">
    <h3>${app.name}</h3>
    <p class="muted">Since ${day(app.since)}, until ${day(app.until)} at the latest</p>
    ${app.accounts.map((account) => html`<p>${account}</p>`)}
    <form method="post" action="/connected-apps/end">
      <input type="hidden" name="csrf" value="${csrf}" />
      <input type="hidden" name="consent" value="${app.consentId}" />
      <button type="submit" class="secondary">Stop sharing with ${app.name}</button>
    </form>
  </section>`
}

function endedApp(app: ConnectedApp): Html {
  const when = app.endedAt ?? app.until
  return html`<section class="app">
    <h3>${app.name}</h3>
    <p class="muted">Ended ${day(when)}${app.endedBy === undefined ? '' : `, ${app.endedBy}`}</p>
  </section>`
}

function day(at: Date): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(at)
}
