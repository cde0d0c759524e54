import { Secret } from '../../kernel/index.ts'
import {
  type Clock,
  type Database,
  type HttpClient,
  type JobHandler,
  type Logger,
  type Metrics,
  type Random,
} from '../../platform/index.ts'
import { queueDueMappings } from '../app-scoped-ids-store.ts'
import type { Channel } from '../channel.ts'
import type { ConversationKeys } from '../conversation-keys.ts'
import type { EchoBoard } from '../echo-board.ts'
import type { DyingKeys } from '../hold-digits.ts'
import { addCallbacks } from './add-callbacks.ts'
import { addWebhook } from './add-webhook.ts'
import { batchTakes } from './batch-takes.ts'
import { deliverReply } from './deliver-reply.ts'
import { type GraphClient, createGraphClient } from './graph-client.ts'
import { actOnThreadJobs } from './act-on-thread.ts'
import { mapPeopleJobs } from './map-people.ts'
import { type TemplateBook, createTemplateBook } from './keep-templates.ts'
import { createIdMatching } from './match-ids.ts'
import { createPeople } from './people.ts'
import { type MessengerProfile, setUpProfile } from './set-up-profile.ts'
import { takeIn } from './take-in.ts'
import { createTypingSigns } from './typing-signs.ts'
import { createUserMarks } from './user-marks.ts'

export type MessengerDeps = {
  /** The channel login's. */
  readonly database: Database
  readonly keystore: ConversationKeys & DyingKeys
  readonly echoes: EchoBoard
  /** Must allow the Graph API's origin. Its deadline is how long one send may take. */
  readonly http: HttpClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
}

export type MessengerOptions = {
  /** Without a slash at the end, with the version if there is one: `https://graph.facebook.com/v26.0`. */
  readonly graphUrl: string
  readonly pageId: string
  /** The app whose callbacks we take, and that the messenger's login knows people by. */
  readonly appId: string
  readonly appSecret: Secret<string>
  readonly verifyToken: Secret<string>
  readonly pageAccessToken: Secret<string>
  /** Keys the hashes of people's ids; 32 bytes. */
  readonly linkSecret: Secret<Uint8Array>
  /** The gateway's origin, where answers' buttons point to. */
  readonly pagesUrl: string
  readonly profile: MessengerProfile
}

/** The pause before the profile is tried again: doubled from the first to the longest. */
const profileRetryFirstMs = 1_000
const profileRetryLongestMs = 60_000
/** How often it is asked how the templates stand: the messenger may pause one at any time. */
const templatesAgainMs = 3_600_000

/** A channel, and the work that is its own: finding out who a person is whom the messenger names otherwise. */
export type Messenger = Channel & {
  /** For the job runner of login `parley_channel`. */
  readonly jobs: Readonly<Record<string, JobHandler>>
  /** Queues what of that is due. For a sweeper. */
  mapPeople(): Promise<number>
}

/** One page at Messenger. */
export function createMessenger(deps: MessengerDeps, options: MessengerOptions): Messenger {
  const { database, keystore, random, echoes } = deps
  const { linkSecret, pageId, appId, appSecret } = options
  const graph = createGraphClient(deps.http, options)
  const appToken = new Secret(`${appId}|${appSecret.reveal()}`)
  const asApp = createGraphClient(deps.http, { ...options, pageAccessToken: appToken })
  const matching = createIdMatching({ asPage: graph, asApp }, options)
  const marks = createUserMarks(linkSecret, appId)
  const people = createPeople({ database, keystore, random, linkSecret, pageId })
  const typing = createTypingSigns(deps.clock, graph)
  const held = deps.metrics.gauge({
    name: 'parley_channel_held',
    help: '1 while a messenger refuses every message (token, permission, block) until somebody acts.',
    labels: ['channel'],
  })
  const templates = createTemplateBook({ graph, database, logger: deps.logger }, options)
  const stopping = new AbortController()
  let settingUp: Promise<void> = Promise.resolve()

  return {
    name: 'messenger',
    echoes: true,
    jobs: {
      ...mapPeopleJobs({ database, keystore, matching, marks, linkSecret, pageId }),
      ...actOnThreadJobs({ database, keystore, graph, pageId, logger: deps.logger, metrics: deps.metrics }),
    },
    mapPeople: () => database.transaction(queueDueMappings),
    async addRoutes(server) {
      await addWebhook(server, {
        ...options,
        metrics: deps.metrics,
        takeIn: batchTakes(async (content) => {
          const waiting = await takeIn({ database, keystore, random, people, echoes, now: deps.clock.now }, content)
          for (const { conversation, psid } of waiting) typing.waiting(conversation, psid)
        }),
      })
      await addCallbacks(server, { ...deps, appSecret, marks, pagesUrl: options.pagesUrl })
    },
    deliver(delivery) {
      typing.replied(delivery.conversation)
      return deliverReply(
        { graph, pagesUrl: options.pagesUrl, refused: templates.refused, logger: deps.logger, held },
        delivery,
      )
    },
    start() {
      settingUp = keepProfile(deps, stopping.signal, { graph, profile: options.profile, templates })
    },
    async stop() {
      stopping.abort()
      typing.stop()
      await settingUp
    },
  }
}

type Kept = {
  readonly graph: GraphClient
  readonly profile: MessengerProfile
  readonly templates: TemplateBook
}

/** The profile once; the templates, and how they stand, from then on. */
async function keepProfile(
  deps: MessengerDeps,
  signal: AbortSignal,
  { graph, profile, templates }: Kept,
): Promise<void> {
  await keepTrying(deps, signal, async () => {
    await setUpProfile(graph, profile)
    await templates.keep()
  })
  while (!signal.aborted) {
    await pause(deps.clock, templatesAgainMs, signal)
    if (!signal.aborted) await keepTrying(deps, signal, templates.keep)
  }
}

async function keepTrying(deps: MessengerDeps, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  let pauseMs = profileRetryFirstMs
  while (!signal.aborted) {
    try {
      await work()
      deps.logger.info('messenger.profile-set')
      return
    } catch (fault) {
      deps.logger.fault('messenger.profile-failed', fault, { delayMs: pauseMs })
    }
    await pause(deps.clock, pauseMs, signal)
    pauseMs = Math.min(pauseMs * 2, profileRetryLongestMs)
  }
}

/** Ends early, without a word, when we stop. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, resolve)
    signal.addEventListener('abort', () => (cancel(), resolve()), { once: true })
  })
}
