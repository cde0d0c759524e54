import type { FastifyRequest } from 'fastify'
import { isHandoverId } from './handover-id.ts'
import type { HandoverId } from './handover-id.ts'

/** Which place an address names. */
export function placeOf(request: FastifyRequest): HandoverId | undefined {
  const params: unknown = request.params
  const id = typeof params === 'object' && params !== null && 'id' in params ? params.id : undefined
  return typeof id === 'string' && isHandoverId(id) ? id : undefined
}
