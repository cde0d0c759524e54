// For each defence of messages that nobody asked for: the attack fails while it stands, and succeeds, or meets the next lock, once it
// is gone.
import { expect, test } from 'vitest'
import { endings, leaveHolds } from '../../src/consent/index.ts'
import { toInstant } from '../../src/kernel/index.ts'
import type * as NotifyModule from '../../src/notify/index.ts'
import { billDue, createNotifyWorld } from '../setup/notify-world.ts'
import type { NotifyWorld } from '../setup/notify-world.ts'
import { banks } from '../setup/trust-world.ts'
import { sqlState } from '../../src/platform/database/sql-state.ts'
import type { Change } from './change.ts'
import { changeDatabase, loadProduct } from './load-product.ts'
import { notifyMutants } from './notify-mutants.ts'
import type { NotifyMutant } from './notify-mutants.ts'
import { inPart } from './in-part.ts'

type Verdict = NotifyMutant['expect']

const attacks: { readonly [Name in NotifyMutant['attack']]: (world: NotifyWorld) => Promise<Verdict> } = {
  'tell after a stop': async (world) => {
    const customer = await world.addCustomer()
    customer.bank.bills = [billDue(2)]
    await world.notify.takeTurns()
    const finish = await world.startLook(customer)
    await world.consent.transaction((tx) => endings.end(tx, { customer: customer.id }, 'customer-on-page'))
    const refused = await finish?.().then(
      () => undefined,
      (fault: unknown) => sqlState(fault),
    )
    if (refused === '42501') return { stoppedBy: 'the row policy of what was told' }
    const [message] = await world.waiting(customer)
    if (message === undefined) return { stoppedBy: 'the gate, asked again at disclosure' }
    const channel = world.clone.connect('channel', { poolMax: 1 })
    const goes = message.leave.length === 0 || (await leaveHolds(channel, message.leave))
    return goes ? 'succeeds' : { stoppedBy: 'the leave, asked again when the message is sent' }
  },
  'tell a fact twice': async (world) => {
    const customer = await world.addCustomer()
    customer.bank.bills = [billDue(2)]
    await world.look(customer)
    await world.makeDue(customer)
    await world.look(customer)
    const messages = (await world.waiting(customer)).length
    if (messages > 1) return 'succeeds'
    const levels = `audit.entry WHERE customer = $1 AND level = 'sealed'`
    const wasSaidToBeTold = (await world.count(levels, [customer.id])) > 2
    return { stoppedBy: wasSaidToBeTold ? 'the fingerprint’s primary key' : 'what was told before' }
  },
  'look twice a day': async (world) => {
    const customer = await world.addCustomer()
    await world.look(customer)
    if (await world.look(customer)) return 'succeeds'
    return { stoppedBy: 'notify.take' }
  },
  'look without leave': async (world) => {
    const customer = await world.addCustomer({ notices: false })
    // As if it had been watched once.
    await world.clone.admin.run('INSERT INTO notify.watch (customer, institution) VALUES ($1, $2)', [
      customer.id,
      banks.north,
    ])
    const payload = { customer: customer.id, institution: banks.north }
    world.seen.length = 0
    const job = { id: 1n, kind: 'notify.look', key: 'x', payload, attempt: 1, createdAt: toInstant(Date.now()) }
    await world.notify.handlers['notify.look']?.(job)
    if (world.seen.length > 0) return 'succeeds'
    return {
      stoppedBy: (await world.count('audit.entry WHERE customer = $1', [customer.id])) === 0 ? 'the gate' : 'the bank',
    }
  },
}

async function runAttack(name: NotifyMutant['attack'], changes: readonly Change[]): Promise<Verdict> {
  const product = await loadProduct(changes)
  const notify: typeof NotifyModule = await import(/* @vite-ignore */ product.door('notify'))
  const world = await createNotifyWorld({ create: notify.createNotify })
  try {
    await changeDatabase(world.clone.admin, world.clone.prefix, changes)
    return await attacks[name](world)
  } finally {
    await world.end()
    product.close()
  }
}

test.each([...new Set(notifyMutants.map(({ attack }) => attack))])(
  'with every defence in place nobody can %s',
  async (attack) => {
    expect(await runAttack(attack, [])).not.toBe('succeeds')
  },
)

test.each(inPart(notifyMutants).map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
  expect(await runAttack(mutant.attack, mutant.changes)).toEqual(mutant.expect)
})
