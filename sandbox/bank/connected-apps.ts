import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Consent, Consents } from './authorization/consents.ts'
import type { ChoosableAccount } from './authorization/interaction.ts'
import type { LoginResult } from './authorization/login-check.ts'
import { readBody, sendAnswer } from './http-io.ts'
import type { Answer } from './http-io.ts'
import { connectedAppsLogin, connectedAppsPage } from './pages/connected-apps-page.ts'
import type { ConnectedApp } from './pages/connected-apps-page.ts'
import { pageHeaders } from './pages/page-headers.ts'

/** Where the page lives. */
export const APPS_PATH = '/connected-apps'

/** How long somebody stays signed in here without a click. */
const SESSION_MS = 15 * 60_000
/** People signed in at once; past it everybody signs in again. */
const SESSIONS_MAX = 1_000
/** Consents shown; the newest. */
const APPS_MAX = 50

const COOKIE = 'fvb_apps'

/** What the page stands on. */
export type ConnectedAppsDeps = {
  readonly consents: Consents
  readonly now: () => number
  readonly checkLogin: (login: string, password: string) => LoginResult
  readonly findPerson: (login: string) => { readonly id: string; readonly name: string } | undefined
  readonly accountsOf: (personId: string) => readonly ChoosableAccount[]
  readonly nameOf: (clientId: string) => Promise<string>
}

/** Answers one request under `/connected-apps`. */
export type ConnectedApps = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>

type Session = { readonly personId: string; readonly personName: string; readonly csrf: string; seenAt: number }

/** The page of a bank's own site where a customer sees which apps look at the accounts, and ends it. No script. */
export function createConnectedApps(deps: ConnectedAppsDeps): ConnectedApps {
  const sessions = new Map<string, Session>()

  return async (request, response, path) => {
    const form = request.method === 'POST' ? new URLSearchParams(await readBody(request)) : undefined
    const session = sessionOf(request)
    sendAnswer(response, await answer(path.slice(APPS_PATH.length), form, session))
  }

  async function answer(
    step: string,
    form: URLSearchParams | undefined,
    session: Session | undefined,
  ): Promise<Answer> {
    if (form === undefined) return session === undefined ? page(200, connectedAppsLogin({})) : showApps(session)
    if (step === '/login') return signIn(form)
    if (session === undefined) return seeOther()
    if (form.get('csrf') !== session.csrf) return page(400, connectedAppsLogin({ problem: 'Sign in again.' }))
    if (step === '/sign-out') {
      for (const [token, each] of sessions) if (each === session) sessions.delete(token)
      return seeOther()
    }
    return step === '/end' ? end(session, form.get('consent') ?? '') : seeOther()
  }

  function signIn(form: URLSearchParams): Answer {
    const login = form.get('login') ?? ''
    const result = deps.checkLogin(login, form.get('password') ?? '')
    const person = result.ok ? deps.findPerson(result.login) : undefined
    if (!result.ok || person === undefined) {
      const tooMany = !result.ok && result.tooMany
      const problem = tooMany
        ? 'Too many wrong passwords for this login name. Wait five minutes, then try again.'
        : 'That login name and password do not go together. Check both and try again.'
      return page(tooMany ? 429 : 400, connectedAppsLogin({ problem, login }))
    }
    if (sessions.size >= SESSIONS_MAX) sessions.clear()
    const token = randomBytes(24).toString('base64url')
    const csrf = randomBytes(24).toString('base64url')
    sessions.set(token, { personId: person.id, personName: person.name, csrf, seenAt: deps.now() })
    const { headers, ...rest } = seeOther()
    return {
      ...rest,
      headers: { ...headers, 'set-cookie': `${COOKIE}=${token}; Path=${APPS_PATH}; HttpOnly; SameSite=Strict` },
    }
  }

  /** Ends a consent of this very person; from here on every token of it is dead, and the app is told. */
  async function end(session: Session, id: string): Promise<Answer> {
    const consent = deps.consents.find(id)
    if (consent?.personId !== session.personId) return seeOther()
    await deps.consents.revoke(id, { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' })
    return showApps(session, await deps.nameOf(consent.clientId))
  }

  async function showApps(session: Session, ended?: string): Promise<Answer> {
    const own = deps.consents
      .all()
      .filter(({ personId }) => personId === session.personId)
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, APPS_MAX)
    const apps = await Promise.all(own.map((consent) => appOf(consent)))
    return page(200, connectedAppsPage({ ...session, apps, ended }))
  }

  async function appOf(consent: Consent): Promise<ConnectedApp> {
    const accounts = deps.accountsOf(consent.personId).filter(({ id }) => consent.accountIds.includes(id))
    const name = await deps.nameOf(consent.clientId)
    const { revoked } = consent
    return {
      consentId: consent.id,
      name,
      accounts: accounts.map(({ name: nickname, detail }) => `${nickname}: ${detail}`),
      since: new Date(consent.createdAt),
      until: new Date(consent.expiresAt),
      status: deps.consents.status(consent),
      endedAt: revoked === undefined ? undefined : new Date(revoked.at),
      endedBy: revoked === undefined ? undefined : revoked.initiator === 'INDIVIDUAL' ? 'by you, here' : `by ${name}`,
    }
  }

  function sessionOf(request: IncomingMessage): Session | undefined {
    const token = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1]
    const session = token === undefined ? undefined : sessions.get(token)
    if (token === undefined || session === undefined) return undefined
    if (deps.now() - session.seenAt > SESSION_MS) {
      sessions.delete(token)
      return undefined
    }
    session.seenAt = deps.now()
    return session
  }
}

function page(status: number, body: string): Answer {
  return { status, headers: { ...pageHeaders(), 'content-type': 'text/html; charset=utf-8' }, body }
}

function seeOther(): Answer {
  return { status: 303, headers: { ...pageHeaders(), location: APPS_PATH }, body: '' }
}
