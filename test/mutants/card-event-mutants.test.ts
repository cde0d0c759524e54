// For each lock of card events: a stolen login keeps nothing while it stands, and does once it is gone.
import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Database, type Tx, sqlState } from '../../src/platform/index.ts'
import { type Cardholder, type CardEventsWorld, createCardEventsWorld } from '../setup/card-events-world.ts'
import { banks } from '../setup/trust-world.ts'
import { type CardEventMutant, cardEventMutants } from './card-event-mutants.ts'
import type { Change } from './change.ts'
import { changeDatabase } from './load-product.ts'

type Scene = { readonly fraud: Database; readonly holder: Cardholder; readonly world: CardEventsWorld }

async function stand(tx: Tx, { world, holder }: Scene): Promise<void> {
  const { id } = await world.clone.admin.one(
    z.object({ id: z.string() }),
    `SELECT id FROM consent.grant_ WHERE customer = $1 AND data_class = 'card-events'`,
    [holder.id],
  )
  await tx.run('SELECT gate.stand($1, $2, $3)', [[id], [randomBytes(32)], [randomBytes(60)]])
}

async function add(tx: Tx, { holder }: Scene): Promise<string> {
  const event = [[randomUUID()], [holder.id], [banks.north], ['authorization'], [''], randomBytes(64), [1], [64]]
  try {
    await tx.run('SELECT gate.add_card_events($1, $2, $3, $4, $5, $6, $7, $8)', event)
    return 'kept'
  } catch (fault) {
    return sqlState(fault) ?? 'unknown'
  }
}

const attacks: { readonly [Name in CardEventMutant['attack']]: (scene: Scene) => Promise<string> } = {
  'keep without a look': (scene) => add(scene.fraud, scene),
  async 'keep behind a look that can be rolled back'(scene) {
    let said = ''
    // The refusal has broken the transaction; that it cannot commit is no other answer.
    await scene.fraud
      .transaction(async (tx) => {
        await stand(tx, scene)
        said = await add(tx, scene)
      })
      .then(undefined, () => undefined)
    return said
  },
  async 'keep after the leave ended'(scene) {
    await stand(scene.fraud, scene)
    await scene.world.clone.admin.run(
      'UPDATE consent.grant_ SET revoked_at = clock_timestamp() WHERE customer = $1',
      [scene.holder.id], // prettier-ignore
    )
    return add(scene.fraud, scene)
  },
}

async function runAttack(name: CardEventMutant['attack'], changes: readonly Change[]): Promise<string> {
  const world = await createCardEventsWorld()
  try {
    await changeDatabase(world.clone.admin, world.clone.prefix, changes)
    return await attacks[name]({ world, fraud: world.clone.connect('fraud'), holder: await world.addCustomer() })
  } finally {
    await world.end()
  }
}

test.each(cardEventMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
  expect(await runAttack(mutant.attack, [])).toBe('42501')
  expect(await runAttack(mutant.attack, mutant.changes)).toBe('kept')
})
