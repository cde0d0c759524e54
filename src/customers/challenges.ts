import { z } from 'zod'
import type { Tx } from '../platform/index.ts'

/** What a WebAuthn challenge is for; one made for a use is worth nothing for another. */
export type ChallengeUse =
  | 'enrol'
  | 'sign-in'
  | 'sign-terms'
  | 'redeem'
  | 'recover'
  // The privacy centre's acts, one use each: an assertion given for one is worth nothing for another.
  | 'add-passkey'
  | 'approve-passkey'
  | 'remove-passkey'
  | 'phrase'
  | 'export'
  | 'erase'
  | 'unfreeze'
  | 'end-alerts'

/** How long a person has from pressing the button to the fingerprint. */
export const challengeSeconds = 300

/**
 * Uses whose challenge follows from what is to be done, so that a second try has the same bytes as the first, from whatever
 * session. Doing those acts twice is doing them once.
 */
const fixedUses: readonly ChallengeUse[] = ['remove-passkey', 'erase']

/** How many bytes the challenge has. */
export const challengeBytes = 32

export type NewChallenge = {
  readonly challenge: Uint8Array
  readonly use: ChallengeUse
  /** What it is bound to besides the use: a session's hash, a link's id. Never a person's name. */
  readonly subject: string
  /** Comes back when the challenge is taken; for example the document that was signed. */
  readonly details?: Readonly<Record<string, string>>
  /** How long it may be taken; {@link challengeSeconds} unless given. */
  readonly seconds?: number
}

/** Writes a challenge down. The same bytes may be asked for again (a signature tried twice), which renews them. */
export async function issueChallenge(tx: Tx, issued: NewChallenge): Promise<void> {
  await tx.run(
    `INSERT INTO customers.challenge (challenge, use, subject, details, expires_at)
     VALUES ($1, $2, $3, $4::jsonb, clock_timestamp() + make_interval(secs => $5))
     ON CONFLICT (challenge) DO UPDATE
       SET expires_at = excluded.expires_at, subject = excluded.subject, details = excluded.details, used_at = NULL
       WHERE challenge.use = excluded.use AND (excluded.use = ANY ($6)
         OR (challenge.subject = excluded.subject AND challenge.used_at IS NULL AND challenge.details = excluded.details))`,
    [
      issued.challenge,
      issued.use,
      issued.subject,
      JSON.stringify(issued.details ?? {}),
      issued.seconds ?? challengeSeconds,
      fixedUses,
    ],
  )
}

/** Takes a challenge: its details, once; undefined when it is unknown, for something else, used or too old. */
export async function takeChallenge(
  tx: Tx,
  taken: { readonly challenge: Uint8Array; readonly use: ChallengeUse; readonly subject: string },
): Promise<Readonly<Record<string, string>> | undefined> {
  const row = await tx.maybe(
    z.object({ details: z.record(z.string(), z.string()) }),
    `UPDATE customers.challenge c SET used_at = clock_timestamp()
     WHERE c.challenge = $1 AND c.use = $2 AND c.subject = $3 AND c.used_at IS NULL AND c.expires_at > clock_timestamp()
     RETURNING c.details`,
    [taken.challenge, taken.use, taken.subject],
  )
  return row?.details
}

/** What is bound to a challenge that can still be taken; for showing it, without taking it. */
export async function peekChallenge(
  tx: Tx,
  asked: { readonly challenge: Uint8Array; readonly use: ChallengeUse; readonly subject: string },
): Promise<Readonly<Record<string, string>> | undefined> {
  const row = await tx.maybe(
    z.object({ details: z.record(z.string(), z.string()) }),
    `SELECT c.details FROM customers.challenge c
     WHERE c.challenge = $1 AND c.use = $2 AND c.subject = $3 AND c.used_at IS NULL AND c.expires_at > clock_timestamp()`,
    [asked.challenge, asked.use, asked.subject],
  )
  return row?.details
}

/** Forgets challenges that ran out; gives how many. For a sweeper. */
export async function sweepChallenges(tx: Tx): Promise<number> {
  return tx.run('DELETE FROM customers.challenge WHERE expires_at < statement_timestamp()')
}
