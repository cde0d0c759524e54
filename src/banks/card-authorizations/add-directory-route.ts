import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { Secret } from '../../kernel/index.ts'
import type { InstitutionId } from '../../kernel/index.ts'
import type { Clock, Database, HttpServer, Logger } from '../../platform/index.ts'
import { bankOf, bytesOf, refuse, routeOptions, sendJson } from './signed-route.ts'
import type { CardEventBank } from './bank-settings.ts'
import type { CardName, CardNames } from './card-names.ts'
import { machineName, readJson } from './read-event.ts'
import { splitLines } from './read-lines.ts'
import { verifySigned } from './verify-signed.ts'

export type DirectoryRouteDeps = {
  /** Login `parley_fraud`. */
  readonly database: Database
  readonly banks: ReadonlyMap<InstitutionId, CardEventBank>
  readonly names: CardNames
  readonly clock: Clock
  readonly logger: Logger
}

/** Where a bank says which account its cards are of. */
export const directoryPath = '/banks/:institution/cards'

const lineShape = z.object({ account: machineName.nullable(), reference: machineName })

/** Adds the address of the card directory: NDJSON, signed as events are; all of it is kept or none. */
export function addDirectoryRoute(scope: HttpServer, deps: DirectoryRouteDeps): void {
  scope.post(directoryPath, routeOptions, async (request, reply): Promise<FastifyReply> => {
    const bank = bankOf(deps.banks, request)
    if (bank === undefined) return refuse(reply, 'banks/unknown-institution')
    const rawBody = bytesOf(request)
    const verified = verifySigned(bank.secrets, request.headers, { rawBody, now: deps.clock.now() })
    if (!verified.ok) return refuse(reply, verified.code)
    const lines = splitLines(rawBody)
    if (lines === undefined) return refuse(reply, 'banks/card-event-too-many')
    const names: CardName[] = []
    for (const [index, line] of lines.entries()) {
      const name = readName(line)
      if (name === undefined) return refuse(reply, 'banks/card-event-malformed', [{ at: `/${index}`, rule: 'line' }])
      names.push(name)
    }
    await deps.database.transaction((tx) => deps.names.keep(tx, bank.institution, names))
    deps.logger.info('bank.cards-named', { institution: bank.institution, count: names.length })
    return sendJson(reply, 'application/json; charset=utf-8', JSON.stringify({ kept: names.length }))
  })
}

function readName(line: Uint8Array): CardName | undefined {
  const json = readJson(line)
  const read = json.ok ? lineShape.safeParse(json.value) : undefined
  if (read?.success !== true) return undefined
  return { name: new Secret(read.data.reference), accountId: read.data.account ?? undefined }
}
