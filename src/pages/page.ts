import type { FastifyReply } from 'fastify'
import { pageHeaders } from '../platform/index.ts'
import type { Random } from '../platform/index.ts'
import type { WebAssets } from './assets.ts'
import { html } from './html.ts'
import type { Html } from './html.ts'

/** One page for a person. */
export type Page = {
  readonly language: string
  readonly title: string
  readonly status?: number
  readonly body: Html
  /** Which bundle it needs: `link` or `answer`; a page without one runs no script at all. */
  readonly script?: string
  /** `Step 2 of 5`, and how far that is. */
  readonly step?: { readonly label: string; readonly at: number; readonly of: number }
  readonly skipLabel: string
  /** The page works by itself: it may start workers, and nothing of it may reach a network. */
  readonly offline?: boolean
  /** Further style sheets, by the names of their files without `.css`. */
  readonly style?: string | readonly string[]
  /** What stands beside the name at the top: a way to sign out. */
  readonly corner?: Html
  /** The ways to other places, below the top. */
  readonly nav?: Html
}

/** Sends a page under the headers of threats.md; every byte of markup went through `html`. */
export function sendPage(
  deps: { readonly random: Random; readonly assets: WebAssets },
  reply: FastifyReply,
  page: Page,
): FastifyReply {
  const { nonce, headers } = pageHeaders(deps.random, { offline: page.offline === true })
  return reply
    .status(page.status ?? 200)
    .headers(headers)
    .header('content-type', 'text/html; charset=utf-8')
    .header('x-content-type-options', 'nosniff')
    .header('vary', 'accept-language, cookie, user-agent')
    .send(`<!doctype html>${markup(deps.assets, page, nonce).toString()}`)
}

/** After a POST: the browser gets the next page by a GET of its own. */
export function sendOnward(reply: FastifyReply, path: string): FastifyReply {
  return reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(path, 303)
}

function markup(assets: WebAssets, page: Page, nonce: string): Html {
  return html`<html lang="${page.language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <meta name="color-scheme" content="light dark" />
      <title>${page.title} · Parley</title>
      <link rel="stylesheet" href="${assets.path('tokens.css')}" />
      <link rel="stylesheet" href="${assets.path('page.css')}" />
      ${[page.style ?? []].flat().map((name) => html`<link rel="stylesheet" href="${assets.path(`${name}.css`)}" />`)}
      ${page.script !== undefined && scriptMarkup(assets.path(`${page.script}.js`), nonce)}
    </head>
    <body>
      <a class="skip" href="#main">${page.skipLabel}</a>
      <header class="bar">
        <span class="brand">Parley</span>${page.step === undefined ? undefined : stepMarkup(page.step)}${page.corner}
      </header>
      ${page.nav}
      <main id="main" tabindex="-1">${page.body}</main>
    </body>
  </html>`
}

/**
 * A page's own script, for its head: the browser shows the page once the script has run (HTML Standard, "blocking attributes"). A button that is
 * there before its script would send a form without the passkey's answer.
 */
function scriptMarkup(path: string, nonce: string): Html {
  return html`<script type="module" blocking="render" src="${path}" nonce="${nonce}"></script>`
}

function stepMarkup(step: NonNullable<Page['step']>): Html {
  return html`<span class="step">${step.label}</span
    ><progress class="steps" value="${step.at}" max="${step.of}" aria-hidden="true"></progress>`
}
