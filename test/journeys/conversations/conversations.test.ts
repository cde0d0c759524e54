// Each conversation in this folder is documentation, and is played here word for word against the whole product: gateway, keystore,
// database, and the sandboxes of bank and messenger over their real wires.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ParleyProcesses, startParley } from '../../setup/parley-processes.ts'
import { play } from './play/player.ts'
import { runParley } from './play/stage.ts'
import { writeStatement } from './play/statement.ts'
import { readTranscript, writeTranscript } from './play/transcript.ts'

/** Writes down what Parley says now; whoever does that reads every changed line as a customer would. */
const isUpdating = process.env['UPDATE_CONVERSATIONS'] === '1'

const conversations = readdirSync(import.meta.dirname)
  .filter((name) => /^\d\d-.*\.md$/.test(name))
  .toSorted()
  .map((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8')
    // A bank that is down is down for everybody.
    return { name, text, isAlone: text.includes('bank is down') }
  })

let parley: ParleyProcesses
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-conversations-'))
  const ofx = join(folder, 'statement.ofx')
  writeFileSync(ofx, writeStatement(new Date()))
  parley = await startParley({ ofx, gateway: { timeZone: 'UTC' } })
  await parley.messengerControl.turn({ cutRate: 0, previews: false })
  const agent = ['agnes', '--role', 'agent', '--institution', 'first-valley']
  await runParley(['staff', 'add', ...agent, '--config', parley.folder.staffConfig])
})
afterAll(async () => {
  await parley?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function follow({ name, text }: (typeof conversations)[number]): Promise<void> {
  const transcript = readTranscript(text)
  const played = writeTranscript({ head: transcript.head, lines: await play(parley, transcript) })
  if (isUpdating) writeFileSync(join(import.meta.dirname, name), played)
  else expect(played, name).toBe(text)
}

test('there are forty of them', () => {
  expect(conversations.length).toBeGreaterThanOrEqual(40)
})

describe.concurrent('as it is written', () => {
  test.for(conversations.filter(({ isAlone }) => !isAlone))('$name', follow)
})

describe('as it is written, one at a time', () => {
  test.for(conversations.filter(({ isAlone }) => isAlone))('$name', follow)
})
