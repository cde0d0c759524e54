import { z } from 'zod'
import { Fault, Secret, toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import { dpopKeyShape } from './fapi/dpop-key.ts'
import type { DpopKey } from './fapi/dpop-key.ts'

/** What a bank gave us to come back with. It exists in the clear only while a permit is in hand. */
export type TokenRecord = {
  /** Who issued the tokens; they are never sent anywhere else. */
  readonly issuer: string
  readonly accessToken: string
  readonly accessExpiresAt: Instant
  /** Absent when the bank gives none: the link then lasts as long as the access token. */
  readonly refreshToken: string | undefined
  /** The tokens are bound to this key and worthless without it (RFC 9449). */
  readonly dpopKey: DpopKey
  /** The bank's id of the consent. */
  readonly consentId: string | undefined
  /** The accounts the bank said it granted, if it said so. */
  readonly accounts: readonly string[]
  /** The bank's id of the person. */
  readonly subject: string
}

/** Longest token that fits the sealed record twice over. */
const tokenLengthMax = 6_000

const token = z.string().min(1).max(tokenLengthMax)

const recordShape = z.object({
  v: z.literal(1),
  issuer: z.url(),
  accessToken: token,
  accessExpiresAt: z.number().transform(toInstant),
  refreshToken: token.optional(),
  dpopKey: dpopKeyShape,
  consentId: z.string().max(256).optional(),
  accounts: z.array(z.string().max(256)).max(200),
  subject: z.string().min(1).max(255),
})

/** Whether a bank's token is one that we can keep. */
export function isStorableToken(text: string): boolean {
  return token.safeParse(text).success
}

/** The text that is sealed. */
export function tokenRecordText(record: TokenRecord): Secret<string> {
  return new Secret(JSON.stringify({ v: 1, ...record }))
}

/** Reads a record that we wrote. Throws `banks/token-record-malformed`, without the text. */
export function parseTokenRecord(text: Secret<string>): TokenRecord {
  try {
    const { v: _version, refreshToken, consentId, ...record } = recordShape.parse(JSON.parse(text.reveal()))
    return { ...record, refreshToken, consentId }
  } catch {
    // The cause could quote a token.
    throw new Fault('banks/token-record-malformed', { retry: 'never' })
  }
}
