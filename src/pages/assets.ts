import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'

/** Browser files by name, each served under a path that holds its hash, so that it can be kept for ever. */
export type WebAssets = {
  /** `/assets/link-1a2b….js` for `link.js`. Throws when the build did not make the file. */
  path(name: string): string
  readonly files: readonly { readonly path: string; readonly type: string; readonly bytes: Buffer }[]
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Reads what the build put into `dist/web`, once, at start. */
function loadAssets(folder: string): WebAssets {
  const byName = new Map(
    readdirSync(folder)
      .filter((name) => types[extensionOf(name)] !== undefined)
      .map((name) => {
        const bytes = readFileSync(join(folder, name))
        const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
        const extension = extensionOf(name)
        const path = `/assets/${name.slice(0, -extension.length)}-${hash}${extension}`
        return [name, { path, type: types[extension] ?? '', bytes }] as const
      }),
  )
  return {
    path(name) {
      const file = byName.get(name)
      if (file === undefined) throw new Fault('customers/asset-missing', { retry: 'never', cause: new Error(name) })
      return file.path
    },
    files: [...byName.values()],
  }
}

/** Serves the files: public, unchanging, and never taken for another type than they are. */
function addAssets(server: HttpServer, assets: WebAssets): void {
  for (const file of assets.files) {
    server.get(file.path, { schema: { hide: true } }, (_request, reply) =>
      reply
        .header('content-type', file.type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('x-content-type-options', 'nosniff')
        // Counts for workers alone, which bring their own policy: what a page hands them stays with them.
        .header('content-security-policy', `default-src 'none'; require-trusted-types-for 'script'`)
        .header('cross-origin-resource-policy', 'same-origin')
        .send(file.bytes),
    )
  }
}

function extensionOf(name: string): string {
  return /\.[a-z0-9]+$/.exec(name)?.[0] ?? ''
}

/** Browser files: {@link loadAssets} at start, {@link addAssets} to serve them. */
export const assets = { load: loadAssets, add: addAssets } as const
