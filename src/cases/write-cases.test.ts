import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import type { ListedCase } from './case-store.ts'
import { cell, takenOut, writeCaseCsv } from './write-cases.ts'

const listed: ListedCase = {
  id: '11111111-1111-4111-8111-111111111111',
  number: '0123-4567',
  kind: 'fraud',
  institution: undefined,
  institutionName: '=HYPERLINK("https://evil.example";"Bank")',
  state: 'open',
  openedAt: toInstant(Date.UTC(2026, 10, 20)),
  closedAt: undefined,
  risk: { step: 1, currency: 'USD' },
  assignedTo: '@piet',
  isMine: false,
  finding: undefined,
  refund: undefined,
  waitsForMe: false,
  joined: 0,
  similar: 2,
  total: 1,
}

test('no cell of a file begins as a formula, however it is dressed up, and what it says is still in it', () => {
  const trouble = fc.tuple(fc.constantFrom('=', '+', '-', '@', '\t=', '\r=', ' =', '\u00a0@', '\n+', '\t'), fc.string()).map(([first, rest]) => first + rest) // prettier-ignore
  fc.assert(
    fc.property(fc.oneof(trouble, fc.string()), (text) => {
      const written = cell(text)
      const shown = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written
      expect(shown.trimStart()).not.toMatch(/^[=+\-@]/)
      expect(shown).not.toMatch(/^[\t\r\n]/)
      expect(shown === text || shown === `'${text}`).toBe(true)
    }),
  )
})

test('a case is taken out with its numbers, and a bank’s name cannot run in a spreadsheet', () => {
  const row = takenOut(listed, { now: toInstant(Date.UTC(2026, 10, 22)), clocks: {} })
  expect(row).toMatchObject({
    case: '0123-4567',
    next_step: 'decide',
    next_step_by: '2026-12-04',
    at_risk_from: '50.00',
  })
  const [head = '', line = ''] = writeCaseCsv([row]).split('\r\n')
  expect(head.split(',')).toHaveLength(16)
  expect(line).toContain(`"'=HYPERLINK(""https://evil.example"";""Bank"")"`)
  expect(line).toContain(`,'@piet,`)
})
