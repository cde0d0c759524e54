import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { buildFolder } from '../setup/build-folder.ts'
import { eventually } from '../setup/eventually.ts'
import { readForms, textOf } from '../setup/html-forms.ts'
import { ask, linkIn, linkPerson, openSealed, repliesTo } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

const replyWithinMs = 90_000

let parley: ParleyProcesses
let maya: TestPerson
beforeAll(async () => {
  parley = await startParley()
  maya = await linkPerson(parley, 'Maya', {})
  const added = await type([
    'staff',
    'add',
    'agnes',
    '--role',
    'agent',
    '--institution',
    'first-valley',
    '--config',
    parley.folder.staffConfig,
  ])
  expect(added.code).toBe(0)
})
afterAll(async () => {
  await parley?.stop()
})

type Typed = { readonly code: number | null; readonly out: string; readonly err: string }

/** A command line of its own process, with nobody at a terminal. */
async function type(words: readonly string[], input = ''): Promise<Typed> {
  const main = join(buildFolder(), 'src', 'main.js')
  const child = spawn(process.execPath, [main, ...words], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(input)
  const read = async (stream: AsyncIterable<Buffer>): Promise<string> => {
    let text = ''
    for await (const chunk of stream) text += chunk.toString('utf8')
    return text
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [out, err, code] = await Promise.all([read(child.stdout), read(child.stderr), ended])
  return { code, out, err }
}

const desk = (command: string, words: readonly string[] = [], input = '', as = 'agnes'): Promise<Typed> =>
  type(['desk', command, ...words, '--config', parley.folder.deskConfig, '--as', as], input)

const placesShape = z.array(z.looseObject({ handover: z.string(), because: z.string(), mine: z.boolean() }))
const openShape = z.looseObject({
  handover: z.string(),
  question: z.string(),
  thread: z.array(z.looseObject({ by: z.string(), words: z.string() })),
})

/** Waits until the chat shows a message with these words; gives it. */
async function shown(words: string) {
  const find = async () => (await repliesTo(parley, maya)).find(({ shown: { text } }) => text.includes(words))
  await eventually(`"${words}" in the chat`, async () => (await find()) !== undefined, replyWithinMs)
  const found = await find()
  if (found === undefined) throw new Error('unreachable')
  return found
}

test('somebody asks for a person, an agent answers from the command line, and the words arrive in the chat', async () => {
  expect((await desk('list')).out).toBe('Nobody waits.\n')
  expect((await desk('take')).code).toBe(3)
  await ask(parley, maya, 'I want to talk to a person about my card in Lyon', ({ shown: { text } }) =>
    text.includes('asked a person'),
  )
  const [place] = placesShape.parse(JSON.parse((await desk('list', ['--json'])).out))
  expect(place).toMatchObject({ because: 'asked', mine: false, institution: 'first-valley' })
  expect(JSON.stringify(place)).not.toContain('Lyon')

  const taken = await desk('take', ['--json'])
  const { handover, question } = openShape.parse(JSON.parse(taken.out))
  expect(handover).toBe(place?.handover)
  expect(question).toBe('I want to talk to a person about my card in Lyon')
  await shown('Agnes from First Valley Bank has joined')

  // While a person has the conversation the bot keeps quiet, and they get the words.
  const before = (await repliesTo(parley, maya)).length
  await parley.messengerControl.say(maya.psid, 'what is my balance?')
  await eventually(
    'the words at the desk',
    async () => openShape.parse(JSON.parse((await desk('take', [handover, '--json'])).out)).thread.length === 1,
    replyWithinMs,
  )
  expect((await desk('take', [handover])).out).toContain('customer: what is my balance?')
  expect(await repliesTo(parley, maya)).toHaveLength(before)

  expect(await desk('say', [handover, 'I', 'am', 'looking', 'at', 'it', 'now.'])).toMatchObject({
    code: 0,
    out: 'Sent into the chat.\n',
  })
  expect((await shown('I am looking at it now.')).shown.text).toBe(
    'Agnes from First Valley Bank: I am looking at it now.',
  )
})

test('figures go to the page behind the passkey, the chat never carries them, and the customer sees who looked', async () => {
  const [place] = placesShape.parse(JSON.parse((await desk('list', ['--json'])).out))
  const handover = place?.handover ?? ''
  const said = await desk('say', [handover], 'It was 4321.98 EUR\nat the pharmacy.\n')
  expect(said.code).toBe(0)
  expect(said.out).toContain('behind the customer’s passkey')
  const message = await shown('kept the words out of this chat')
  const page = await openSealed(maya, linkIn(message, '/me/person'))
  const text = textOf(page.text)
  expect(text).toContain('It was 4321.98 EUR')
  expect(text).toContain('Agnes from First Valley Bank opened your question and what you wrote')
  expect(JSON.stringify(await parley.messengerControl.traffic())).not.toContain('4321.98')

  expect(await desk('say', [handover], 'Please send me your PIN')).toMatchObject({ code: 4 })
  expect(await desk('say', [handover, '--json'], 'see https://evil.test')).toMatchObject({
    code: 4,
    out: '{"refused":"desk/words-hold-link"}\n',
  })
  expect(await desk('list', [], '', 'mallory')).toMatchObject({ code: 2, out: '' })
  expect(await desk('say', ['not-an-id'], 'hello')).toMatchObject({ code: 2 })
})

test('handed back, the chat is automated again and says so, and the agent has nothing more to say there', async () => {
  const [place] = placesShape.parse(JSON.parse((await desk('list', ['--json'])).out))
  const handover = place?.handover ?? ''
  expect(await desk('return', [handover, '--note', 'called back'])).toMatchObject({ code: 0 })
  await shown('has handed this chat back. From here on it is automated again.')
  expect(await desk('say', [handover], 'one more thing')).toMatchObject({ code: 3 })
  await ask(parley, maya, 'what is my balance?', ({ shown: { buttons } }) =>
    buttons.some(({ url }) => url?.includes('/a/') === true),
  )
  expect((await desk('list')).out).toBe('Nobody waits.\n')
})

test('places that are wrong go from the sealed page to the desk, the chat hears nothing of them, and the customer sees how it stands', async () => {
  const isSealed = ({ shown: { buttons } }: { shown: { buttons: readonly { url?: string | undefined }[] } }): boolean =>
    buttons.some(({ url }) => url?.includes('/a/') === true)
  const message = await ask(parley, maya, 'where did I use my card?', isSealed)
  const before = (await repliesTo(parley, maya)).length
  const page = await openSealed(maya, linkIn(message, '/a/'))
  expect(textOf(page.text)).toContain('Send the wrong places')
  const form = readForms(page.text).find(({ attributes }) => attributes['action']?.endsWith('/places') === true)
  const place = form?.choices[0]?.value ?? ''
  expect(place).toMatch(/, United States|, Portugal/)
  const action = form?.attributes['action'] ?? ''
  const sent = await maya.browser.submit(page, action, [...(form?.fields ?? []), ['place', place]])
  expect(textOf(sent.text)).toContain('One place was sent to a person at First Valley Bank.')
  expect(textOf(sent.text)).toContain('Somebody should look by')

  const [waiting] = placesShape.parse(JSON.parse((await desk('list', ['--json'])).out))
  expect(waiting).toMatchObject({ because: 'wrong-place', institution: 'first-valley' })
  const seen = await maya.browser.open(`${parley.addresses.gateway}/me/person`)
  const requests = textOf((await openSealedOr(seen)).text)
  expect(requests).toContain('Wrong places of card payments, sent from the sealed page')
  expect(requests).toContain('Somebody should look by')
  expect(await repliesTo(parley, maya)).toHaveLength(before)

  const { question } = openShape.parse(JSON.parse((await desk('take', ['--json'])).out))
  expect(question).toBe(`These places where my cards were used are wrong: “${place}”.`)
  await shown('has joined')
  expect(JSON.stringify(await parley.messengerControl.traffic())).not.toContain(place.split(',')[0])
})

test('account numbers are a choice on the sealed page, and each account brings its own', async () => {
  const other = await linkPerson(parley, 'James', { bankPerson: 1 })
  const message = await ask(parley, other, 'what is my account number?', ({ shown: { buttons } }) =>
    buttons.some(({ url }) => url?.includes('/a/') === true),
  )
  const page = await openSealed(other, linkIn(message, '/a/'))
  expect(textOf(page.text)).toContain('accounts fit what you asked. Choose the one you mean.')
  const options = [...page.text.matchAll(/<details class="option" name="choice-first-valley-0">/g)]
  expect(options.length).toBeGreaterThan(1)
})

/** The privacy centre, signed in again where it asks for the passkey. */
async function openSealedOr(page: Awaited<ReturnType<TestPerson['browser']['open']>>) {
  const asksPasskey = readForms(page.text).some(({ attributes }) => attributes['data-passkey'] === 'get')
  return asksPasskey ? await openSealed(maya, page.url) : page
}
