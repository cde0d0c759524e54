import type { FastifyReply } from 'fastify'
import { parseTilePath, tileWidth } from '../kernel/index.ts'
import type { Tile } from '../kernel/index.ts'
import { sendProblem } from '../platform/index.ts'
import type { Clock, Database, HttpServer } from '../platform/index.ts'
import { readTile } from './log-reader.ts'
import { loadCheckpoint } from './log-store.ts'

export type LogRoutesDeps = {
  /** The login `parley_sequencer`. */
  readonly database: Database
  readonly clock: Clock
  /** Of the log's key, as outsiders verify with it. */
  readonly verifierKey: string
  /** Of the key that promises are signed with. */
  readonly promiseVerifierKey: string
}

/** The checkpoint is read from the database at most this often. */
const checkpointMs = 1_000
/** Deeper paths name no tile. */
const pathMax = 80

// The log is for everyone, pages of other origins included. Tiles never change; the checkpoint may be a few seconds old.
const open = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' } as const
const forever = { ...open, 'cache-control': 'public, max-age=31536000, immutable' } as const
const briefly = { ...open, 'cache-control': 'public, max-age=2' } as const
const plain = 'text/plain; charset=utf-8'

/**
 * Serves the log as c2sp.org/tlog-tiles under `/log`. `limit` names a rate limit of the server; a verifier that reads a whole
 * log asks for two resources per 256 entries.
 */
export function addLogRoutes(server: HttpServer, deps: LogRoutesDeps, options: { readonly limit?: string } = {}): void {
  const config = options.limit === undefined ? {} : { limit: options.limit }
  const route = { config, schema: { hide: true } }
  const checkpoint = rememberCheckpoint(deps)

  server.get('/log/vkey', route, (_request, reply) => reply.headers(briefly).type(plain).send(`${deps.verifierKey}\n`))
  server.get('/log/promise-vkey', route, (_request, reply) =>
    reply.headers(briefly).type(plain).send(`${deps.promiseVerifierKey}\n`),
  )
  server.get('/log/checkpoint', route, async (_request, reply) => {
    const current = await checkpoint()
    if (current === undefined) return notFound(reply)
    return reply
      .headers(briefly)
      .type(plain)
      .send(current.note + current.cosignatures)
  })
  server.get<{ Params: { '*': string } }>('/log/tile/*', route, async (request, reply) => {
    const path = `tile/${request.params['*']}`
    const tile = path.length > pathMax ? undefined : parseTilePath(path)
    const size = (await checkpoint())?.size ?? 0n
    if (tile === undefined || !isPublished(tile, size)) return notFound(reply)
    const bytes = await readTile(deps.database, tile)
    if (bytes === undefined) return notFound(reply)
    return reply.headers(forever).type('application/octet-stream').send(Buffer.from(bytes))
  })
}

/** Nothing of a tile may be seen before its leaves are published: it would show how many entries there are. */
function isPublished({ level, index, width }: Tile, size: bigint): boolean {
  const nodes = size >> BigInt(level === 'entries' ? 0 : level * 8)
  return index * BigInt(tileWidth) + BigInt(width) <= nodes
}

function rememberCheckpoint(deps: LogRoutesDeps): () => ReturnType<typeof loadCheckpoint> {
  let known: ReturnType<typeof loadCheckpoint> | undefined
  let until = 0
  return async () => {
    if (known === undefined || deps.clock.now() >= until) {
      until = deps.clock.now() + checkpointMs
      const asked = loadCheckpoint(deps.database)
      known = asked
      // What failed is asked again at once; the request that asked hears of it.
      asked.catch(() => {
        until = 0
      })
    }
    return await known
  }
}

function notFound(reply: FastifyReply): FastifyReply {
  return sendProblem(reply.headers(open), { status: 404, code: 'http/not-found' })
}
