import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { addPageScope, html } from '../pages/index.ts'
import type { Html, PageScopeDeps, Words } from '../pages/index.ts'
import type { HttpServer, RateLimit } from '../platform/index.ts'
import { verifyWords } from './verify-words.ts'

/** For `createServer({ limits })`: pages for each address. */
export const verifyPageLimits = {
  'verify-page': { max: 120, windowMs: 60_000 },
} as const satisfies Record<string, RateLimit>

export type VerifyPageDeps = PageScopeDeps & {
  /** Of the log, of its promises and of its receipts: what this page checks against when nobody gives another. */
  readonly verifierKeys: { readonly log: string; readonly promise: string; readonly receipt: string }
  /** Where the build put browser files. */
  readonly webFolder: string
}

/**
 * `/verify`: a page that checks receipts, exports, grants and logs whole in the browser. The server gives it words and keys, and
 * never learns what was checked.
 */
export async function addVerifyPage(server: HttpServer, deps: VerifyPageDeps): Promise<void> {
  const offline = readFileSync(join(deps.webFolder, 'verify-offline.js'))
  await addPageScope(server, deps, verifyWords, (scope, tools) => {
    const route = { schema: { hide: true }, config: { limit: 'verify-page' } }
    scope.get('/verify', route, (request, reply) => {
      const words = tools.words(request)
      return tools.show(request, reply, {
        title: words.say('verify.title'),
        script: 'verify',
        style: 'verify',
        offline: true,
        body: pageBody(deps, words),
      })
    })
    // It may fetch, because keeping the page is its task; it never sees what is checked. Its address stays, so it is never kept.
    scope.get('/verify/offline.js', route, (_request, reply) =>
      reply
        .header('content-type', 'text/javascript; charset=utf-8')
        .header('content-security-policy', `default-src 'none'; connect-src 'self'`)
        .header('service-worker-allowed', '/verify')
        .header('cache-control', 'no-cache')
        .send(offline),
    )
  })
}

function pageBody({ assets, verifierKeys }: VerifyPageDeps, words: Words): Html {
  return html`<h1>${words.say('verify.title')}</h1>
    <p>${words.say('verify.lead')}</p>
    <p class="note">${words.say('verify.fact')}</p>
    <noscript><p class="note warn">${words.say('verify.noScript')}</p></noscript>
    <div
      data-verify
      data-words="${JSON.stringify(words.all())}"
      data-known="${JSON.stringify(verifierKeys)}"
      data-worker="${assets.path('verify-worker.js')}"
      data-offline="/verify/offline.js"
      hidden
    >
      <form>
        <div class="field">
          <label for="files">${words.say('verify.files')}</label>
          <input id="files" data-files type="file" multiple aria-describedby="files-hint" />
          <p class="hint" id="files-hint">${words.say('verify.filesHint')}</p>
        </div>
        <ul class="plain muted" data-chosen aria-label="${words.say('verify.chosen')}" hidden></ul>
        <details>
          <summary>${words.say('verify.more')}</summary>
          <div class="field">
            <label for="folder">${words.say('verify.folder')}</label>
            <input id="folder" data-folder type="file" webkitdirectory aria-describedby="folder-hint" />
            <p class="hint" id="folder-hint">${words.say('verify.folderHint')}</p>
          </div>
          <div class="field">
            <label for="keys">${words.say('verify.keys')}</label>
            <textarea
              id="keys"
              rows="3"
              aria-describedby="keys-hint"
              autocomplete="off"
              autocapitalize="off"
              spellcheck="false"
            ></textarea>
            <p class="hint" id="keys-hint">${words.say('verify.keysHint')}</p>
          </div>
          <p class="hint">${words.say('verify.knownTitle')}:</p>
          <p class="document">${Object.values(verifierKeys).join('\n')}</p>
          <p class="hint">${words.say('verify.knownHint')}</p>
        </details>
        <div class="acts">
          <button type="submit" class="quiet" data-again hidden>${words.say('verify.again')}</button>
          <button type="button" class="quiet" data-clear hidden>${words.say('verify.clear')}</button>
        </div>
      </form>
      <div class="status" data-status role="status">${words.say('verify.empty')}</div>
      <progress class="progress" aria-label="${words.say('verify.progressLabel')}" hidden></progress>
      <p class="muted" data-count></p>
      <div data-result></div>
    </div>
    <h2>${words.say('verify.elsewhereTitle')}</h2>
    <p>${words.say('verify.elsewhereBody')}</p>`
}
