import { z } from 'zod'
import type { Instant } from '../../kernel/index.ts'
import type { Institution } from '../institutions-store.ts'
import type { Prover } from './proof.ts'
import { sendProved } from './send-proved.ts'
import type { SendProvedDeps } from './send-proved.ts'

const stateShape = z.object({ status: z.string().max(64) })

/**
 * Asks the bank whether the consent behind a refused token has ended (FDX `GET /consents/{id}`, answered for a consent's own
 * token also afterwards). Only a clear word counts: anything else is `unknown`.
 */
export async function consentState(
  deps: SendProvedDeps,
  institution: Institution,
  asked: {
    readonly consentId: string
    readonly prover: Prover
    readonly interactionId: string
    readonly endsAt: Instant
    readonly actor: 'USER' | 'BATCH'
  },
): Promise<'ended' | 'unknown'> {
  const { consentId, ...call } = asked
  const path = `/consents/${encodeURIComponent(consentId)}`
  const answer = await sendProved(deps, { ...call, institution, method: 'GET', path })
  if (!answer.ok || answer.status !== 200) return 'unknown'
  const status = readStatus(answer.body)
  return status === 'REVOKED' || status === 'EXPIRED' ? 'ended' : 'unknown'
}

function readStatus(text: string): string | undefined {
  try {
    return stateShape.safeParse(JSON.parse(text)).data?.status
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
