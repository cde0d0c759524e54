import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { conversations } from '../../src/channels/index.ts'
import { uuidColumn } from '../../src/customers/index.ts'
import type { ConversationId } from '../../src/kernel/index.ts'
import { createJobRunner, systemRandom } from '../../src/platform/index.ts'
import type { JobRunner } from '../../src/platform/index.ts'
import { alertsEndingJobs, platformRequestJobs, revocationJobs } from '../../src/revocation/index.ts'
import type { TestDatabase } from './database.ts'
import { createEndingWorld } from './ending-world.ts'
import { eventually } from './eventually.ts'
import { appId, appSecret, pageId, startMessenger, textMessage } from './messenger-harness.ts'
import type { TrustWorld } from './trust-world.ts'

/** A gateway's messenger side with keystore and followers of endings, and a platform that knows people by two ids. */
export type LeavingWorld = Awaited<ReturnType<typeof createLeavingWorld>>

const conversationRow = z.object({ id: uuidColumn<ConversationId>() })

export async function createLeavingWorld(database: TestDatabase, trust: TrustWorld) {
  const endingWorld = createEndingWorld(database, trust)
  const gateway = await startMessenger(database, { keystore: trust.keys.channel })
  /** psid to app-scoped id; whoever is not in it is not known to the platform's login. */
  const known = new Map<string, string>()
  gateway.graph.respond = (path) => {
    const [, id = '', edge = ''] = path.split('?')[0]?.split('/') ?? []
    if (edge === 'ids_for_apps') return listOf(known.get(id), 'app', appId)
    if (edge !== 'ids_for_pages') return undefined
    return listOf([...known].find(([, appScoped]) => appScoped === id)?.[0], 'page', pageId)
  }
  const runners: JobRunner[] = [
    await gateway.startSender(),
    createJobRunner(
      { database: endingWorld.revoker, logger: endingWorld.logger, metrics: endingWorld.metrics, random: systemRandom },
      {
        handlers: {
          ...revocationJobs(endingWorld.deps),
          ...alertsEndingJobs,
          ...platformRequestJobs({ ...endingWorld, database: endingWorld.revoker, keystore: trust.keys.revoke }),
        },
        concurrency: 4,
      },
    ),
  ]
  runners.push(
    createJobRunner(
      { database: gateway.database, logger: endingWorld.logger, metrics: endingWorld.metrics, random: systemRandom },
      { handlers: conversations.jobs(trust.keys.channel), concurrency: 2 },
    ),
  )
  // The sender's runs already, and the gateway stops it.
  const [, ...own] = runners
  for (const runner of own) await runner.start()

  return {
    ...endingWorld,
    gateway,
    known,
    post,
    settled,
    /** Somebody writes for the first time; gives the conversation, once the platform was asked who they are. */
    async arrive(psid: string): Promise<ConversationId> {
      const before = await conversationIds()
      await gateway.write(psid, textMessage('hello'))
      const begun = (await conversationIds()).find((id) => !before.includes(id))
      if (begun === undefined) throw new Error('nobody came')
      await settled()
      return begun
    },
    async end() {
      for (const runner of own) await runner.stop()
      await gateway.close()
    },
  }

  async function conversationIds(): Promise<readonly ConversationId[]> {
    return (await database.admin.rows(conversationRow, 'SELECT id FROM channels.conversation')).map(({ id }) => id)
  }

  function post(kind: string, body: string | Record<string, string>, type?: string): Promise<Response> {
    return fetch(`${gateway.url}/channels/messenger/${kind}`, {
      method: 'POST',
      headers: { 'content-type': type ?? 'application/x-www-form-urlencoded' },
      body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
    })
  }

  /** Nothing of what these runners do is left to do. */
  function settled(): Promise<void> {
    const waiting = `SELECT count(*) AS count FROM platform.job
      WHERE (kind LIKE 'channels.%' OR kind LIKE 'revocation.%') AND due_at <= clock_timestamp()`
    return eventually('jobs have ended', async () => {
      return (await database.admin.one(z.object({ count: z.bigint() }), waiting)).count === 0n
    })
  }
}

function listOf(id: string | undefined, scope: string, scopeId: string): object {
  return { data: id === undefined ? [] : [{ id, [scope]: { id: scopeId } }] }
}

/** A `signed_request` as the platform makes it; change what the test is about. */
export function signedRequest(
  user: string,
  change: {
    readonly facts?: object
    readonly secret?: string
    readonly algorithm?: string
    readonly ageSeconds?: number
  } = {},
): string {
  const issued = Math.floor(Date.now() / 1000) - (change.ageSeconds ?? 0)
  const facts = { algorithm: 'HMAC-SHA256', expires: issued + 3600, issued_at: issued, user_id: user, ...change.facts }
  const payload = Buffer.from(JSON.stringify(facts)).toString('base64url')
  return `${signPayload(payload, change.secret, change.algorithm)}.${payload}`
}

/** The first part, over a second one as it stands. */
export function signPayload(payload: string, secret = appSecret, algorithm = 'sha256'): string {
  return createHmac(algorithm, secret).update(payload).digest('base64url')
}
