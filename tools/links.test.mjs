import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkLinks } from './links.mjs'

let root
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-links-'))
  mkdirSync(join(root, 'docs'))
  writeFileSync(join(root, 'docs', 'ask.md'), '# The ask flow\n\n## What is kept?\n')
})
afterEach(() => rmSync(root, { recursive: true }))

const readme = (text) => writeFileSync(join(root, 'README.md'), text)

test('links that lead somewhere pass: files, folders, sections, other sites, code', () => {
  readme('[a](docs/ask.md) [b](docs) [c](docs/ask.md#what-is-kept) [d](https://example.org/x) `[e](nowhere.md)`')
  expect(checkLinks(root)).toEqual({ pages: 2, links: 4, complaints: [] })
})

test.each(['[a](docs/asks.md)', '![a](docs/ask.png)', '[a](docs/ask.md#kept)', '[a](../../etc)', '<img src="x.png">'])(
  'a link that leads nowhere is named with its line: %s',
  (link) => {
    readme(`one\n\n${link}`)
    const { complaints } = checkLinks(root)
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toMatch(/^README\.md:3: /)
  },
)
