import { z } from 'zod'
import { controlCall } from '../../../setup/control-call.ts'
import { eventually } from '../../../setup/eventually.ts'
import { addPerson, linkPerson } from '../../../setup/link-person.ts'
import type { ChatMessage } from '../../../setup/messenger-control.ts'
import type { ParleyProcesses } from '../../../setup/parley-processes.ts'
import { writeSaid } from './placeholders.ts'
import type { Scene } from './scene.ts'
import { actOnStage } from './stage.ts'
import type { Line, Transcript } from './transcript.ts'

const settleWithinMs = 45_000
/** What a person asks to link a bank before the conversation begins, so that Parley knows their language. */
const beforehand: { readonly [language: string]: string | undefined } = {
  English: "what's my balance?",
  Spanish: '¿cuál es mi saldo?',
  French: 'quel est mon solde ?',
  German: 'wie ist mein Kontostand?',
  Portuguese: 'qual é o meu saldo?',
}

/** Plays a conversation against the running product; gives its lines as they went, where they fit in the words it was written with. */
export async function play(parley: ParleyProcesses, transcript: Transcript): Promise<readonly Line[]> {
  const scene = await enter(parley, transcript)
  const played: Line[] = []
  const written = transcript.lines
  let heard = 0
  for (let place = 0; place < written.length;) {
    const line = written[place]
    if (line === undefined || line.by === 'parley') throw new Error(`nobody speaks to Parley in: ${transcript.title}`)
    if (line.by === 'stage') await actOnStage(scene, line.text)
    else await speak(scene, line.text)
    played.push(line)
    place += 1
    const said = (await settle(scene)).slice(heard)
    heard += said.length
    for (const message of said) {
      const next = written[place]
      played.push(writeSaid(next?.by === 'parley' ? next : undefined, lineOf(message)))
      if (next?.by === 'parley') place += 1
    }
    // What was written and not said is left out, so the comparison shows that it is missing.
    while (written[place]?.by === 'parley') place += 1
  }
  return played
}

async function enter(parley: ParleyProcesses, transcript: Transcript): Promise<Scene> {
  const { name, level, language, bankCustomer = level === undefined || level === 'sealed' ? 1 : 0 } = transcript
  const question = beforehand[language]
  if (question === undefined) throw new Error(`no language: ${language}`)
  const wishes = { bankPerson: bankCustomer, question }
  const person =
    level === undefined
      ? await addPerson(parley, name, bankCustomer)
      : await linkPerson(parley, name, { ...wishes, disclosure: level })
  const pageSaid = async (): Promise<readonly ChatMessage[]> =>
    (await parley.messengerControl.thread(person.psid)).filter(({ from }) => from === 'page')
  let before = 0
  let id: string | undefined
  const scene: Scene = {
    parley,
    person,
    values: new Map(),
    said: async () => (await pageSaid()).slice(before),
    async link(path) {
      const urls = (await scene.said()).flatMap(({ shown }) => shown.buttons.flatMap(({ url }) => url ?? []))
      const found = urls.findLast((url) => new URL(url).pathname.startsWith(path))
      if (found === undefined) throw new Error(`no link to ${path} in: ${transcript.title}`)
      return found
    },
    async id() {
      const [first] = await pageSaid()
      if (id === undefined && first !== undefined) id = await conversationOf(parley, first)
      if (id === undefined) throw new Error(`nothing was said yet in: ${transcript.title}`)
      return id
    },
  }
  if (level !== undefined) {
    before = (await settle(scene)).length
  }
  return scene
}

async function conversationOf(parley: ParleyProcesses, { metadata = '' }: ChatMessage): Promise<string> {
  const shape = z.object({ conversation: z.string() })
  return (await parley.admin.one(shape, 'SELECT conversation FROM platform.outbox WHERE id = $1', [metadata]))
    .conversation
}

/** Writes, or taps what stands in square brackets. */
async function speak(scene: Scene, text: string): Promise<void> {
  const { parley, person, values } = scene
  const target = { url: `${parley.addresses.messengerUi}/control`, secret: parley.secrets.messenger.controlSecret }
  const path = (act: string): string => `/people/${person.psid}/${act}`
  const title = /^\[(.+)\]$/.exec(text)?.[1]
  if (title === undefined) {
    const bare = /^`([^]*)`$/.exec(text)?.[1] ?? text
    await parley.messengerControl.say(person.psid, values.get(bare) ?? bare)
    return
  }
  const shown = (await scene.said()).map((message) => message.shown).reverse()
  const reply = shown.flatMap(({ quickReplies }) => quickReplies).find((one) => one.title === title)
  if (reply !== undefined) {
    await controlCall(target, 'POST', path('message'), { text: title, quickReplyPayload: reply.payload })
    return
  }
  const button = shown.flatMap(({ buttons }) => buttons).find((one) => one.title === title)
  if (button?.payload === undefined) throw new Error(`nothing to tap: ${text}`)
  await parley.messengerControl.tap(person.psid, button.payload, title)
}

const countShape = z.object({ count: z.string() })

/** Waits until all that was written has been handled and all answers have arrived; gives what was said so far. */
async function settle(scene: Scene): Promise<readonly ChatMessage[]> {
  const { parley, person } = scene
  let said: readonly ChatMessage[] = []
  await eventually(
    `${person.name} is answered`,
    async () => {
      const thread = await parley.messengerControl.thread(person.psid)
      if (thread.some(({ from, acknowledged }) => from === 'person' && acknowledged !== true)) return false
      if (!thread.some(({ from }) => from === 'page')) return thread.length === 0
      const { count } = await parley.admin.one(
        countShape,
        `SELECT ((SELECT count(*) FROM platform.job j WHERE due_at < clock_timestamp() + interval '1500 milliseconds' AND EXISTS
             (SELECT 1 FROM (SELECT $1 UNION SELECT id::text FROM desk.handover WHERE conversation::text = $1) of (id)
              WHERE j.key LIKE '%' || of.id || '%' OR j.payload::text LIKE '%' || of.id || '%'))
           + (SELECT count(*) FROM platform.outbox WHERE conversation = $1 AND confirmed_at IS NULL))::text AS count`,
        [await scene.id()],
      )
      if (count !== '0') return false
      said = await scene.said()
      return true
    },
    settleWithinMs,
  )
  return said
}

function lineOf({ shown }: ChatMessage): Extract<Line, { by: 'parley' }> {
  const buttons = [
    ...shown.buttons.map(({ title, url }) => (url === undefined ? title : `${title} ↗`)),
    ...shown.quickReplies.map(({ title }) => title),
  ]
  return { by: 'parley', text: shown.text, buttons }
}
