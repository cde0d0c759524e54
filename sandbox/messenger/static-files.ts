import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { escapeHtml } from './http-exchange.ts'

/** The page's files; nothing else is ever served from the disk. */
const FILES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/chat.js': { file: 'chat.js', type: 'text/javascript; charset=utf-8' },
  '/chat.css': { file: 'chat.css', type: 'text/css; charset=utf-8' },
}

/** No script, style or connection but our own; pictures only as data; nobody may frame the page. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** Headers of every page of the messenger. */
export function pageHeaders(policy = PAGE_POLICY): Readonly<Record<string, string>> {
  return {
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  }
}

/** Serves one of the page's files; false when the path is none of them. */
export function serveFile(pageDir: string, path: string, outgoing: ServerResponse): boolean {
  const known = FILES[path]
  if (!known) return false
  const bytes = readFileSync(`${pageDir}/${known.file}`)
  outgoing.writeHead(200, { ...pageHeaders(), 'content-type': known.type, 'content-length': bytes.length })
  outgoing.end(bytes)
  return true
}

/** A small page of the messenger's own. `body` is HTML that is already escaped. */
export type SmallPage = {
  readonly status: number
  readonly title: string
  readonly body: string
  readonly policy?: string
}

/** Sends a small page. */
export function sendPage(outgoing: ServerResponse, { status, title, body, policy = PAGE_POLICY }: SmallPage): void {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)} · Sandbox messenger</title><link rel="stylesheet" href="/chat.css">${body}</html>`
  outgoing.writeHead(status, { ...pageHeaders(policy), 'content-type': 'text/html; charset=utf-8' })
  outgoing.end(html)
}
