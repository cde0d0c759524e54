import { expect, test } from 'vitest'
import { sayPeriod } from './say-period.ts'

test('a period is said as people of that language say it', () => {
  const spaces = (text: string) => text.replace(/\s/gu, ' ')
  expect(spaces(sayPeriod('en', '2026-11-01', '2026-11-21'))).toMatch(/^1 ?– ?21 November 2026$/)
  expect(sayPeriod('en', '2026-11-20', '2026-11-20', 2026)).toBe('Friday 20 November')
  expect(sayPeriod('en', '2025-11-20', '2025-11-20', 2026)).toBe('Thursday 20 November 2025')
  expect(sayPeriod('de', '2026-10-01', '2026-10-31')).toBe('Oktober 2026')
  expect(sayPeriod('fr', '2025-01-01', '2025-12-31')).toBe('2025')
  expect(sayPeriod('es', '2026-11-20', '2026-11-20', 2026)).toBe('viernes, 20 de noviembre')
  expect(sayPeriod('pt', undefined, '2026-11-20', 2026)).toBe('até sexta-feira, 20 de novembro')
  expect(sayPeriod('en', undefined, undefined)).toBe('')
  expect(sayPeriod('en', '2026-02-30', undefined)).toBe('')
})
