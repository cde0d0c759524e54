import { z } from 'zod'
import { askForDeletion, removeApp } from './app-callbacks.ts'
import { PAGE_INBOX } from './messenger-config.ts'
import { bad, ok, type ControlCall, type ControlDeps, type ControlReply } from './control-call.ts'
import { createPerson, edit, linkAccount, optIn, react, refer, say, tap } from './person-acts.ts'
import { actAsOtherApp, otherAppActs } from './other-app.ts'
import type { Thread } from './state.ts'
import { getStartedPayload } from './thread-view.ts'

const people = z.object({ name: z.string(), locale: z.string().max(10).default('en_US') })
const words = z.object({ text: z.string(), quickReplyPayload: z.string().optional(), replyTo: z.string().optional() })
const postback = z.object({
  payload: z.string(),
  title: z.string().default('Button'),
  referral: z.record(z.string(), z.unknown()).optional(),
})
const reaction = z.object({ mid: z.string(), emoji: z.string().max(16).default('👍'), on: z.boolean().default(true) })
const edition = z.object({ mid: z.string(), text: z.string() })
const otherApp = z.object({
  act: z.enum(otherAppActs),
  appId: z.string().default(PAGE_INBOX),
  text: z.string().default(''),
})
/** `POST /control/people`: makes a person. */
export function addPerson(deps: ControlDeps, call: ControlCall): ControlReply {
  const parsed = people.safeParse(call.body)
  if (!parsed.success) return bad(parsed.error)
  const made = createPerson(deps, parsed.data.name, parsed.data.locale)
  return made.ok ? { status: 201, body: { psid: made.value } } : { status: 409, body: { reason: made.reason } }
}

/** `POST /control/people/{psid}/{act}`: does something as this person. */
export function actAs(deps: ControlDeps, call: ControlCall): ControlReply | Promise<ControlReply> {
  const thread = deps.store.state.threads.get(call.psid ?? '')
  if (!thread) return { status: 404, body: { reason: 'There is no such person' } }
  switch (call.act) {
    case 'message':
      return withBody(words, call, ({ text, quickReplyPayload, replyTo }) =>
        say(deps, thread, {
          text,
          ...(quickReplyPayload === undefined ? {} : { quickReplyPayload }),
          ...(replyTo === undefined ? {} : { replyTo }),
        }),
      )
    case 'postback':
      return withBody(postback, call, ({ payload, title, referral }) =>
        tap(deps, thread, { payload, title, ...(referral ? { referral } : {}) }),
      )
    case 'get-started':
      return outcome(
        tap(deps, thread, { title: 'Get Started', payload: getStartedPayload(deps.store.state) ?? 'GET_STARTED' }),
      )
    case 'reaction':
      return withBody(reaction, call, (body) => react(deps, thread, body))
    case 'edit':
      return withBody(edition, call, ({ mid, text }) => edit(deps, thread, mid, text))
    case 'read':
      return done(() => deps.receipts.read(thread.psid))
    case 'referral':
      return withBody(z.object({ ref: z.string() }), call, ({ ref }) => acted(() => refer(deps, thread, ref)))
    case 'optin':
      return withBody(z.object({ payload: z.string() }), call, ({ payload }) =>
        acted(() => optIn(deps, thread, payload)),
      )
    case 'link':
      return withBody(z.object({ authorizationCode: z.string() }), call, (link) =>
        acted(() => linkAccount(deps, thread, link.authorizationCode)),
      )
    case 'unlink':
      return done(() => linkAccount(deps, thread, undefined))
    case 'other-app':
      return withBody(otherApp, call, (body) => actAsOtherApp(deps, thread, body))
    case 'remove-app':
      return leave(deps, thread, call)
    case 'delete-data':
      return askForDeletion(deps, thread).then((result) => ok({ callbacks: [result] }))
    default:
      return { status: 404, body: { reason: 'A person cannot do this' } }
  }
}

const leaving = z.object({ deleteData: z.boolean().default(false) })

async function leave(deps: ControlDeps, thread: Thread, call: ControlCall): Promise<ControlReply> {
  const parsed = leaving.safeParse(call.body)
  return parsed.success ? ok({ callbacks: await removeApp(deps, thread, parsed.data) }) : bad(parsed.error)
}

type Outcome = ReturnType<typeof say>

function withBody<Body>(shape: z.ZodType<Body>, call: ControlCall, perform: (body: Body) => Outcome): ControlReply {
  const parsed = shape.safeParse(call.body)
  return parsed.success ? outcome(perform(parsed.data)) : bad(parsed.error)
}

function outcome(result: Outcome): ControlReply {
  return result.ok ? ok({ mid: result.value }) : { status: 409, body: { reason: result.reason } }
}

function acted(perform: () => void): Outcome {
  perform()
  return { ok: true, value: '' }
}

function done(perform: () => void): ControlReply {
  perform()
  return ok({ success: true })
}
