import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { makePeer, personText, startPracticeApp, until, type Peer, type PracticeApp } from './practice-app.ts'
import { textAt } from './json-value.ts'
import { loadConfig } from './messenger-config.ts'

const ready = z.object({ ready: z.literal(true), ui: z.url(), graphUrl: z.url(), controlUrl: z.url() })
let dir: string
let program: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'messenger-process-'))
  program = join(dir, 'main.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  })
})

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, maxRetries: 3 })
})

type Running = { readonly child: ChildProcess; readonly peer: Peer }

async function launch(dataDir: string, app: PracticeApp): Promise<Running> {
  const args = ['--port', '0', '--data-dir', dataDir, '--webhook-url', app.url, '--seed', 'kill', '--no-previews']
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  const [line] = z.tuple([z.instanceof(Buffer)]).parse(await once(child.stdout, 'data'))
  return { child, peer: makePeer(dataDir, ready.parse(JSON.parse(line.toString()))) }
}

async function exitCode(args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' })
  children.add(child)
  const [code]: unknown[] = await once(child, 'exit')
  return code
}

test('the command explains itself, refuses what it does not understand, and never leaves loopback', async () => {
  const data = ['--port', '0', '--data-dir', join(dir, 'usage')]
  expect(await exitCode(['--help'])).toBe(0)
  expect(await exitCode([])).toBe(2)
  expect(await exitCode([...data, '--cut-rate', '2'])).toBe(2)
  expect(await exitCode([...data, '--host', '0.0.0.0'])).not.toBe(0)
})

test(
  'killed with SIGKILL again and again under load, it loses nothing that it acknowledged',
  { timeout: 60_000 },
  async () => {
    const dataDir = join(dir, 'killed')
    const app = await startPracticeApp(loadConfig(dataDir, undefined).verifyToken)
    let { child, peer } = await launch(dataDir, app)
    const psid = await peer.makePerson('Ana')
    const written = new Set<string>()
    const answered = new Set<string>()
    for (let round = 0; round < 5; round += 1) {
      let killed = false
      const write = async (): Promise<void> => {
        for (let n = 0; !killed; n += 1) {
          const { body } = await peer.control('POST', `/people/${psid}/message`, {
            text: `round ${round} message ${n}`,
          })
          written.add(textAt(body, 'mid') ?? '')
        }
      }
      const answer = async (worker: string): Promise<void> => {
        for (let n = 0; !killed; n += 1) {
          const metadata = `outbox-${worker}-${round}-${n}`
          const [sent] = await Promise.allSettled([peer.send(psid, { text: 'answer', metadata })])
          if (sent.status === 'fulfilled' && sent.value.status === 200) answered.add(metadata)
        }
      }
      const work = Promise.allSettled([write(), answer('a'), answer('b')])
      const goal = written.size + 15
      await until('some work was done', () => written.size >= goal)
      child.kill('SIGKILL')
      killed = true
      await work
      ;({ child, peer } = await launch(dataDir, app))
    }
    await until(
      'everything is acknowledged',
      async () => (await peer.control('GET', '/deliveries')).body['pendingCount'] === 0,
    )
    const messages = await peer.messagesOf(psid)
    const mids = messages.map((message) => message['mid'])
    const metadata = messages.map((message) => message['metadata'])
    expect([...written].filter((mid) => !mids.includes(mid))).toEqual([])
    expect([...answered].filter((id) => metadata.filter((other) => other === id).length !== 1)).toEqual([])
    const own = messages.filter((message) => message['from'] === 'person')
    expect(own.filter((message) => message['acknowledged'] !== true)).toEqual([])
    const heard = new Set(app.eventsWith('message').map(personText))
    expect(own.length).toBeGreaterThanOrEqual(75)
    expect(heard.size).toBeGreaterThanOrEqual(own.length)
    expect(statSync(join(dataDir, 'config.json')).mode & 0o777).toBe(0o600)
    child.kill('SIGTERM')
    const [code]: unknown[] = await once(child, 'exit')
    expect(code).toBe(0)
    await app.close()
  },
)
