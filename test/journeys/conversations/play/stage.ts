import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { buildFolder } from '../../../setup/build-folder.ts'
import { controlCall } from '../../../setup/control-call.ts'
import { readForms, textOf } from '../../../setup/html-forms.ts'
import { openSealed, walkLinkPages } from '../../../setup/link-person.ts'
import type { ParleyProcesses } from '../../../setup/parley-processes.ts'
import type { Scene } from './scene.ts'

type Direction = { readonly says: RegExp; readonly act: (scene: Scene, found: RegExpExecArray) => Promise<void> }

/** What may happen beside a chat, and how a test makes it happen, in this order. */
const directions: readonly Direction[] = [
  {
    says: /opens the page.*(sealed|rounded|exact).*six digits/,
    async act(scene, [, words]) {
      const disclosure = words === 'exact' ? 'full' : words === 'rounded' ? 'rounded' : 'sealed'
      const url = await scene.link('/link/')
      scene.values.set('{six digits}', await walkLinkPages(scene.parley, scene.person, url, { disclosure }))
    },
  },
  { says: /leven minutes later/, act: letAnswersExpire },
  { says: /opens the (answer|link)/, act: (scene, { input }) => read(scene, '/a/', input) },
  { says: /opens what .+ wrote/, act: (scene, { input }) => read(scene, '/me/', input) },
  { says: /asks again on the page/, act: askAgain },
  { says: /bank is down/, act: ({ parley }) => parley.bankControl.turn({ down: true }) },
  { says: /bank answers again/, act: ({ parley }) => parley.bankControl.turn({ down: false }) },
  { says: /tries again by itself/, act: (scene) => bringForward(scene, 'chat.%') },
  { says: /sends a (sticker|voice message)/, act: sendAttachment },
  { says: /takes the question/, act: take },
  { says: /writes: “(.+)”/, act: (scene, [, words = '']) => say(scene, words) },
  { says: /hands the chat back/, act: handBack },
  { says: /promised time passes/, act: letPromisePass },
]

/** Does what a stage direction says, one thing after the other. Throws when it says nothing known. */
export async function actOnStage(scene: Scene, text: string): Promise<void> {
  const meant = directions.flatMap(({ says, act }) => {
    const found = says.exec(text)
    return found === null ? [] : [() => act(scene, found)]
  })
  if (meant.length === 0) throw new Error(`what is to happen? (${text})`)
  for (const act of meant) await act()
}

/** Opens a page with the passkey; what stands in quotes must stand on it. */
async function read(scene: Scene, path: string, direction: string): Promise<void> {
  const page = await openSealed(scene.person, await scene.link(path))
  const text = textOf(page.text)
  for (const [, words = ''] of direction.matchAll(/“([^”]+)”/g)) expect(text).toContain(words)
}

async function askAgain(scene: Scene): Promise<void> {
  const { person } = scene
  const page = await openSealed(person, await scene.link('/a/'))
  const form = readForms(page.text).find(({ attributes }) => attributes['action']?.endsWith('/again') === true)
  if (form === undefined) throw new Error(`nothing to ask again with: ${textOf(page.text)}`)
  await person.browser.submit(page, form.attributes['action'] ?? '', form.fields)
}

/** Lets what waits in this conversation come now. */
async function bringForward(scene: Scene, kind: string): Promise<void> {
  await scene.parley.admin.run(
    `UPDATE platform.job SET due_at = clock_timestamp() WHERE kind LIKE $2 AND (key LIKE '%' || $1 || '%' OR payload::text LIKE '%' || $1 || '%')`,
    [await scene.id(), kind],
  )
}

async function letAnswersExpire(scene: Scene): Promise<void> {
  const { admin } = scene.parley
  const id = await scene.id()
  for (const table of ['vault.sealed_answer', 'answers.link']) {
    await admin.run(
      `UPDATE ${table} SET created_at = created_at - interval '11 minutes', expires_at = expires_at - interval '11 minutes'
       WHERE conversation = $1::uuid`,
      [id],
    )
  }
}

/** Something without words, as the messenger's webhook brings it. */
async function sendAttachment({ parley, person }: Scene, [, kind]: RegExpExecArray): Promise<void> {
  const { messenger } = parley.secrets
  const target = { url: `${parley.addresses.messengerUi}/control`, secret: messenger.controlSecret }
  const at = Date.now()
  const payload =
    kind === 'sticker'
      ? { url: 'https://example.test/1.png', sticker_id: 369239263222822 }
      : { url: 'https://example.test/1.mp4' }
  const event = {
    sender: { id: person.psid },
    recipient: { id: messenger.pageId },
    timestamp: at,
    message: {
      mid: `m_attachment_${person.psid}_${at}`,
      attachments: [{ type: kind === 'sticker' ? 'image' : 'audio', payload }],
    },
  }
  const body = JSON.stringify({ object: 'page', entry: [{ id: messenger.pageId, time: at, messaging: [event] }] })
  await controlCall(target, 'POST', '/webhook', { body: Buffer.from(body).toString('base64'), sign: true })
}

async function take(scene: Scene): Promise<void> {
  scene.values.set('handover', await handoverOf(scene))
  await desk(scene.parley, ['take', scene.values.get('handover') ?? ''])
}

async function say(scene: Scene, words: string): Promise<void> {
  await desk(scene.parley, ['say', scene.values.get('handover') ?? ''], words)
}

async function handBack(scene: Scene): Promise<void> {
  await desk(scene.parley, ['return', scene.values.get('handover') ?? ''])
}

async function handoverOf(scene: Scene): Promise<string> {
  const shape = z.object({ id: z.string() })
  const sql = 'SELECT id::text AS id FROM desk.handover WHERE conversation = $1::uuid ORDER BY asked_at DESC LIMIT 1'
  return (await scene.parley.admin.one(shape, sql, [await scene.id()])).id
}

async function letPromisePass(scene: Scene): Promise<void> {
  const id = await handoverOf(scene)
  await scene.parley.admin.run(`UPDATE desk.handover SET deadline_at = clock_timestamp() WHERE id = $1::uuid`, [id])
  await scene.parley.admin.run(
    `UPDATE platform.job SET due_at = clock_timestamp() WHERE kind = 'desk.late' AND payload::text LIKE '%' || $1 || '%'`,
    [id],
  )
}

/** The agents' command line, as Agnes types it. */
async function desk(parley: ParleyProcesses, words: readonly string[], input = ''): Promise<string> {
  return runParley(['desk', ...words, '--json', '--config', parley.folder.deskConfig, '--as', 'agnes'], input)
}

/** Runs the command line of the build; gives what it printed. Throws unless it ended well. */
export async function runParley(words: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, [join(buildFolder(), 'src', 'main.js'), ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(input)
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0)
    throw new Error(`parley ${words.slice(0, 2).join(' ')} ended with ${String(code)}: ${said}${complaint}`)
  return said
}
