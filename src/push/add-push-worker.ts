import { languages } from '../channels/index.ts'
import { Fault } from '../kernel/index.ts'
import { loadWords } from '../pages/index.ts'
import type { WebAssets } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'

const words = loadWords(new URL('./words/', import.meta.url))

/**
 * `/push-worker/<language>.js`: what a browser runs when a push comes. It lies in a folder of its own, and so has no page in its reach: it can
 * neither see nor change what pages load. The one thing it can say is written into it.
 */
export function addPushWorker(server: HttpServer, assets: WebAssets): void {
  const program = assets.files.find(({ path }) => path === assets.path('push-worker.js'))
  if (program === undefined) throw new Fault('customers/asset-missing', { retry: 'never' })
  for (const language of languages) {
    const { say } = words.for(language)
    const said = JSON.stringify({ title: say('title'), body: say('body'), language })
    const script = `self.parleySays=${said};\n${program.bytes.toString('utf8')}`
    server.get(`/push-worker/${language}.js`, { schema: { hide: true } }, (_request, reply) =>
      reply
        .header('content-type', 'text/javascript; charset=utf-8')
        // Asked for again before each use: a browser that was added long ago says what we say now.
        .header('cache-control', 'no-cache')
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', `default-src 'none'; require-trusted-types-for 'script'`)
        .header('cross-origin-resource-policy', 'same-origin')
        .send(script),
    )
  }
}
