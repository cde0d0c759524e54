// docs/threat-model.md and the tests must say the same: no row without a test of it, no test of a row that the page leaves out.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(`${root}docs/threat-model.md`, 'utf8')
/** It waits for what it attacks: assistants. */
const waiting: readonly number[] = []
const numbers = Array.from({ length: 28 }, (_, at) => at + 1).filter((number) => !waiting.includes(number))
const fapiAttackers = ['A1', 'A1a', 'A2', 'A3a', 'A5', 'A7']

type Row = { readonly name: string; readonly cells: readonly string[]; readonly files: readonly string[] }

/** The rows of a section's table, by what stands in the first cell. */
function rowsOf(heading: string): readonly Row[] {
  const section = page.split(`\n## ${heading}`)[1]?.split('\n## ')[0] ?? ''
  return section.split('\n').flatMap((line) => {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    const [name = '', ...others] = cells
    if (others.length < 3 || name.startsWith('-')) return []
    return [
      { name, cells, files: [...line.matchAll(/\]\((\.\.\/test\/attacks\/[^)]+)\)/g)].map((found) => found[1] ?? '') },
    ]
  })
}

const threats = rowsOf('The threats').slice(1)
const fapi = rowsOf('Attackers of the bank').slice(1)
const read = (link: string): string => readFileSync(`${root}docs/${link}`, 'utf8')

/** Whether a file says by its name, or by a title in it, that it tries this threat. */
function tries(link: string, number: number): boolean {
  if (new RegExp(`^threat-0*${number}-`).test(basename(link))) return true
  const titled = new RegExp(`\\b(?:describe|test)(?:\\.each\\([^;]*?\\))?\\(\\s*['"\`]threat ${number}: `)
  // A file that only calls another one's list is judged by that list.
  const called = [...read(link).matchAll(/from '\.\/([\w-]+\.ts)'/g)].map(
    (found) => `../test/attacks/${found[1] ?? ''}`,
  )
  const own = [link, ...(basename(link) === 'gate.test.ts' ? called : [])]
  return own.some((file) => titled.test(read(file)))
}

/** The names of all mutants, as the data and the titles of test/mutants write them. */
function mutantNames(): ReadonlySet<string> {
  const folder = `${root}test/mutants`
  const sources = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
  return new Set(
    sources.flatMap((text) => [...text.matchAll(/^\s+name: '([^']+)',$/gm)].map((found) => found[1] ?? '')),
  )
}

describe('the threat model’s page', () => {
  test('has one row for each threat that can be tried today, with its letter', () => {
    expect(threats.map(({ name }) => name.split(' ')[0])).toEqual(numbers.map(String))
    for (const { name, cells } of threats) {
      expect(name).toMatch(/^\d+ [STRIDE]$/)
      expect(cells.map((cell) => cell === '')).toEqual([false, false, false, false, false])
    }
    expect(fapi.map(({ name }) => name)).toEqual(fapiAttackers)
  })

  test.each(threats.map((row) => [row.name, row] as const))('row %s links files that try it', (name, { files }) => {
    expect(files).not.toHaveLength(0)
    const number = Number.parseInt(name, 10)
    const isBanks = (link: string): boolean => basename(link).startsWith('fapi-')
    for (const link of files) expect([link, existsSync(`${root}docs/${link}`)]).toEqual([link, true])
    const silent = files.filter((link) => !isBanks(link) && !tries(link, number))
    expect(silent).toEqual([])
    expect(files.some((link) => tries(link, number))).toBe(true)
  })

  test.each(fapi.map((row) => [row.name, row] as const))('attacker %s has a file of their own', (name, { files }) => {
    expect(files).toHaveLength(1)
    const [link = ''] = files
    expect(existsSync(`${root}docs/${link}`)).toBe(true)
    expect(basename(link)).toMatch(new RegExp(`^fapi-${name.toLowerCase()}-`))
  })

  test('leaves out no file that is named for a threat or an attacker', () => {
    const named = readdirSync(`${root}test/attacks`).filter((file) => /^(?:threat-\d|fapi-a\d).*\.test\.ts$/.test(file))
    expect(named.length).toBeGreaterThan(15)
    const linked = new Set([...threats, ...fapi].flatMap(({ files }) => files.map((file) => basename(file))))
    expect(named.filter((file) => !linked.has(file))).toEqual([])
  })

  test('names mutants that exist, for every row', () => {
    const known = mutantNames()
    for (const { name, cells } of threats) {
      const named = [...(cells[4] ?? '').matchAll(/“([^”]+)”/g)].map((found) => found[1] ?? '')
      expect([name, named.length > 0]).toEqual([name, true])
      expect([name, named.filter((mutant) => !known.has(mutant))]).toEqual([name, []])
    }
  })
})
