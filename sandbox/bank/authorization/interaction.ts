import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { readBody, sendAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import { consentPage } from '../pages/consent-page.ts'
import { continuePage } from '../pages/continue-page.ts'
import { errorPage } from '../pages/error-page.ts'
import { loginPage } from '../pages/login-page.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { readConsentRequest } from './authorization-details.ts'
import type { ConsentRequest } from './authorization-details.ts'
import type { Consents } from './consents.ts'
import type { LoginResult } from './login-check.ts'

/** Logins waiting for a decision on the consent page, at once. */
const PENDING_MAX = 10_000

/** An account as the customer knows it. */
export type ChoosableAccount = { readonly id: string; readonly name: string; readonly detail: string }

/** What the bank's own pages need to know and may do. */
export type InteractionDeps = {
  readonly provider: Provider
  readonly fdxUrl: string
  readonly consents: Consents
  readonly now: () => number
  readonly checkLogin: (login: string, password: string) => LoginResult
  readonly findPerson: (login: string) => { readonly id: string; readonly name: string } | undefined
  readonly accountsOf: (personId: string) => readonly ChoosableAccount[]
}

/** Somebody who has signed in during this interaction and has not decided yet. */
type PendingLogin = {
  readonly personId: string
  readonly personName: string
  readonly at: number
  readonly csrf: string
}

/** One visit to a page of an interaction, with everything the steps need. */
type Visit = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly uid: string
  readonly clientId: string
  readonly clientName: string
  readonly scopes: readonly string[]
  readonly consentRequest: ConsentRequest | undefined
  readonly returnTo: string
  readonly pending: PendingLogin | undefined
}

/** Answers one request under `/interaction/`. */
export type InteractionHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>

/**
 * The bank's own pages between `/authorize` and the way back: sign in, choose accounts, decide. Every authorization asks for
 * the password anew, so `prompt=login` and `max_age=0` hold by construction. Login and decision are handed to oidc-provider
 * together, so one interaction serves both.
 */
export function createInteractionHandler(deps: InteractionDeps): InteractionHandler {
  const pendingLogins = new Map<string, PendingLogin>()

  return async (request, response, path) => {
    const [, , uid = '', step = ''] = path.split('/')
    const visit = await openVisit(deps, request, response, pendingLogins.get(uid))
    if (visit === undefined || visit.uid !== uid) return sendAnswer(response, gone())
    const form = request.method === 'POST' ? new URLSearchParams(await readBody(request)) : undefined
    sendAnswer(response, form === undefined ? showStep(deps, visit, step) : await takeStep(visit, step, form))
  }

  async function takeStep(visit: Visit, step: string, form: URLSearchParams): Promise<Answer> {
    if (step === 'login') return signIn(visit, form)
    if (step === 'cancel') return finish(visit, { error: 'access_denied', error_description: 'the customer cancelled' })
    if (visit.pending === undefined) return seeOther(`/interaction/${visit.uid}`)
    if (form.get('csrf') !== visit.pending.csrf) return gone()
    if (step === 'switch') {
      pendingLogins.delete(visit.uid)
      return seeOther(`/interaction/${visit.uid}`)
    }
    return step === 'consent' ? decide(visit, visit.pending, form) : gone()
  }

  async function signIn(visit: Visit, form: URLSearchParams): Promise<Answer> {
    const login = form.get('login') ?? ''
    const result = deps.checkLogin(login, form.get('password') ?? '')
    const person = result.ok ? deps.findPerson(result.login) : undefined
    if (!result.ok || person === undefined) {
      const tooMany = !result.ok && result.tooMany
      const problem = tooMany
        ? 'Too many wrong passwords for this login name. Wait five minutes, then try again.'
        : 'That login name and password do not go together. Check both and try again.'
      return page(tooMany ? 429 : 400, loginPage({ ...loginWords(visit), problem, login }))
    }
    if (pendingLogins.size >= PENDING_MAX) pendingLogins.clear()
    const pending = {
      personId: person.id,
      personName: person.name,
      at: deps.now(),
      csrf: randomBytes(24).toString('base64url'),
    }
    pendingLogins.set(visit.uid, pending)
    if (visit.consentRequest !== undefined) return seeOther(`/interaction/${visit.uid}`)
    return finish(visit, await grantLogin(visit, pending))
  }

  async function decide(visit: Visit, pending: PendingLogin, form: URLSearchParams): Promise<Answer> {
    if (form.get('decision') !== 'allow') {
      return finish(visit, { error: 'access_denied', error_description: 'the customer did not share' })
    }
    const offered = deps.accountsOf(pending.personId).map((account) => account.id)
    const chosen = offered.filter((id) => form.getAll('account').includes(id))
    if (chosen.length === 0) {
      const problem = 'Choose at least one account, or do not share.'
      return page(400, consentPage({ ...consentWords(deps, visit, pending, chosen), problem }))
    }
    return finish(visit, await grantAccounts(visit, pending, chosen))
  }

  async function finish(visit: Visit, result: Parameters<Provider['interactionResult']>[2]): Promise<Answer> {
    await deps.provider.interactionResult(visit.request, visit.response, result, { mergeWithLastSubmission: false })
    pendingLogins.delete(visit.uid)
    return seeOther(`/interaction/${visit.uid}/continue`)
  }

  /** A login without account data: a grant for `openid` and nothing else. */
  async function grantLogin(
    visit: Visit,
    pending: PendingLogin,
  ): Promise<Parameters<Provider['interactionResult']>[2]> {
    const grant = new deps.provider.Grant({ accountId: pending.personId, clientId: visit.clientId })
    grant.addOIDCScope('openid')
    return { ...loginOf(pending), consent: { grantId: await grant.save() } }
  }

  async function grantAccounts(
    visit: Visit,
    pending: PendingLogin,
    accountIds: readonly string[],
  ): Promise<Parameters<Provider['interactionResult']>[2]> {
    if (visit.consentRequest === undefined) throw new Error('no account data was asked for')
    const grant = new deps.provider.Grant({ accountId: pending.personId, clientId: visit.clientId })
    grant.jti = randomUUID()
    if (visit.scopes.includes('openid')) grant.addOIDCScope('openid')
    grant.addResourceScope(deps.fdxUrl, visit.scopes.filter((scope) => scope !== 'openid').join(' '))
    await deps.consents.create({
      id: grant.jti,
      personId: pending.personId,
      clientId: visit.clientId,
      request: visit.consentRequest,
      accountIds,
    })
    return { ...loginOf(pending), consent: { grantId: await grant.save() } }
  }
}

async function openVisit(
  deps: InteractionDeps,
  request: IncomingMessage,
  response: ServerResponse,
  pending: PendingLogin | undefined,
): Promise<Visit | undefined> {
  const details = await deps.provider.interactionDetails(request, response).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'SessionNotFound') return undefined
    throw error
  })
  if (details === undefined) return undefined
  const clientId = String(details.params['client_id'])
  const { scope } = details.params
  const client = await deps.provider.Client.find(clientId)
  return {
    request,
    response,
    uid: details.uid,
    clientId,
    clientName: client?.clientName ?? clientId,
    scopes: typeof scope === 'string' ? scope.split(' ').filter((each) => each !== '') : [],
    consentRequest: readConsentRequest(details.params['authorization_details']),
    returnTo: details.returnTo,
    pending,
  }
}

function showStep(deps: InteractionDeps, visit: Visit, step: string): Answer {
  if (step === 'continue') return page(200, continuePage(visit))
  if (step !== '') return seeOther(`/interaction/${visit.uid}`)
  if (visit.pending === undefined || visit.consentRequest === undefined) return page(200, loginPage(loginWords(visit)))
  const chosen = deps.accountsOf(visit.pending.personId).map((account) => account.id)
  return page(200, consentPage(consentWords(deps, visit, visit.pending, chosen)))
}

function loginWords(visit: Visit): Parameters<typeof loginPage>[0] {
  return { uid: visit.uid, clientName: visit.clientName, wantsAccounts: visit.consentRequest !== undefined }
}

function consentWords(
  deps: InteractionDeps,
  visit: Visit,
  pending: PendingLogin,
  chosen: readonly string[],
): Parameters<typeof consentPage>[0] {
  const { consentRequest } = visit
  if (consentRequest === undefined) throw new Error('no account data was asked for')
  return {
    uid: visit.uid,
    csrf: pending.csrf,
    clientName: visit.clientName,
    personName: pending.personName,
    request: consentRequest,
    accounts: deps.accountsOf(pending.personId).map((account) => ({ ...account, chosen: chosen.includes(account.id) })),
    endsAt: new Date(deps.now() + consentRequest.durationDays * 86_400_000),
  }
}

function loginOf(pending: PendingLogin): {
  login: { accountId: string; ts: number; amr: string[]; remember: boolean }
} {
  return { login: { accountId: pending.personId, ts: Math.floor(pending.at / 1000), amr: ['pwd'], remember: false } }
}

function page(status: number, body: string): Answer {
  return { status, headers: { ...pageHeaders(), 'content-type': 'text/html; charset=utf-8' }, body }
}

function seeOther(location: string): Answer {
  return { status: 303, headers: { ...pageHeaders(), location }, body: '' }
}

function gone(): Answer {
  return page(
    400,
    errorPage({ code: 'sign_in_expired', description: 'this sign-in is over or belongs to another browser' }),
  )
}
