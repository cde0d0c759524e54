// For each defence of the desk: the attack fails while it stands, and succeeds, or meets the next lock, once it is gone.
import { expect, test } from 'vitest'
import { openPermit } from '../../src/consent/index.ts'
import { agentOfSession } from '../../src/desk/agent-name.ts'
import { giveBack } from '../../src/desk/give-back.ts'
import { lookForCustomer } from '../../src/desk/look-for-customer.ts'
import { takeHandover } from '../../src/desk/take-handover.ts'
import type { HandoverId } from '../../src/desk/index.ts'
import { askToSee, createAskedBank, lookDeps, openCentre } from '../setup/agent-leave.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createDeskWorld } from '../setup/desk-world.ts'
import type { DeskWorld } from '../setup/desk-world.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import { banks, createTrustWorld } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'
import { deskMutants } from './desk-mutants.ts'
import type { DeskMutant } from './desk-mutants.ts'

type Scene = { readonly desk: DeskWorld; readonly database: TestDatabase; readonly world: TrustWorld }

/** An agent with a conversation in hand whose customer has allowed them to look at balances. */
async function allowed({ desk, database, world }: Scene) {
  const session = await desk.signIn('north.agent')
  const agent = agentOfSession(session)
  const maya = await createErasureWorld(database, world).addCustomer()
  await desk.ask(maya, 'how much?', { priority: 'urgent' })
  const taken = await takeHandover(desk.deps, { agent, handover: undefined, name: 'North' })
  if (!taken.ok) throw new Error(taken.code)
  const { handover } = taken.value
  await askToSee(desk, { session, handover })
  if (!(await (await openCentre(database, world, maya)).allow())) throw new Error('not allowed')
  const deps = lookDeps(desk, world, createAskedBank())
  const { institution, conversation } = maya.terms
  const direct = () => openPermit(deps, { customer: maya.id, institution, conversation, dataClass: 'balance' })
  return { session, agent, handover, deps, direct }
}

const attacks: { readonly [Name in DeskMutant['attack']]: (desk: DeskWorld, scene: Scene) => Promise<boolean> } = {
  'look at a bank without an agent’s session': async (_desk, scene) => (await (await allowed(scene)).direct()).ok,
  'look at a bank for another case': async (desk, scene) => {
    const { session, agent, deps } = await allowed(scene)
    const other = await takeHandover(desk.deps, { agent, handover: undefined, name: 'North' })
    if (!other.ok) throw new Error(other.code)
    return (await lookForCustomer(deps, { session, handover: other.value.handover, dataClass: 'balance' })).ok
  },
  'look at a bank after the hand-back': async (desk, scene) => {
    const { session, agent, handover, deps, direct } = await allowed(scene)
    const seen = await lookForCustomer(deps, { session, handover, dataClass: 'balance' })
    if (!seen.ok) throw new Error(seen.code)
    await giveBack(desk.deps, { agent, handover, note: undefined, closesCase: false })
    return (await direct()).ok
  },
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
    return (await attacks[name](desk, { desk, database, world })) ? 'succeeds' : 'stopped'
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
