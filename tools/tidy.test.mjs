import { describe, expect, test } from 'vitest'
import { judgeFile } from './tidy-rules.mjs'

describe('tidy', () => {
  test('has nothing against a file named for what it does', () => {
    expect(judgeFile('src/chat/handle-message.ts', "import type { A } from './a.ts'\nexport const a: A = 1\n")).toEqual(
      [],
    )
  })

  test.each([
    ['a name that says nothing', 'src/chat/utils.ts', ''],
    ['a name that is not kebab-case', 'src/chat/handleMessage.ts', ''],
    ['folders in folders of a module', 'src/chat/intents/english/help.ts', ''],
    ['export *', 'src/chat/index.ts', "export * from './a.ts'"],
    ['a default export', 'src/chat/help.ts', 'export default 1'],
    ['an import() type', 'src/chat/help.ts', "export type B = import('../banks/two.ts').Two"],
    ['a wide front door', 'src/chat/index.ts', `export { ${'abcdefghijklm'.split('').join(', ')} } from './a.ts'`],
    ['fetch outside platform', 'src/chat/help.ts', "await fetch('https://bank.example')"],
    ['the time of day outside platform', 'src/chat/help.ts', 'const now = new Date()'],
    ['a timer outside platform', 'src/chat/help.ts', 'setTimeout(() => 1, 5)'],
    ['the environment outside config', 'src/chat/help.ts', "const a = process.env['A']"],
    ['a swallowed failure', 'src/chat/help.ts', 'await send().catch(() => {})'],
    ['module mocking', 'src/chat/help.test.ts', "vi.mock('./a.ts')"],
    ['a decipher that takes short tags', 'src/keystore/a.ts', "createDecipheriv('aes-256-gcm', key, iv)"],
    ['a pushy word in a catalogue', 'src/chat/messages/en.json', '{ "a": { "b": "Just tap here" } }'],
    ['an exclamation mark in any language', 'src/chat/messages/es.json', '{ "a": "Hola!" }'],
  ])('complains once about %s', (_name, path, text) => {
    expect(judgeFile(path, text)).toHaveLength(1)
  })

  test('does not take words in comments and strings for code', () => {
    const text = "// fetch( and new Date() live in platform\nexport const a = 'setTimeout(' /* process.env */\n"
    expect(judgeFile('src/chat/help.ts', text)).toEqual([])
  })

  test('counts what a front door does, not the types it speaks of', () => {
    const types = `export type { ${'abcdefghijklm'.split('').join(', ')} } from './a.ts'`
    expect(judgeFile('src/chat/index.ts', types)).toEqual([])
  })

  test('lets a moment be written out, and an environment be handed on unread', () => {
    const text = 'export const a = (at) => new Date(at).toISOString()\nspawn(b, { env: { ...process.env } })\n'
    expect(judgeFile('src/chat/help.ts', text)).toEqual([])
  })

  test('lets platform touch the world, and a decipher that fixes its tag length pass', () => {
    expect(judgeFile('src/platform/clock.ts', 'export const now = () => Date.now()')).toEqual([])
    const call = "createDecipheriv('aes-256-gcm', key, iv(1), { authTagLength: 16 })"
    expect(judgeFile('src/keystore/open.ts', call)).toEqual([])
  })
})
