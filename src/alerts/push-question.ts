import { z } from 'zod'
import type { Job, JobOutcome } from '../platform/index.ts'
import { endpointSeal, isPushRouteId, pushRoutes } from '../push/index.ts'
import { alertPayload, over, readAlertJob } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import { isOpen } from './fraud-alert.ts'
import { hashNames } from './hash-names.ts'

const payloadShape = alertPayload.extend({ route: z.string().refine(isPushRouteId) })

/** Pauses before a push service is asked again, where it does not say how long: longer each time, up to five minutes. */
const pauseMs = { first: 5_000, most: 300_000 }
/** What a service may ask for: never at once, and past the hour it is asked all the same, in case the question is still open. */
const waitMs = { least: 1_000, most: 3_600_000 }

/**
 * One browser is told that a question waits: an empty push, whose words the browser has already. Whatever the question is about, and for
 * whomever, push services carry the same nothing. Only while the question is open, and there is leave.
 */
export async function pushQuestion(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { alert: id, route } = readAlertJob(job, payloadShape)
  const stored = await alertStore.load(parts.database, id)
  if (parts.push === undefined || stored === undefined || !isOpen(stored.alert)) return over
  const place = { id: route, conversation: stored.conversation }
  const sealed = await pushRoutes.load(parts.database, place)
  if (sealed === undefined) return over
  const key = await parts.keystore.conversationKey(stored.conversation)
  const lifeSeconds = (await lifeMs(parts, stored)) / 1_000
  const topic = hashNames.topic(parts.hashKey, id)
  const outcome = await parts.push.send({ endpoint: endpointSeal.open(key, place, sealed), topic, lifeSeconds })
  parts.count(`push-${outcome.kind}`)
  switch (outcome.kind) {
    case 'taken':
      return { finish: (tx) => pushRoutes.noteUsed(tx, place) }
    case 'gone':
      return { finish: (tx) => pushRoutes.forget(tx, place) }
    case 'refused':
      return over
    case 'later':
      return { againAfterMs: Math.min(waitMs.most, Math.max(waitMs.least, outcome.waitMs ?? pauseAfter(job.attempt))) }
  }
}

/** A push is worth something until the next thing happens by itself: the reminder, which brings its own, or the end of the question. */
async function lifeMs({ database }: AlertParts, { alert }: StoredAlert): Promise<number> {
  return alert.dueAt === undefined ? 0 : Math.max(0, alert.dueAt - (await alertStore.now(database)))
}

function pauseAfter(attempt: number): number {
  return Math.min(pauseMs.most, pauseMs.first * 2 ** Math.min(attempt - 1, 10))
}
