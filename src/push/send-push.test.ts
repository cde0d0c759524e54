import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startPushService } from '../../sandbox/push/start-push-service.ts'
import type { PushService } from '../../sandbox/push/start-push-service.ts'
import { toInstant } from '../kernel/index.ts'
import { createLogger, createMetrics, systemClock } from '../platform/index.ts'
import { pushKeys } from './push-key.ts'
import { readEndpoint } from './read-endpoint.ts'
import { createPushSender } from './send-push.ts'
import type { PushSender } from './send-push.ts'

let service: PushService
let sender: PushSender
const ambient = {
  clock: systemClock,
  logger: createLogger({ role: 'test', level: 'silent' }),
  metrics: createMetrics({ processMetrics: false }),
}
const key = pushKeys.make()
const subject = 'mailto:push@bank.example'

beforeAll(async () => {
  service = await startPushService({ port: 0 })
  sender = createPushSender(ambient, { key, subject, practice: service.origin })
})
afterAll(async () => {
  sender.close()
  await service.close()
})

const others: PushSender[] = []
afterEach(() => others.splice(0).forEach((each) => each.close()))
function otherSender(about: Partial<Parameters<typeof createPushSender>[1]>, deps = ambient): PushSender {
  const made = createPushSender(deps, { key, subject, practice: service.origin, ...about })
  others.push(made)
  return made
}

const push = (browser: string, topic = 'one', lifeSeconds = 900) => ({
  endpoint: `${service.origin}/push/${browser}`,
  topic,
  lifeSeconds,
})

describe('a push', () => {
  test('is empty, urgent, kept no longer than asked, and signed for that service alone', async () => {
    expect(await sender.send(push('a'))).toEqual({ kind: 'taken' })
    expect(service.received.at(-1)).toMatchObject({
      ...{ browser: 'a', bytes: 0, lifeSeconds: 900, urgency: 'high', topic: 'one', subject },
    })
  })

  test('takes the place of one about the same matter that waits', async () => {
    await sender.send(push('b', 'one', 900))
    await sender.send(push('b', 'two', 900))
    await sender.send(push('b', 'one', 60))
    const waiting = service.waitingFor('b').map(({ topic, lifeSeconds }) => [topic, lifeSeconds])
    expect(waiting).toEqual([
      ['one', 60],
      ['two', 900],
    ])
  })

  test('is refused by the service under another key, with a clock that is a day off, and then the service still takes ours', async () => {
    await sender.send(push('c'))
    expect(await otherSender({ key: pushKeys.make() }).send(push('c'))).toEqual({ kind: 'refused' })
    const late = { ...ambient, clock: { ...systemClock, now: () => toInstant(systemClock.now() - 86_400_000) } }
    expect(await otherSender({}, late).send(push('c'))).toEqual({ kind: 'refused' })
    const early = { ...ambient, clock: { ...systemClock, now: () => toInstant(systemClock.now() + 2 * 86_400_000) } }
    expect(await otherSender({}, early).send(push('c'))).toEqual({ kind: 'refused' })
    expect(service.received.filter(({ browser }) => browser === 'c')).toHaveLength(1)
    expect(await sender.send(push('c'))).toEqual({ kind: 'taken' })
  })

  test('to a browser that wants no more finds it gone', async () => {
    service.drop('d')
    expect(await sender.send(push('d'))).toEqual({ kind: 'gone' })
    service.answerNext({ status: 404 })
    expect(await sender.send(push('e'))).toEqual({ kind: 'gone' })
  })

  test('comes back later where the service is busy, broken or away, after as long as it asks', async () => {
    service.answerNext({ status: 429, headers: { 'retry-after': '120' } }, { status: 503 }, { status: 500 })
    expect(await sender.send(push('f'))).toEqual({ kind: 'later', waitMs: 120_000 })
    expect(await sender.send(push('f'))).toEqual({ kind: 'later', waitMs: undefined })
    expect(await sender.send(push('f'))).toEqual({ kind: 'later', waitMs: undefined })
    const now = toInstant(Date.UTC(2026, 10, 23, 3, 0, 0))
    const at = { ...ambient, clock: { ...systemClock, now: () => now } }
    service.answerNext({ status: 429, headers: { 'retry-after': 'Mon, 23 Nov 2026 03:01:30 GMT' } })
    expect(await otherSender({}, at).send(push('f'))).toEqual({ kind: 'later', waitMs: 90_000 })
    const gone = await startPushService({ port: 0 })
    await gone.close()
    const away = otherSender({ practice: gone.origin })
    expect(await away.send({ ...push('f'), endpoint: `${gone.origin}/push/f` })).toMatchObject({ kind: 'later' })
  })

  test('follows no redirect', async () => {
    let asked = 0
    const inside = createServer((_request, response) => {
      asked += 1
      response.end()
    })
    await new Promise<void>((resolve) => inside.listen({ host: '127.0.0.1', port: 0 }, resolve))
    const { port } = inside.address() as AddressInfo
    for (const status of [301, 302, 307, 308]) {
      service.answerNext({ status, headers: { location: `http://127.0.0.1:${port}/push/g` } })
      expect(await sender.send(push('g'))).toEqual({ kind: 'refused' })
    }
    await new Promise((resolve) => inside.close(resolve))
    expect(asked).toBe(0)
  })

  test('never leaves for an address that is no push service’s, whatever a row says', async () => {
    const before = service.received.length
    const strict = otherSender({ practice: undefined })
    expect(await strict.send(push('h'))).toEqual({ kind: 'refused' })
    expect(service.received).toHaveLength(before)
  })
})

describe('an address', () => {
  test.each([
    'https://fcm.googleapis.com/fcm/send/dpH5lCsTSSM:APA91bHqjZxM0VImWWqDRN7U0a3AycjUf4O-byuxb',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAAAABjX0Yj',
    'https://web.push.apple.com/QGuQyavXutnMH9XrFrDtEJ1tPWAn',
    'https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2fxY',
  ])('of a browser’s push service counts: %s', (text) => {
    expect(readEndpoint(text)).toBe(text)
  })

  test.each([
    ['another host', 'https://push.example/fcm/send/x'],
    ['a host that ends alike', 'https://evilfcm.googleapis.com/x'],
    ['a host that begins alike', 'https://fcm.googleapis.com.push.example/x'],
    ['a name below Windows’ that has names of its own', 'https://a.b.notify.windows.com/x'],
    ['that very name', 'https://notify.windows.com/x'],
    ['a dot at the end', 'https://fcm.googleapis.com./x'],
    ['no TLS', 'http://fcm.googleapis.com/x'],
    ['another port', 'https://fcm.googleapis.com:8443/x'],
    ['a login', 'https://me:secret@fcm.googleapis.com/x'],
    ['a login that looks like the host', 'https://fcm.googleapis.com@10.0.0.1/x'],
    ['a backslash', 'https://fcm.googleapis.com\\@10.0.0.1/x'],
    ['a fragment', 'https://fcm.googleapis.com/x#y'],
    ['capitals', 'https://FCM.googleapis.com/x'],
    ['letters that look alike', 'https://fcm.gооgleapis.com/x'],
    ['steps in the path', 'https://fcm.googleapis.com/a/../b'],
    ['line ends', 'https://fcm.googleapis.com/x\r\nhost: y'],
    ['no path', 'https://fcm.googleapis.com/'],
    ['this machine', 'https://127.0.0.1/x'],
    ['this machine, practising', 'http://127.0.0.1:4106/push/x'],
    ['the cloud’s own', 'http://169.254.169.254/latest/meta-data'],
    ['a file', 'file:///etc/passwd'],
    ['nothing', ''],
    ['more than any is long', `https://fcm.googleapis.com/${'x'.repeat(1_000)}`],
  ])('with %s is none', (_, text) => {
    expect(readEndpoint(text)).toBeUndefined()
    expect(readEndpoint(text, 'http://127.0.0.1:4107')).toBeUndefined()
  })

  test('at the practice service counts only there', () => {
    const practice = 'http://127.0.0.1:4106'
    expect(readEndpoint(`${practice}/push/x`, practice)).toBe(`${practice}/push/x`)
    expect(readEndpoint('http://me@127.0.0.1:4106/push/x', practice)).toBeUndefined()
    expect(readEndpoint('http://127.0.0.1:41060/push/x', practice)).toBeUndefined()
  })
})
