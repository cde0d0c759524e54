// For each defence of the desk: the attack fails while it stands, and succeeds, or meets the next lock, once it is gone.
import { expect, test } from 'vitest'
import { takeHandover } from '../../src/desk/index.ts'
import type { HandoverId } from '../../src/desk/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import { createDeskWorld } from '../setup/desk-world.ts'
import type { DeskWorld } from '../setup/desk-world.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import { banks, createTrustWorld } from '../setup/trust-world.ts'
import { deskMutants } from './desk-mutants.ts'
import type { DeskMutant } from './desk-mutants.ts'

const attacks: { readonly [Name in DeskMutant['attack']]: (desk: DeskWorld) => Promise<boolean> } = {
  'take another bank’s customer': async (desk) =>
    (await takeHandover(desk.deps, { agent: 'south.agent', handover: undefined, name: 'South' })).ok,
  'read a colleague’s conversation': async (desk) => {
    const taken = await takeHandover(desk.deps, { agent: 'north.agent', handover: undefined, name: 'North' })
    if (!taken.ok) throw new Error(taken.code)
    const handover: HandoverId = taken.value.handover
    return (await desk.deps.database.run('SELECT FROM desk.held($1, $2)', ['north.second', handover])) === 1
  },
}

async function runAttack(name: DeskMutant['attack'], sql: readonly string[]): Promise<'succeeds' | 'stopped'> {
  const database = await cloneDatabase()
  const world = await createTrustWorld(database)
  try {
    const desk = createDeskWorld(database, world)
    for (const login of ['north.agent', 'north.second']) await desk.addAgent(login, { institutions: [banks.north] })
    await desk.addAgent('south.agent', { institutions: [banks.south] })
    await desk.ask(await createErasureWorld(database, world).addCustomer(), 'why?')
    for (const change of sql) await database.admin.run(change)
    return (await attacks[name](desk)) ? 'succeeds' : 'stopped'
  } finally {
    await world.end()
    await database.drop()
  }
}

test.each([...new Set(deskMutants.map(({ attack }) => attack))])(
  'with every defence in place nobody can %s',
  async (attack) => {
    expect(await runAttack(attack, [])).toBe('stopped')
  },
)

test.each(deskMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
  expect(await runAttack(mutant.attack, mutant.sql)).toBe(mutant.expect)
})
