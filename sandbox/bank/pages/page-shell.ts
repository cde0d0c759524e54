import { html } from './html.ts'
import type { Html } from './html.ts'

/** The frame of every page: bank name, sandbox note, one main column. */
export function pageShell(page: { readonly title: string; readonly main: Html; readonly head?: Html }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · First Valley Bank</title>
        <link rel="stylesheet" href="/assets/bank.css" />
        <link rel="icon" href="/assets/bank.svg" type="image/svg+xml" />
        ${page.head}
      </head>
      <body>
        <header>
          <img src="/assets/bank.svg" alt="" width="32" height="32" />
          <span class="name">First Valley Bank</span>
          <p class="sandbox"><strong>Sandbox.</strong> A practice bank with invented people and invented money.</p>
        </header>
        <main>${page.main}</main>
        <footer>First Valley Bank never asks for your password in a chat.</footer>
      </body>
    </html> `.html
}
