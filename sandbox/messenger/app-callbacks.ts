import { z } from 'zod'
import { parseJson } from './json-value.ts'
import type { ActDeps } from './messenger-deps.ts'
import type { WebhookAnswer, WebhookClient } from './post-webhook.ts'
import type { RecordOf } from './records.ts'
import { showThread } from './show-thread.ts'
import { signRequest } from './sign-request.ts'
import type { Thread } from './state.ts'
import type { Traffic } from './traffic.ts'

/** The two addresses of the app that the platform calls by itself. */
export type CallbackKind = 'deauthorize' | 'data-deletion'

/** What calling the app needs beyond an act. */
export type CallbackDeps = ActDeps & {
  readonly client: WebhookClient
  readonly traffic: Traffic
  /** Where a callback goes; '' while no app is known. */
  readonly callbackUrl: (kind: CallbackKind) => string
}

/** What the app answered to one callback, as the person's settings show it. */
export type CallbackResult = Omit<RecordOf<'app-callback'>, 'k' | 'psid'>

/**
 * A person removes the app from their settings, and may ask that the app deletes their data: each is a POST of a form with
 * `signed_request` to the app. One try each; whatever the app says is kept and shown. Asking again sends again.
 */
export async function removeApp(
  deps: CallbackDeps,
  thread: Thread,
  options: { readonly deleteData: boolean },
): Promise<readonly CallbackResult[]> {
  deps.store.commit({ k: 'app-removed', at: deps.clock.now(), psid: thread.psid })
  const kinds: readonly CallbackKind[] = options.deleteData ? ['deauthorize', 'data-deletion'] : ['deauthorize']
  const results: CallbackResult[] = []
  for (const kind of kinds) results.push(await callBack(deps, thread, kind))
  return results
}

/** Asks the app to delete the person's data, without removing it. */
export function askForDeletion(deps: CallbackDeps, thread: Thread): Promise<CallbackResult> {
  return callBack(deps, thread, 'data-deletion')
}

/** An answer to a data deletion callback has exactly this. */
const confirmationShape = z.object({ url: z.url(), confirmation_code: z.string().min(1).max(200) })

async function callBack(deps: CallbackDeps, thread: Thread, kind: CallbackKind): Promise<CallbackResult> {
  const { store, clock, config } = deps
  const answer = await post(deps, kind, signRequest(thread.appScopedId, config.appSecret, clock.now()))
  const confirmed = kind === 'data-deletion' ? confirmationShape.safeParse(parseJson(answer.body)) : undefined
  const result: CallbackResult = {
    at: clock.now(),
    kind,
    status: answer.status,
    ...(confirmed?.success === true ? { url: confirmed.data.url, code: confirmed.data.confirmation_code } : {}),
  }
  store.commit({ k: 'app-callback', psid: thread.psid, ...result })
  showThread(deps, thread)
  return result
}

async function post(deps: CallbackDeps, kind: CallbackKind, signedRequest: string): Promise<WebhookAnswer> {
  const url = deps.callbackUrl(kind)
  if (url === '') return { status: 0, body: '', error: 'no app' }
  const body = Buffer.from(new URLSearchParams({ signed_request: signedRequest }).toString())
  deps.traffic.note({ direction: 'webhook-out', path: url, body: body.toString() })
  return deps.client.send('POST', url, body, {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.length),
    'user-agent': 'facebookexternalua',
    accept: '*/*',
  })
}

/** Beside the webhook, unless told otherwise: `…/webhook` becomes `…/deauthorize` and `…/data-deletion`. */
export function besideWebhook(webhookUrl: string, kind: CallbackKind): string {
  return webhookUrl === '' ? '' : new URL(kind, webhookUrl).href
}
