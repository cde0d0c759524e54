import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chooseTests, cleanCommit, notePassed, reachOf, testsWithin } from './unit-changes.mjs'

describe('what changed reaches', () => {
  test('nobody, where no unit test sees it', () => {
    const changed = ['README.md', 'docs/pictures/cover.png', 'test/journeys/tour.test.ts', 'bench/ask.ts', '.ci/run']
    expect(reachOf(changed)).toEqual({ imports: false, folders: [], modules: [] })
  })

  test('those who import it and those beside it, where it is code', () => {
    expect(reachOf(['src/desk/speak.ts'])).toEqual({ imports: true, folders: ['src/desk'], modules: [] })
    expect(reachOf(['test/setup/database.ts'])).toMatchObject({ imports: true })
  })

  test('its whole module, where it is data: that is read by its path', () => {
    expect(reachOf(['src/chat/phrases/de/balance.txt'])).toEqual({ imports: false, folders: [], modules: ['src/chat'] })
  })

  test.each([
    'migrations/0001_platform.sql',
    'package-lock.json',
    'vitest.config.ts',
    'test/setup/global-setup.ts',
    'test/language/new.txt',
  ])('everybody, where nobody knows who reads it: %s', (path) => expect(reachOf(['docs/ask.md', path])).toBe('all'))
})

test('tests beside code are those in its folder, tests of data those of its module, each once; browsers’ and later parts’ are left out', () => {
  const files = [
    'src/desk/desk.test.ts', 'src/desk/speak.ts', 'src/chat/chat.test.ts', 'src/chat/slots/money.test.ts',
    'src/chat/slots/page.browser.test.ts', 'test/attacks/desk.test.ts', 'scripts/lock.test.mjs',
  ] // prettier-ignore
  const reach = { imports: true, folders: ['src/desk', 'test/attacks'], modules: ['src/chat'] }
  expect(testsWithin(reach, { files, importing: ['src/alerts/alerts.test.ts', 'src/desk/desk.test.ts'] })).toEqual([
    'src/alerts/alerts.test.ts', 'src/chat/chat.test.ts', 'src/chat/slots/money.test.ts', 'src/desk/desk.test.ts',
  ]) // prettier-ignore
})

describe('in a tree of its own', () => {
  let root
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parley-changes-'))
    git('init', '--quiet')
    git('config', 'user.email', 'somebody@parley.test')
    git('config', 'user.name', 'Somebody')
    writeFileSync(join(root, '.gitignore'), 'node_modules/\n')
    mkdirSync(join(root, 'src', 'desk'), { recursive: true })
    writeFileSync(join(root, 'src', 'desk', 'words.json'), '{}\n')
    writeFileSync(join(root, 'src', 'desk', 'words.test.ts'), '\n')
    git('add', '.')
    git('commit', '--quiet', '--message', 'one')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  test('all run until all have passed, then what a change reaches, then nothing', async () => {
    expect((await chooseTests(root)).tests).toBeUndefined()
    notePassed(root, git('rev-parse', 'HEAD'))
    expect((await chooseTests(root)).tests).toEqual([])
    writeFileSync(join(root, 'src', 'desk', 'words.json'), '{"a":"b"}\n')
    expect((await chooseTests(root)).tests).toEqual(['src/desk/words.test.ts'])
    writeFileSync(join(root, 'package.json'), '{}\n')
    expect((await chooseTests(root)).tests).toBeUndefined()
  })

  test('a commit that is not there any more means all', async () => {
    notePassed(root, '0'.repeat(40))
    expect((await chooseTests(root)).tests).toBeUndefined()
  })

  test('only a tree that is as committed can be remembered as one at which all passed', async () => {
    expect(await cleanCommit(root)).toBe(git('rev-parse', 'HEAD'))
    writeFileSync(join(root, 'new.ts'), '\n')
    expect(await cleanCommit(root)).toBeUndefined()
  })
})
