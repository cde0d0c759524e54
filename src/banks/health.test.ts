import { expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { systemClock } from '../platform/index.ts'
import type { Clock } from '../platform/index.ts'
import type { Egress, EgressAnswer, EgressFailure } from './egress/create-egress.ts'
import { createHealth } from './health.ts'
import type { HealthOf } from './health.ts'
import { createRecentOutcomes } from './recent-outcomes.ts'
import type { RecentOutcomes } from './recent-outcomes.ts'

const id = 'bank' as InstitutionId
const found = {
  id,
  name: 'Bank',
  issuer: 'https://b.example',
  fdxUrl: 'https://b.example/fdx',
  clientId: 'c',
  callsPerDay: 0,
}
const down: EgressFailure = { ok: false, trouble: 'no-connection', staleSocket: false }

test.each<[string, Readonly<Record<string, EgressAnswer | EgressFailure>>, string]>([
  ['whose health page is well', { '/health': said(200, '{"status":"ok"}') }, 'ok'],
  ['whose health page says little', { '/health': said(200, 'fine') }, 'ok'],
  ['that calls itself degraded', { '/health': said(200, '{"status": "degraded"}') }, 'degraded'],
  ['that calls itself down', { '/health': said(200, '{"status":"down"}') }, 'down'],
  ['whose health page fails', { '/health': said(503, '') }, 'down'],
  ['that asks to be left alone', { '/health': said(429, '') }, 'degraded'],
  ['that does not answer', { '/health': down }, 'down'],
  ['without a health page', { '/health': said(404, ''), '/.well-known/openid-configuration': said(200, '{}') }, 'ok'],
  ['without both', { '/health': said(404, ''), '/.well-known/openid-configuration': said(500, '') }, 'down'],
])('a bank %s', async (_name, pages, expected) => {
  const { health } = open(pages)
  expect(await health(id)).toBe(expected)
})

test('a well page does not hide that half of our own looks failed in the last minute', async () => {
  const { health, recent, pass } = open({ '/health': said(200, '{"status":"ok"}') })
  for (const outcome of ['ok', 'banks/unreachable', 'banks/unreadable', 'ok'] as const) recent.add(id, outcome)
  expect(await health(id)).toBe('degraded')
  pass(61_000)
  expect(await health(id)).toBe('ok')
})

test('refusals that are not the bank’s fault do not count against it', async () => {
  const { health, recent } = open({ '/health': said(200, '') })
  for (let look = 0; look < 10; look += 1) recent.add(id, 'banks/link-expired')
  expect(await health(id)).toBe('ok')
})

test('a hundred visitors of the link page ask the bank once in five seconds', async () => {
  const { health, pass, asked } = open({ '/health': said(200, '') })
  await Promise.all(Array.from({ length: 100 }, () => health(id)))
  expect(asked()).toBe(1)
  pass(5_001)
  await health(id)
  expect(asked()).toBe(2)
})

test('a bank that is not configured here is down', async () => {
  expect(await open({}).health('other' as InstitutionId)).toBe('down')
})

type World = { health: HealthOf; recent: RecentOutcomes; pass: (ms: number) => void; asked: () => number }

function open(pages: Readonly<Record<string, EgressAnswer | EgressFailure>>): World {
  let now = Date.now()
  let asked = 0
  const clock: Clock = { ...systemClock, now: () => toInstant(now) }
  const egress: Egress = {
    send: ({ url }) => {
      asked += 1
      return Promise.resolve(pages[url.pathname] ?? down)
    },
    close: () => undefined,
  }
  const recent = createRecentOutcomes(clock)
  const directory = { find: (each: InstitutionId) => Promise.resolve(each === id ? found : undefined) }
  const health = createHealth({ directory, egress, recent, clock })
  return { health, recent, pass: (ms) => (now += ms), asked: () => asked }
}

function said(status: number, body: string): EgressAnswer {
  return { ok: true, status, headers: {}, body }
}
