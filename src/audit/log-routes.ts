import type { FastifyReply } from 'fastify'
import { parseTilePath, tileWidth } from '../kernel/index.ts'
import type { Tile } from '../kernel/index.ts'
import { sendProblem } from '../platform/index.ts'
import type { Database, HttpServer, RateLimit } from '../platform/index.ts'
import type { LogKeys } from './log-keys.ts'
import { readTile } from './log-reader.ts'
import type { PublishedLog } from './published-log.ts'

export type LogRoutesDeps = {
  /** The login `parley_sequencer`. */
  readonly database: Database
  readonly published: () => Promise<PublishedLog | undefined>
  /** Only their public halves are served. */
  readonly keys: LogKeys
}

/** For `createServer({ limits })`: a verifier that reads a whole log asks for two resources per 256 entries. */
export const logLimits = { log: { max: 1_200, windowMs: 60_000 } } as const satisfies Record<string, RateLimit>

/** Deeper paths name no tile. */
const pathMax = 80

// The log is for everyone, pages of other origins included. Tiles never change; the checkpoint may be a few seconds old.
const open = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' } as const
const forever = { ...open, 'cache-control': 'public, max-age=31536000, immutable' } as const
const briefly = { ...open, 'cache-control': 'public, max-age=2' } as const
const plain = 'text/plain; charset=utf-8'

/** Serves the log as c2sp.org/tlog-tiles under `/log`, with the keys and the minimum index as small texts beside it. */
export function addLogRoutes(server: HttpServer, deps: LogRoutesDeps, options: { readonly limit?: string } = {}): void {
  const config = options.limit === undefined ? {} : { limit: options.limit }
  const route = { config, schema: { hide: true } }
  const { log, promise, receipt } = deps.keys

  for (const [name, key] of Object.entries({ vkey: log, 'promise-vkey': promise, 'receipt-vkey': receipt })) {
    server.get(`/log/${name}`, route, (_request, reply) => sendText(reply, `${key.verifierKey}\n`))
  }
  server.get('/log/checkpoint', route, async (_request, reply) => {
    const current = await deps.published()
    return current === undefined ? notServed(reply, 404) : sendText(reply, current.note)
  })
  server.get('/log/minimum-index', route, async (_request, reply) =>
    sendText(reply, `${(await deps.published())?.minimumIndex ?? 0n}\n`),
  )
  server.get<{ Params: { '*': string } }>('/log/tile/*', route, async (request, reply) => {
    const path = `tile/${request.params['*']}`
    const tile = path.length > pathMax ? undefined : parseTilePath(path)
    const current = await deps.published()
    if (tile === undefined || current === undefined || !isPublished(tile, current.tree.size)) {
      return notServed(reply, 404)
    }
    if (isPruned(tile, current.minimumIndex)) return notServed(reply, 410)
    const bytes = await readTile(deps.database, tile)
    if (bytes === undefined) return notServed(reply, 404)
    return reply.headers(forever).type('application/octet-stream').send(Buffer.from(bytes))
  })
}

/** Nothing of a tile may be seen before its leaves are published: it would show how many entries there are. */
function isPublished({ level, index, width }: Tile, size: bigint): boolean {
  const nodes = size >> BigInt(level === 'entries' ? 0 : level * 8)
  return index * BigInt(tileWidth) + BigInt(width) <= nodes
}

/** Only entries are withheld, not the hashes over them: every proof and every root can still be derived. */
function isPruned({ level, index }: Tile, minimumIndex: bigint): boolean {
  return level === 'entries' && (index + 1n) * BigInt(tileWidth) <= minimumIndex
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.headers(briefly).type(plain).send(text)
}

function notServed(reply: FastifyReply, status: 404 | 410): FastifyReply {
  return sendProblem(reply.headers(open), {
    status,
    code: status === 404 ? 'http/not-found' : 'audit/entries-withheld',
  })
}
