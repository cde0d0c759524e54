// The tour is the product's own word about itself, and the README's pictures come from it: it has to play to its end.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildFolder } from '../setup/build-folder.ts'

const longMs = 300_000

let out: string
let told: string
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'parley-tour-pictures-'))
  const main = join(buildFolder(), 'src', 'main.js')
  told = (await promisify(execFile)(process.execPath, [main, 'tour', '--out', out], { timeout: longMs })).stdout
}, longMs)
afterAll(() => rm(out, { recursive: true, force: true }))

test('the tour goes from hello to a bank linked, a stolen card frozen, a person who may look, and an end to it all', () => {
  const inOrder = [
    'Your answer is ready',
    'Your bank has a question about a card payment',
    '[Not me]',
    'Your card is frozen',
    'refused: the card is frozen',
    'You said: not me',
    'To warn you about fraud.',
    'opens the case of the stolen card',
    'Fraud alerts for First Valley Bank were ended with your passkey',
    'I want to talk to a person',
    'has joined',
    'asks to see your balances',
    'kept the words out of this chat',
    'handed this chat back',
    'stop sharing',
    'I need your leave',
    'Access taken back',
  ]
  let from = 0
  for (const words of inOrder) {
    const place = told.indexOf(words, from)
    expect(place, `${words}\n${told}`).toBeGreaterThanOrEqual(from)
    from = place
  }
})

test('whatever it shows of the messenger holds no figure', () => {
  const said = told.split(/\n(?= {2}\S)/).filter((part) => part.startsWith('  Parley:'))
  expect(said.length).toBeGreaterThan(6)
  expect(said.join('\n')).not.toMatch(/[$€£]|\d[.,]\d\d\b|jewel|london/i)
})

test('the story and the README’s pictures are there', async () => {
  const story = await readFile(join(out, 'index.html'), 'utf8')
  expect(story).toContain('Not me')
  expect(await readdir(out)).toEqual(
    expect.arrayContaining(['cover.png', 'proof.png', 'warn.png', 'stop.png', 'desk.png', 'case.png']),
  )
})
