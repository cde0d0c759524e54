import { z } from 'zod'
import { controlCall } from './control-call.ts'

const buttonShape = z.object({
  kind: z.string(),
  title: z.string(),
  url: z.string().optional(),
  payload: z.string().optional(),
})

const messageShape = z.object({
  mid: z.string(),
  from: z.enum(['page', 'person']),
  at: z.number(),
  metadata: z.string().optional(),
  cut: z.boolean().optional(),
  /** Of a person's message: whether the gateway's webhook said 200, and when. */
  acknowledged: z.boolean().optional(),
  acknowledgedAt: z.number().optional(),
  attempts: z.number().optional(),
  shown: z.object({
    text: z.string(),
    buttons: z.array(buttonShape),
    quickReplies: z.array(z.object({ title: z.string(), payload: z.string() })),
  }),
  carried: z.unknown(),
})

/** One message as the messenger knows it. */
export type ChatMessage = z.infer<typeof messageShape>

const threadShape = z.object({ psid: z.string(), messages: z.array(messageShape) })
const deliveriesShape = z.object({ pendingCount: z.number(), inFlight: z.number() })
const trafficShape = z.object({
  traffic: z.array(z.object({ direction: z.string(), path: z.string(), body: z.string() })),
})

/** The sandbox messenger's levers: what people do there, what it knows, how badly it behaves. */
export type MessengerControl = {
  /** A new person; gives the id that the gateway will see. */
  createPerson(name: string, locale?: string): Promise<string>
  /** Somebody writes. Gives the message's id. */
  say(psid: string, text: string): Promise<string>
  tap(psid: string, payload: string, title: string): Promise<string>
  thread(psid: string): Promise<readonly ChatMessage[]>
  /** Turns switches (`cutRate`, `echoes`, `previews`, …); the others stay. */
  turn(switches: Readonly<Record<string, unknown>>): Promise<void>
  deliveries(): Promise<z.infer<typeof deliveriesShape>>
  /** Tries again now what the gateway did not acknowledge. */
  retryNow(): Promise<void>
  /** Everything the messenger ever saw or sent, previews included. */
  traffic(): Promise<z.infer<typeof trafficShape>['traffic']>
}

/** The control API of the sandbox messenger at this address. */
export function createMessengerControl(origin: string, secret: string): MessengerControl {
  const target = { url: `${origin.replace(/\/$/, '')}/control`, secret }
  const midShape = z.object({ mid: z.string() })
  return {
    async createPerson(name, locale = 'en_US') {
      return z.object({ psid: z.string() }).parse(await controlCall(target, 'POST', '/people', { name, locale })).psid
    },
    async say(psid, text) {
      return midShape.parse(await controlCall(target, 'POST', `/people/${psid}/message`, { text })).mid
    },
    async tap(psid, payload, title) {
      return midShape.parse(await controlCall(target, 'POST', `/people/${psid}/postback`, { payload, title })).mid
    },
    async thread(psid) {
      return threadShape.parse(await controlCall(target, 'GET', `/threads/${psid}`)).messages
    },
    async turn(switches) {
      await controlCall(target, 'PUT', '/switches', switches)
    },
    async deliveries() {
      return deliveriesShape.parse(await controlCall(target, 'GET', '/deliveries?limit=1'))
    },
    async retryNow() {
      await controlCall(target, 'POST', '/retry')
    },
    async traffic() {
      return trafficShape.parse(await controlCall(target, 'GET', '/traffic')).traffic
    },
  }
}
