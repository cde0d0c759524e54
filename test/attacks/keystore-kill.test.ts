// Threat row 20 the other way round: a key that was handed out once is never lost, however the process ends.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { Secret } from '../../src/kernel/index.ts'
import type { ConversationId } from '../../src/kernel/index.ts'
import { connectKeystore } from '../../src/keystore/index.ts'
import { systemClock } from '../../src/platform/index.ts'

const dist = process.env['PARLEY_DIST'] ?? fileURLToPath(new URL('../../dist', import.meta.url))
const bearer = 'b'.repeat(40)
const kills = 6

// The keystore as built, in a process of its own; conversations' keys need no database.
const program = `
  const [folder, socketPath] = process.argv.slice(1)
  const { startKeystore } = await import(${JSON.stringify(pathToFileURL(join(dist, 'src/keystore/index.js')).href)})
  const { createLogger, createMetrics, systemClock, systemRandom } =
    await import(${JSON.stringify(pathToFileURL(join(dist, 'src/platform/index.js')).href)})
  const { Secret } = await import(${JSON.stringify(pathToFileURL(join(dist, 'src/kernel/index.js')).href)})
  const logger = createLogger({ role: 'test', level: 'silent' })
  const deps = { database: { login: 'parley_keystore' }, clock: systemClock, random: systemRandom, logger,
    metrics: createMetrics({ processMetrics: false }) }
  await startKeystore(deps, { folder, listen: { socketPath }, bearers: { channel: new Secret('${bearer}') },
    origins: ['https://parley.test'], rpId: 'parley.test' })
  process.stdout.write('ready')
`

test('every key that was handed out is the same after kill -9 at any moment', async () => {
  const base = await mkdtemp(join(tmpdir(), 'parley-kill-'))
  const handedOut = new Map<ConversationId, string>()
  for (let round = 0; round < kills; round += 1) {
    const socketPath = join(base, 'keys.sock')
    const child = await start(join(base, 'keys'), socketPath)
    const keys = connectKeystore({ clock: systemClock }, { at: { socketPath }, bearer: new Secret(bearer) })
    for (const [id, key] of handedOut) expect(hex(await keys.conversationKey(id))).toBe(key)
    const killAt = handedOut.size + randomInt(1, 120)
    const exited = once(child, 'exit')
    await Promise.all(
      Array.from({ length: 16 }, () => askUntilKilled(keys, handedOut, killAt, () => child.kill('SIGKILL'))),
    )
    await exited
    keys.close()
  }
  expect(handedOut.size).toBeGreaterThan(kills)
  await rm(base, { recursive: true, force: true })
})

async function askUntilKilled(
  keys: ReturnType<typeof connectKeystore>,
  handedOut: Map<ConversationId, string>,
  killAt: number,
  kill: () => void,
): Promise<void> {
  for (;;) {
    const id = randomUUID() as ConversationId
    try {
      handedOut.set(id, hex(await keys.conversationKey(id)))
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'keystore/unavailable' })
      return
    }
    if (handedOut.size >= killAt) kill()
  }
}

async function start(folder: string, socketPath: string): Promise<ChildProcess> {
  const given = ['--input-type=module', '-e', program, folder, socketPath]
  const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

function hex(key: Secret<Uint8Array>): string {
  return Buffer.from(key.reveal()).toString('hex')
}
