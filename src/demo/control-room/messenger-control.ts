import { z } from 'zod'
import { type CallDeps, controlCall } from './control-call.ts'

const buttonShape = z.object({ kind: z.string(), title: z.string(), url: z.string().optional() })
const messageShape = z.object({
  mid: z.string(),
  from: z.enum(['page', 'person']),
  at: z.number(),
  carried: z.unknown(),
  shown: z.object({
    text: z.string(),
    buttons: z.array(buttonShape),
    quickReplies: z.array(z.object({ title: z.string() })),
  }),
})
const threadShape = z.object({ messages: z.array(messageShape) })
const personShape = z.object({ psid: z.string(), name: z.string(), messages: z.number() })

/** One message as the messenger knows it. */
export type MessageSeen = z.infer<typeof messageShape>
/** Somebody's conversation with Parley, oldest message first. */
export type ThreadSeen = { readonly psid: string; readonly name: string; readonly messages: readonly MessageSeen[] }

/** The sandbox messenger: what it knows of everybody, and what whoever holds an account there can do. */
export type MessengerControl = {
  /** The newest people who have written, newest first. */
  threads(): Promise<readonly ThreadSeen[]>
  thread(psid: string): Promise<readonly MessageSeen[]>
  /** Writes as this person; false when the messenger would not. */
  say(psid: string, text: string): Promise<boolean>
}

/** A demo has a handful of people; more would not fit into a list. */
const peopleShown = 8

/** A client of the sandbox messenger's control API. */
export function messengerControl(
  deps: CallDeps,
  messenger: { readonly ui: string; readonly controlSecret: string },
): MessengerControl {
  const call = controlCall(deps, messenger.ui, () => messenger.controlSecret)
  const thread = async (psid: string): Promise<readonly MessageSeen[]> =>
    threadShape.parse((await call('GET', `/threads/${encodeURIComponent(psid)}`)).body).messages
  return {
    thread,
    async threads() {
      const { people } = z.object({ people: z.array(personShape) }).parse((await call('GET', '/people')).body)
      const talking = people.filter(({ messages }) => messages > 0).slice(-peopleShown)
      return Promise.all(
        talking.reverse().map(async ({ psid, name }) => ({ psid, name, messages: await thread(psid) })),
      )
    },
    async say(psid, text) {
      return (await call('POST', `/people/${encodeURIComponent(psid)}/message`, { text })).status === 200
    },
  }
}
