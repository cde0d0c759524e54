import { expect, test } from 'vitest'
import { z } from 'zod'
import { Fault, Secret } from '../kernel/index.ts'
import { createLogger } from './logger.ts'
import type { LogFields } from './logger.ts'
import { createMetrics } from './metrics.ts'

const metrics = createMetrics({ processMetrics: false })

function logged(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = []
  write(createLogger({ role: 'test', level: 'debug', destination: { write: (line) => lines.push(line) }, metrics }))
  expect(lines).toHaveLength(1)
  return z.record(z.string(), z.unknown()).parse(JSON.parse(lines[0] ?? ''))
}

/** What a careless caller could pass, past the types. */
const anything = (fields: unknown): LogFields => z.custom<LogFields>().parse(fields)

test('a line carries its event and the listed fields, and nothing else', async () => {
  const line = logged((log) =>
    log.info(
      'answer.sent',
      anything({ answerId: 'a-1', channel: 'messenger', count: 3n, text: 'CANARY', balance: 12 }),
    ),
  )
  expect(line).toEqual({
    level: 30,
    time: expect.any(Number),
    role: 'test',
    event: 'answer.sent',
    answerId: 'a-1',
    channel: 'messenger',
    count: '3',
  })
  expect((await metrics.render()).text).toContain('parley_log_fields_dropped_total{field="unlisted"} 2')
})

test.each([
  ['prose', 'my balance is 12'],
  ['a card number', '4111111111111111'],
  ['a card number in an id', 'x-4111111111111111'],
  ['an e-mail-like text with spaces', 'Anna Doe <anna@example.org>'],
  ['an object', { name: 'Anna' }],
  ['a list', ['Anna']],
  ['a secret', new Secret('CANARY')],
  ['a long text', 'a'.repeat(300)],
])('a listed key does not let %s through', (_, value) => {
  const line = logged((log) => log.info('answer.sent', anything({ reason: value })))
  expect(line).not.toHaveProperty('reason')
})

test('an event’s name is ours or is not printed', () => {
  expect(logged((log) => log.info('Anna asked for her balance'))['event']).toBe('unnamed')
})

test('a thrown thing is named by code, class and place; its message stays out, and so do its causes’', () => {
  const cause = Object.assign(new Error('Key (name)=(Anna) exists'), { severity: 'ERROR', code: '23505' })
  const line = logged((log) =>
    log.fault('job.failed', new Fault('platform/query-failed', { retry: 'later', cause }), { jobId: '7' }),
  )
  expect(line).toMatchObject({
    event: 'job.failed',
    code: 'platform/query-failed',
    retry: 'later',
    sqlState: '23505',
    jobId: '7',
  })
  expect(String(line['at'])).toMatch(/^src\/platform\/logger\.test\.ts:\d+$/)
  expect(JSON.stringify(line)).not.toContain('Anna')
})

test('a UUID is an id, whatever digits it holds', () => {
  const id = '12345678-1234-1234-1234-123456789012'
  expect(logged((log) => log.info('answer.sent', { answerId: id }))['answerId']).toBe(id)
})
