import { z } from 'zod'
import { Fault } from '../kernel/index.ts'
import { addJob } from '../platform/index.ts'
import type { Job, JobOutcome, JobPriority, NewJob, Tx } from '../platform/index.ts'
import { fraudAlertId } from './fraud-alert.ts'
import type { FraudAlertId } from './fraud-alert.ts'

/** Jobs about one alert. Each kind has a key of its own, so that a bank that is slow to freeze holds up no answer and no question. */
export const alertJobs = {
  /** Puts the question, or puts it again. */
  ask: 'alerts.ask',
  /** Tells one browser that a question waits. */
  push: 'alerts.push',
  /** Tells the bank to freeze. */
  freeze: 'alerts.freeze',
  /** Opens a case and asks for a person. */
  person: 'alerts.person',
  /** Tells what became of an answer. */
  tell: 'alerts.tell',
  /** A timer. */
  due: 'alerts.due',
  /** An answer from a chat. */
  reply: 'alerts.reply',
  /** Sends a receipt. */
  receipt: 'alerts.receipt',
} as const
type AlertJob = keyof typeof alertJobs

const priorities: { readonly [Name in AlertJob]: JobPriority } = {
  ask: 0,
  push: 0,
  freeze: 0,
  person: 1,
  tell: 0,
  due: 1,
  reply: 0,
  receipt: 2,
}

/** Adds a job about an alert, in the caller's transaction. */
export async function addAlertJob(
  tx: Tx,
  name: AlertJob,
  alert: FraudAlertId,
  of: { readonly payload?: NewJob['payload']; readonly delayMs?: number } = {},
): Promise<void> {
  const { payload = {}, delayMs = 0 } = of
  // Timers wait, and nothing may wait behind one: each has a key of its own.
  // So has each browser: a push service that is slow holds up no other.
  const key = `alert-${name}:${alert}${keyTails[name]?.(payload) ?? ''}`
  const job = { kind: alertJobs[name], key, payload: { ...payload, alert }, priority: priorities[name] }
  await addJob(tx, { ...job, delayMs })
}

const keyTails: { readonly [Name in AlertJob]?: (payload: NewJob['payload']) => string } = {
  due: (payload) => `:${String(payload['at'])}`,
  push: (payload) => `:${String(payload['route'])}`,
}

/** Reads what a job is about. Throws `alerts/job-malformed` for anything else. */
export function readAlertJob<Payload>(job: Job, shape: z.ZodType<Payload>): Payload {
  const read = shape.safeParse(job.payload)
  if (!read.success) throw new Fault('alerts/job-malformed', { retry: 'never' })
  return read.data
}

/** The payload of jobs that name an alert and nothing else. */
export const alertPayload = z.object({ alert: fraudAlertId })

/** There is nothing to do any more. */
export const over: JobOutcome = { finish: async () => undefined }
