import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Secret } from '../../kernel/index.ts'
import { batchTakes } from './batch-takes.ts'
import type { PersonEvent, WebhookContent } from './parse-webhook.ts'

/** One webhook with a message of each of these people. */
function webhook(people: readonly string[], carrierId: string): WebhookContent {
  const events = people.map((psid): PersonEvent => ({
    kind: 'person',
    psid: new Secret(psid),
    carrierId,
    inbound: 'text',
    text: new Secret('hi'),
    payload: undefined,
    sentAt: undefined,
  }))
  return { people: events, echoes: [], threads: [], ignored: 0 }
}

/** A disk whose commits end in any order, some of them failing; `ended` is what is on it, in the order of the ends. */
function moodyDisk() {
  const ended: { readonly psid: string; readonly carrierId: string }[] = []
  const underWay: { readonly content: WebhookContent; readonly end: (ok: boolean) => void }[] = []
  let most = 0
  return {
    ended,
    most: () => most,
    waiting: () => underWay.length,
    take: (content: WebhookContent) =>
      new Promise<void>((resolve, reject) => {
        const end = (ok: boolean): void => {
          if (!ok) return reject(new Error('the disk is moody'))
          for (const { psid, carrierId } of content.people) ended.push({ psid: psid.reveal(), carrierId })
          resolve()
        }
        underWay.push({ content, end })
        most = Math.max(most, underWay.length)
      }),
    /** Ends one of the commits under way. */
    async endOne(pick: number, ok: boolean): Promise<void> {
      const [one] = underWay.splice(pick % underWay.length, 1)
      one?.end(ok)
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
    },
  }
}

const person = fc.constantFrom('a', 'b', 'c', 'd')
const arrival = fc.record({ people: fc.uniqueArray(person, { minLength: 1, maxLength: 2 }), endsFirst: fc.boolean() })

test('whatever ends first, each person’s messages are on disk in the order in which they came, each once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arrival, { minLength: 1, maxLength: 40 }),
      fc.infiniteStream(fc.nat(7)),
      async (arrivals, chance) => {
        const disk = moodyDisk()
        const takeIn = batchTakes(disk.take)
        const answers: Promise<void>[] = []
        for (const [at, { people, endsFirst }] of arrivals.entries()) {
          answers.push(takeIn(webhook(people, String(at))))
          if (endsFirst && disk.waiting() > 0) await disk.endOne(chance.next().value, true)
        }
        while (disk.waiting() > 0) await disk.endOne(chance.next().value, true)
        await Promise.all(answers)
        for (const psid of ['a', 'b', 'c', 'd']) {
          const sent = arrivals.flatMap(({ people }, at) => (people.some((one) => one === psid) ? [String(at)] : []))
          expect(disk.ended.filter((one) => one.psid === psid).map(({ carrierId }) => carrierId)).toEqual(sent)
        }
        expect(disk.most()).toBeLessThanOrEqual(2)
      },
    ),
  )
})

test('people who have nothing to do with each other are written at the same time', async () => {
  const disk = moodyDisk()
  const takeIn = batchTakes(disk.take)
  const answers = [takeIn(webhook(['a'], '1')), takeIn(webhook(['b'], '2')), takeIn(webhook(['a'], '3'))]
  expect(disk.waiting()).toBe(2)
  await disk.endOne(1, true)
  expect(disk.waiting()).toBe(1)
  await disk.endOne(0, true)
  await disk.endOne(0, true)
  await Promise.all(answers)
})

test('a shared commit that fails is tried one by one, and only the bad one is told so', async () => {
  const disk = moodyDisk()
  const takeIn = batchTakes(disk.take)
  const first = [takeIn(webhook(['x'], '0')), takeIn(webhook(['y'], '0'))]
  const answers = [takeIn(webhook(['a'], '1')), takeIn(webhook(['b'], '2'))].map((one) =>
    one.then(
      () => 'stored',
      () => 'refused',
    ),
  )
  await disk.endOne(0, true)
  await disk.endOne(0, true)
  await disk.endOne(0, false)
  await disk.endOne(0, false)
  await disk.endOne(0, true)
  await Promise.all(first)
  expect(await Promise.all(answers)).toEqual(['refused', 'stored'])
})
