import { z } from 'zod'
import type { Shown } from './shown-message.ts'

/** Everything that ever happens in the messenger, one line each in the journal. The state is a fold over these. */

const at = z.number()
const psid = z.string()
const mid = z.string()

const button = z.union([
  z.object({ kind: z.literal('url'), title: z.string(), url: z.string() }),
  z.object({ kind: z.literal('postback'), title: z.string(), payload: z.string() }),
  z.object({ kind: z.literal('call'), title: z.string(), number: z.string() }),
  z.object({ kind: z.literal('link'), title: z.string(), url: z.string() }),
  z.object({ kind: z.literal('unlink'), title: z.string() }),
])

const shown: z.ZodType<Shown> = z.object({
  text: z.string(),
  buttons: z.array(button),
  quickReplies: z.array(z.object({ title: z.string(), payload: z.string() })),
  cards: z.array(z.object({ title: z.string(), subtitle: z.string(), url: z.string(), buttons: z.array(button) })),
  media: z.array(z.object({ type: z.string(), url: z.string() })),
})

const switchesShape = z.object({
  cutRate: z.number().min(0).max(1),
  duplicateRate: z.number().min(0).max(1),
  reorderRate: z.number().min(0).max(1),
  batchRate: z.number().min(0).max(1),
  echoes: z.boolean(),
  echoDelayMs: z.number().int().min(0).max(600_000),
  deliveries: z.boolean(),
  slowMs: z.number().int().min(0).max(60_000),
  down: z.boolean(),
  previews: z.boolean(),
  rateLimitPerSecond: z.number().int().min(0).max(100_000),
  // Whether people are known to the app at all, as ID matching tells it. Optional, because older journals lack it.
  appScopedIds: z.enum(['always', 'until-removed', 'never']).optional(),
  // Whether the page has a default app: ours. Optional, because older journals lack it.
  defaultApp: z.boolean().optional(),
  failNext: z
    .object({
      code: z.number().int(),
      subcode: z.number().int().optional(),
      status: z.number().int().min(400).max(599).default(400),
      count: z.number().int().min(1).max(100_000).default(1),
      message: z.string().max(500).optional(),
    })
    .nullable(),
})

const templateShape = z.object({
  id: z.string(),
  name: z.string(),
  language: z.string(),
  category: z.literal('UTILITY'),
  parameterFormat: z.enum(['NAMED', 'POSITIONAL']),
  header: z.string(),
  body: z.string(),
  buttons: z.array(
    z.union([
      z.object({ kind: z.literal('url'), title: z.string(), url: z.string() }),
      z.object({ kind: z.literal('postback'), title: z.string(), payload: z.string() }),
    ]),
  ),
  components: z.unknown(),
})

/** The switches a test or the control room may turn. */
export type Switches = z.infer<typeof switchesShape>

/** The shape of a partial change of switches; unknown names are refused. */
export const switchChangeShape = switchesShape.partial().strict()

/** An approved utility template. */
export type Template = z.infer<typeof templateShape>

const recordShape = z.discriminatedUnion('k', [
  // Journals of before app-scoped ids have none; a person of theirs gets one that follows from the psid.
  z.object({
    k: z.literal('person'),
    at,
    psid,
    name: z.string(),
    locale: z.string(),
    appScopedId: z.string().optional(),
  }),
  z.object({
    k: z.literal('message'),
    at,
    psid,
    mid,
    from: z.enum(['page', 'person']),
    kind: z.enum(['message', 'postback']),
    carried: z.unknown(),
    shown,
    metadata: z.string().optional(),
    replyTo: z.string().optional(),
    cut: z.boolean().optional(),
    eventId: z.number().optional(),
  }),
  z.object({ k: z.literal('delivered'), at, psid, watermark: z.number() }),
  z.object({ k: z.literal('read'), at, psid, watermark: z.number() }),
  z.object({ k: z.literal('seen'), at, psid }),
  z.object({ k: z.literal('reaction'), at, psid, mid, emoji: z.string() }),
  z.object({ k: z.literal('edit'), at, psid, mid, text: z.string(), numEdit: z.number() }),
  z.object({ k: z.literal('interaction'), at, psid }),
  z.object({ k: z.literal('window-closed'), at, psid }),
  z.object({ k: z.literal('blocked'), at, psid, blocked: z.boolean() }),
  z.object({ k: z.literal('link-token'), at, psid, token: z.string() }),
  z.object({ k: z.literal('linked'), at, psid, linked: z.boolean(), token: z.string().optional() }),
  z.object({
    k: z.literal('preview'),
    at,
    psid,
    mid,
    url: z.string(),
    status: z.number(),
    title: z.string(),
    description: z.string(),
    site: z.string(),
  }),
  z.object({
    k: z.literal('event'),
    at,
    id: z.number(),
    psid,
    field: z.string(),
    event: z.unknown(),
    delayMs: z.number(),
    mid: z.string().optional(),
  }),
  z.object({
    k: z.literal('tried'),
    at,
    ids: z.array(z.number()),
    delivery: z.number(),
    attempt: z.number(),
    status: z.number(),
    ms: z.number(),
    error: z.string().optional(),
  }),
  z.object({
    k: z.literal('dropped'),
    at,
    ids: z.array(z.number()),
    unqueued: z.number().optional(),
    reason: z.string(),
  }),
  z.object({
    k: z.literal('fate'),
    at,
    psid,
    mid,
    webhook: z.enum(['acknowledged', 'dropped', 'not-subscribed']),
    attempts: z.number(),
  }),
  z.object({ k: z.literal('forgotten'), at, psid, messages: z.number() }),
  // Conversation routing: the app that has the thread ('' for nobody), and until when it keeps it without doing anything.
  z.object({ k: z.literal('thread-owner'), at, psid, owner: z.string(), until: z.number() }),
  z.object({ k: z.literal('app-removed'), at, psid }),
  z.object({
    k: z.literal('app-callback'),
    at,
    psid,
    kind: z.enum(['deauthorize', 'data-deletion']),
    status: z.number(),
    url: z.string().optional(),
    code: z.string().optional(),
  }),
  z.object({
    k: z.literal('counters'),
    at,
    sends: z.number(),
    lastEventId: z.number(),
    lastDelivery: z.number(),
    droppedEvents: z.number(),
  }),
  z.object({
    k: z.literal('subscription'),
    at,
    url: z.string(),
    verified: z.boolean(),
    subscribed: z.boolean(),
    fields: z.array(z.string()),
    disabledAt: z.number().optional(),
  }),
  z.object({ k: z.literal('profile'), at, profile: z.record(z.string(), z.unknown()) }),
  z.object({ k: z.literal('template'), at, template: templateShape }),
  z.object({ k: z.literal('switches'), at, switches: switchesShape }),
])

/** One line of the journal. */
export type JournalRecord = z.infer<typeof recordShape>

/** One line of the journal of a given kind. */
export type RecordOf<Kind extends JournalRecord['k']> = Extract<JournalRecord, { k: Kind }>

/** Reads one journal line; throws when it is not one we wrote. */
export function parseRecord(line: string): JournalRecord {
  return recordShape.parse(JSON.parse(line))
}
