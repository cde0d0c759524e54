import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { escapeHtml } from './http-exchange.ts'
import type { ActDeps } from './messenger-deps.ts'
import { linkAccount } from './person-acts.ts'
import { LINK_TOKEN_MS } from './graph-page-edges.ts'
import { sendPage } from './static-files.ts'

type Deps = ActDeps & { readonly ui: string }

/** Longest authorization code the platform passes on. */
const CODE_MAX = 2_000
/** Coming back may take longer than asking for the person by token: the person has to log in. */
const RETURN_MS = 12 * LINK_TOKEN_MS

/**
 * `GET /account-linking/start?person&mid&button&card`: sends the browser to the login page of an account_link button, with a
 * fresh token and the address to come back to.
 */
export async function startLinking(deps: Deps, outgoing: ServerResponse, query: URLSearchParams): Promise<void> {
  const thread = deps.store.state.threads.get(query.get('person') ?? '')
  const message = thread?.byMid.get(query.get('mid') ?? '')
  const card = query.get('card') ?? ''
  const buttons = card === '' ? message?.shown.buttons : message?.shown.cards[Number(card)]?.buttons
  const button = buttons?.[Number(query.get('button') ?? '')]
  if (!thread || button?.kind !== 'link')
    return sendPage(outgoing, {
      status: 404,
      title: 'Not found',
      body: notice('This login button is not there any more.'),
    })
  const token = `ARL${randomBytes(48).toString('base64url')}`
  deps.store.commit({ k: 'link-token', at: deps.clock.now(), psid: thread.psid, token })
  await deps.store.flushed()
  const target = new URL(button.url)
  target.searchParams.set('account_linking_token', token)
  target.searchParams.set('redirect_uri', `${deps.ui}account-linking/callback?account_linking_token=${token}`)
  outgoing
    .writeHead(302, { location: target.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    .end()
}

/** `GET /account-linking/callback`: with an `authorization_code` the app hears "linked"; without one nothing happens. */
export async function finishLinking(deps: Deps, outgoing: ServerResponse, query: URLSearchParams): Promise<void> {
  const token = query.get('account_linking_token') ?? ''
  const code = query.get('authorization_code') ?? ''
  const known = deps.store.state.linkTokens.get(token)
  const thread = known ? deps.store.state.threads.get(known.psid) : undefined
  if (!known || !thread || deps.clock.now() - known.at > RETURN_MS || code.length > CODE_MAX) {
    return sendPage(outgoing, {
      status: 400,
      title: 'Not linked',
      body: notice('This login is too old or was used already. Go back to the chat and try again.'),
    })
  }
  if (code === '')
    return sendPage(outgoing, {
      status: 200,
      title: 'Not linked',
      body: notice('The login was not finished, so nothing was linked.'),
    })
  linkAccount(deps, thread, code, token)
  await deps.store.flushed()
  sendPage(outgoing, {
    status: 200,
    title: 'Account linked',
    body: notice(
      `The account is linked. Go back to your chat with ${deps.config.pageName}.`,
      `/?person=${thread.psid}`,
    ),
  })
}

function notice(sentence: string, back = '/'): string {
  return `<main class="notice"><h1>Sandbox messenger</h1><p>${escapeHtml(sentence)}</p><p><a href="${escapeHtml(back)}">Back to the chat</a></p></main>`
}
