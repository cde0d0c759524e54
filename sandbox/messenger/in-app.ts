import type { ServerResponse } from 'node:http'
import { fetchPage } from './fetch-page.ts'
import { findLinks } from './find-links.ts'
import { escapeHtml } from './http-exchange.ts'
import { sanitizePage } from './sanitize-page.ts'
import { sendPage } from './static-files.ts'
import type { State } from './state.ts'
import type { Traffic } from './traffic.ts'

/** The agent of a messenger's built-in browser on a phone. */
export const IN_APP_AGENT =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 [FB_IAB/Orca-Android;FBAN/Orca-Android;FBAV/480.0.0.0;]'
const STYLES_MAX = 3

/** The foreign page stands in a frame that can run, send and load nothing; its own looks are allowed. */
const POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

type Deps = { readonly store: { readonly state: State }; readonly traffic: Traffic }

/**
 * `GET /in-app?person&mid&link`: what the messenger's built-in browser gets to see. The server fetches the link with that
 * browser's agent and shows the page as a still picture of HTML. Only links of messages in the thread can be opened.
 */
export async function serveInApp(deps: Deps, outgoing: ServerResponse, query: URLSearchParams): Promise<void> {
  const psid = query.get('person') ?? ''
  const message = deps.store.state.threads.get(psid)?.byMid.get(query.get('mid') ?? '')
  const link = message ? findLinks(message.shown)[Number(query.get('link') ?? '')] : undefined
  if (link === undefined)
    return sendPage(outgoing, {
      status: 404,
      title: 'Not found',
      body: frame('This link is in none of the messages.', '', ''),
    })
  const page = await fetchPage(link, { method: 'GET', userAgent: IN_APP_AGENT })
  deps.traffic.note({ direction: 'in-app', path: link, body: page.body })
  if (page.status === 0) {
    const body = frame(`Nothing could be loaded (${page.trouble}).`, link, '')
    return sendPage(outgoing, { status: 200, title: 'In-app browser', body })
  }
  const html = page.type.includes('html')
    ? sanitizePage(page.body, await fetchStyles(page.url, page.body))
    : `<pre>${escapeHtml(page.body)}</pre>`
  sendPage(outgoing, { status: 200, title: 'In-app browser', body: frame('', link, html), policy: POLICY })
}

/** The page's own style sheets, so that the picture looks right. */
async function fetchStyles(pageUrl: string, html: string): Promise<string> {
  const hrefs = [...html.matchAll(/<link\b[^>]*>/gi)].flatMap(([tag]) => {
    const href = /\bhref\s*=\s*["']?([^"'\s>]+)/i.exec(tag)?.[1]
    return /\brel\s*=\s*["']?stylesheet/i.test(tag) && href !== undefined && URL.canParse(href, pageUrl)
      ? [new URL(href, pageUrl)]
      : []
  })
  const own = hrefs.filter((href) => href.origin === new URL(pageUrl).origin).slice(0, STYLES_MAX)
  const sheets = await Promise.all(own.map((href) => fetchPage(href.href, { method: 'GET', userAgent: IN_APP_AGENT })))
  return sheets.map((sheet) => (sheet.type.includes('css') ? sheet.body : '')).join('\n')
}

function frame(trouble: string, link: string, html: string): string {
  const address = link === '' ? '' : `<p class="in-app-address">${escapeHtml(link)}</p>`
  const open =
    link === ''
      ? ''
      : `<a class="in-app-open" href="${escapeHtml(link)}" target="_blank" rel="noopener noreferrer">Open in your own browser</a>`
  const view =
    html === ''
      ? `<p class="in-app-trouble">${escapeHtml(trouble)}</p>`
      : `<iframe class="in-app-view" sandbox="" title="The page as the messenger's browser sees it" srcdoc="${escapeHtml(html)}"></iframe>`
  return `<body class="in-app"><header><h1>Messenger's browser (sandbox)</h1><p>This is what the page gives to the messenger's built-in browser: no script runs and no passkey works here.</p>${address}${open}</header><main>${view}</main></body>`
}
