import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAppendFile } from './append-file.ts'
import { openStateStore } from './state-store.ts'

describe('the state of the sandbox bank', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'state-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('what was set is there after a restart, what was deleted or expired is not', async () => {
    let now = 1_000
    const path = join(folder, 'state.jsonl')
    const store = await openStateStore(path, () => now)
    await Promise.all([store.set('a', { n: 1 }), store.set('b', 2), store.set('c', 3, 2_000)])
    await store.set('a', { n: 4 })
    await store.delete('b')
    now = 3_000
    const again = await openStateStore(path, () => now)
    expect([again.get('a'), again.get('b'), again.get('c'), store.get('c')]).toEqual([
      { n: 4 },
      undefined,
      undefined,
      undefined,
    ])
    expect(again.keys('')).toEqual(['a'])
  })

  test('a line torn by a crash is dropped, and writing goes on after it', async () => {
    const path = join(folder, 'state.jsonl')
    const store = await openStateStore(path, () => 0)
    await store.set('whole', 1)
    await appendFile(path, '["set","torn","2')
    const again = await openStateStore(path, () => 0)
    await again.set('after', 3)
    const third = await openStateStore(path, () => 0)
    expect([third.get('whole'), third.get('torn'), third.get('after')]).toEqual([1, undefined, 3])
  })

  test('lines written together arrive whole and in order, and a rewrite of the live lines in between loses none', async () => {
    const path = join(folder, 'lines.jsonl')
    const file = await openAppendFile(path)
    const live: string[] = []
    const add = (line: string): Promise<void> => {
      live.push(line)
      return file.append(line)
    }
    function* liveLines(): Generator<string> {
      yield* live
    }
    const first = Array.from({ length: 500 }, (_, at) => add(`a${at}`))
    const rewritten = file.rewrite(liveLines())
    const second = Array.from({ length: 500 }, (_, at) => add(`b${at}`))
    await Promise.all([...first, rewritten, ...second, add('last')])
    await add('after')
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    expect(new Set(lines)).toEqual(new Set(live))
    expect(lines.at(-1)).toBe('after')
    expect(file.bytes()).toBe(Buffer.byteLength(`${lines.join('\n')}\n`))
  })
})
