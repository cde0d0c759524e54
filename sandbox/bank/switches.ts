import { z } from 'zod'

/** The longest the bank can be told to dawdle. */
const SLOW_MS_MAX = 120_000
/** The longest it can hold notices back. */
const NOTICE_DELAY_MS_MAX = 3_600_000

/** Ways to be a bad bank. Not persisted: a restart makes it a good bank again. */
const switchesShape = z.strictObject({
  /** Extra delay before every FDX answer, ms. */
  slowMs: z.number().int().min(0).max(SLOW_MS_MAX),
  /** Answer every FDX request with this status. */
  failStatus: z.number().int().min(400).max(599).nullable(),
  /** Do the work, send the headers and half of the body, then cut. */
  halfClose: z.boolean(),
  /** Lists of accounts and transactions come as 206, without their last entry. */
  partial: z.boolean(),
  /** Do the work, answer 200 with something that is not JSON. */
  garbage: z.boolean(),
  /** Cut every connection but those of the control API and of `/health`. */
  down: z.boolean(),
  /** Sign-in, pushed requests and consent pages answer 503; tokens and data go on. */
  loginDown: z.boolean(),
  /** FDX calls a consent may make a day; 0 = no limit. */
  budgetPerDay: z.number().int().min(0).max(10_000_000),
  /** Also send the card bill in the fields FDX 6.4 deprecates. */
  oldFields: z.boolean(),
  /** Send the card bill only in the deprecated fields, as a bank on an older FDX would. */
  onlyOldFields: z.boolean(),
  /** FDX requests need a server nonce in the DPoP proof. */
  resourceNonce: z.boolean(),
  /** How long a just-rotated refresh token may be retried, seconds. */
  refreshGraceSeconds: z.number().int().min(0).max(86_400),
  /** How long each notice waits before its first delivery, ms. */
  noticeDelayMs: z.number().int().min(0).max(NOTICE_DELAY_MS_MAX),
  /** Notices are lost on their way: never delivered, only to be fetched. */
  dropNotices: z.boolean(),
  /** Each notice is delivered twice. */
  duplicateNotices: z.boolean(),
  /** Card events wait, and the bank decides alone; afterwards they go out, the newest first. */
  holdCardEvents: z.boolean(),
  /** Each card event is sent twice. */
  duplicateCardEvents: z.boolean(),
  /** Answers to card events get lost: the bank decides alone, and sends them again. */
  loseCardAnswers: z.boolean(),
})

/** How good or bad the bank is right now. */
export type Switches = z.infer<typeof switchesShape>

/** What `PUT /control/switches` takes: any of the switches, and the two that act once. */
export const switchChange = switchesShape.partial().extend({
  expireTokens: z.literal(true).optional(),
  revokeRefresh: z.literal(true).optional(),
})

/** A good bank. */
export const SWITCHES_AT_START: Switches = {
  slowMs: 0,
  failStatus: null,
  halfClose: false,
  partial: false,
  garbage: false,
  down: false,
  loginDown: false,
  budgetPerDay: 2_000,
  oldFields: false,
  onlyOldFields: false,
  resourceNonce: false,
  refreshGraceSeconds: 600,
  noticeDelayMs: 0,
  dropNotices: false,
  duplicateNotices: false,
  holdCardEvents: false,
  duplicateCardEvents: false,
  loseCardAnswers: false,
}

/** From this delay on the bank calls itself degraded. */
const DEGRADED_SLOW_MS = 1_000

/** The health the bank publishes about itself. */
export function healthOf(switches: Switches): 'ok' | 'degraded' | 'down' {
  if (switches.down) return 'down'
  const { failStatus, halfClose, garbage, loginDown, slowMs } = switches
  return failStatus !== null || halfClose || garbage || loginDown || slowMs >= DEGRADED_SLOW_MS ? 'degraded' : 'ok'
}
