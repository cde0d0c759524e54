import { DATA_CLUSTERS } from '../authorization/data-clusters.ts'
import type { ConsentRequest } from '../authorization/authorization-details.ts'
import { html } from './html.ts'
import type { Html } from './html.ts'
import { pageShell } from './page-shell.ts'

/** One account as the consent page lists it. */
export type ConsentAccount = {
  readonly id: string
  readonly name: string
  readonly detail: string
  readonly chosen: boolean
}

/** Everything the consent page shows. */
export type ConsentPage = {
  readonly uid: string
  readonly csrf: string
  readonly clientName: string
  readonly personName: string
  readonly request: ConsentRequest
  readonly accounts: readonly ConsentAccount[]
  readonly endsAt: Date
  readonly problem?: string
}

/** What the client asks for, for how long, and which accounts; the customer decides here. */
export function consentPage(page: ConsentPage): string {
  return pageShell({
    title: page.problem === undefined ? 'Share account data' : 'Error: share account data',
    main: html`
      <h1>Share account data with ${page.clientName}?</h1>
      <div class="signed-in">
        <p>Signed in as <strong>${page.personName}</strong></p>
        <form method="post" action="/interaction/${page.uid}/switch">
          <input type="hidden" name="csrf" value="${page.csrf}" />
          <button type="submit" class="plain">Not you?</button>
        </form>
      </div>
      ${page.problem === undefined ? undefined : html`<p class="problem" role="alert" id="problem">${page.problem}</p>`}
      <form method="post" action="/interaction/${page.uid}/consent">
        <input type="hidden" name="csrf" value="${page.csrf}" />
        <fieldset>
          <legend>Choose accounts</legend>
          ${page.accounts.map((account) => accountChoice(account, page.problem !== undefined))}
        </fieldset>
        <h2>What ${page.clientName} can do</h2>
        <ul class="clusters">
          ${page.request.clusters.map(
            (cluster) =>
              html`<li>
                <strong>${DATA_CLUSTERS[cluster].title}</strong><span>${DATA_CLUSTERS[cluster].detail}</span>
              </li>`,
          )}
        </ul>
        <h2>How long</h2>
        <p>${duration(page)}</p>
        <p class="muted">It cannot move money. You can end the sharing at any time at ${page.clientName}.</p>
        <button type="submit" name="decision" value="allow" class="primary">Share</button>
        <button type="submit" name="decision" value="deny" class="secondary" formnovalidate>Do not share</button>
      </form>
    `,
  })
}

function accountChoice(account: ConsentAccount, problem: boolean): Html {
  return html`<label class="choice">
    <input
      type="checkbox"
      name="account"
      value="${account.id}"
      ${account.chosen ? html`checked` : undefined}
      ${problem ? html`aria-describedby="problem"` : undefined}
    />
    <span><strong>${account.name}</strong><span>${account.detail}</span></span>
  </label>`
}

function duration({ request, endsAt }: ConsentPage): Html {
  const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(endsAt)
  const back =
    request.lookbackDays === undefined
      ? undefined
      : html` It may look back ${request.lookbackDays} ${request.lookbackDays === 1 ? 'day' : 'days'}.`
  if (request.durationType === 'ONE_TIME') return html`Once, now. Nothing after that.${back}`
  return html`Until <strong>${day}</strong>, each time it asks.${back}`
}
