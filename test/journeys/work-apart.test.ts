import { constants, getPriority } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { type ParleyProcesses, startParley } from '../setup/parley-processes.ts'
import { waitUntilQuiet } from '../setup/wait-until-quiet.ts'

let parley: ParleyProcesses

beforeAll(async () => {
  parley = await startParley({ workApart: true })
})
afterAll(() => parley?.stop())

test('with `serve --no-work`, messages are accepted while nobody works, and answered once a worker is back', async () => {
  const { messengerControl, worker } = parley
  if (worker === undefined) throw new Error('no worker was started')
  const psid = await messengerControl.createPerson('Wanda')
  // Whoever waits for an acknowledgement goes before whoever waits for a reply.
  expect(getPriority(worker.pid())).toBe(constants.priority.PRIORITY_BELOW_NORMAL)
  expect(getPriority(parley.gateway.pid())).toBe(getPriority())
  await worker.kill()
  for (const words of ['hello', 'help', 'thanks']) await messengerControl.say(psid, words)
  await eventually('all acknowledged', async () => {
    const thread = await messengerControl.thread(psid)
    return thread.filter(({ acknowledged }) => acknowledged === true).length === 3
  })
  // What accepts does no work: three jobs stand there, and nothing was said.
  expect((await messengerControl.thread(psid)).filter(({ from }) => from === 'page')).toEqual([])

  await worker.start()
  await waitUntilQuiet(parley, 120_000)
  const thread = await messengerControl.thread(psid)
  expect(thread.filter(({ from }) => from === 'page')).toHaveLength(3)
})
