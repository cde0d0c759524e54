import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { InteractionHandler } from './authorization/interaction.ts'
import { APPS_PATH } from './connected-apps.ts'
import type { ConnectedApps } from './connected-apps.ts'
import { handleControl } from './control-api.ts'
import type { ControlDeps } from './control-api.ts'
import { FDX_PATH, handleFdx } from './fdx/fdx-api.ts'
import type { FdxDeps } from './fdx/fdx-api.ts'
import { BodyTooLarge, jsonAnswer, sendAnswer } from './http-io.ts'
import { BANK_CSS, BANK_SVG } from './pages/assets.ts'
import { errorPage } from './pages/error-page.ts'
import { pageHeaders } from './pages/page-headers.ts'
import { healthOf } from './switches.ts'

/** Slow or idle clients are let go. */
const REQUEST_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 60_000
const CONNECTIONS_MAX = 2_000

/** The parts the server leads to. */
export type BankServerDeps = {
  readonly issuer: string
  readonly provider: Provider
  readonly interact: InteractionHandler
  readonly showApps: ConnectedApps
  readonly fdx: FdxDeps
  readonly control: ControlDeps
}

/** The bank's one HTTP server: data API, control API, pages, and oidc-provider for the rest. */
export function createBankServer(deps: BankServerDeps): Server {
  const callback = deps.provider.callback()
  const server = createServer((request, response) => {
    handle(deps, callback, request, response).catch((error: unknown) => fail(response, error))
  })
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.headersTimeout = HEADERS_TIMEOUT_MS
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.maxConnections = CONNECTIONS_MAX
  return server
}

type ProviderCallback = ReturnType<Provider['callback']>

async function handle(
  deps: BankServerDeps,
  callback: ProviderCallback,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request)
  const switches = deps.control.switches.get()
  if (path === '/health') return sendAnswer(response, jsonAnswer(200, { status: healthOf(switches) }))
  if (path.startsWith('/control/'))
    return handleControl(deps.control, request, response, new URL(request.url ?? '/', deps.issuer))
  if (switches.down) return void request.socket.destroy()
  if (path === FDX_PATH || path.startsWith(`${FDX_PATH}/`)) return handleFdx(deps.fdx, request, response, path)
  if (path.startsWith('/assets/') || path === '/favicon.ico') return sendAsset(response, path)
  if (switches.loginDown && isLogin(path)) return sendAnswer(response, loginDown(path))
  if (path === APPS_PATH || path.startsWith(`${APPS_PATH}/`)) return deps.showApps(request, response, path)
  presentIssuer(request, deps.issuer)
  if (path.startsWith('/interaction/')) return deps.interact(request, response, path)
  if (path.startsWith('/authorize')) forgetSession(request)
  await callback(request, response)
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/'
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

function isLogin(path: string): boolean {
  return (
    path === '/par' || path.startsWith('/authorize') || path.startsWith('/interaction/') || path.startsWith(APPS_PATH)
  )
}

function loginDown(path: string): { status: number; headers: Record<string, string>; body: string } {
  if (path === '/par') {
    return jsonAnswer(
      503,
      { error: 'temporarily_unavailable', error_description: 'sign-in is down' },
      { 'retry-after': '30' },
    )
  }
  const body = errorPage({ code: 'temporarily_unavailable', description: 'sign-in is down at the moment' })
  return {
    status: 503,
    headers: { ...pageHeaders(), 'content-type': 'text/html; charset=utf-8', 'retry-after': '30' },
    body,
  }
}

/** oidc-provider builds its URLs from the request; whatever proxy or port led here, they must be the issuer's. */
function presentIssuer(request: IncomingMessage, issuer: string): void {
  const { host, protocol } = new URL(issuer)
  request.headers.host = host
  request.headers['x-forwarded-host'] = host
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
}

/**
 * Each authorization starts and ends signed out: a link made for one person never meets another's session in the same
 * browser (oidc-provider would first log the other one out, with a page that needs script).
 */
function forgetSession(request: IncomingMessage): void {
  const cookies = (request.headers.cookie ?? '').split(/;\s*/)
  request.headers.cookie = cookies.filter((cookie) => !cookie.startsWith('fvb_session')).join('; ')
}

function sendAsset(response: ServerResponse, path: string): void {
  const headers = { 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' }
  if (path === '/assets/bank.css') {
    return sendAnswer(response, {
      status: 200,
      headers: { ...headers, 'content-type': 'text/css; charset=utf-8' },
      body: BANK_CSS,
    })
  }
  if (path === '/assets/bank.svg' || path === '/favicon.ico') {
    return sendAnswer(response, {
      status: 200,
      headers: { ...headers, 'content-type': 'image/svg+xml' },
      body: BANK_SVG,
    })
  }
  sendAnswer(response, jsonAnswer(404, { message: 'There is nothing here' }))
}

function fail(response: ServerResponse, error: unknown): void {
  if (error instanceof BodyTooLarge) return sendAnswer(response, jsonAnswer(413, { message: error.message }))
  console.error('request failed', error)
  if (response.headersSent) response.destroy()
  else sendAnswer(response, jsonAnswer(500, { message: 'Something broke at the bank' }))
}
