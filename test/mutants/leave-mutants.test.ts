// For each defence of the leave for fraud alerts: nobody silences them while it stands, and somebody does once it is gone.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { stepAlert } from '../../src/alerts/step-alert.ts'
import type * as StepAlert from '../../src/alerts/step-alert.ts'
import type { FraudAlert } from '../../src/alerts/fraud-alert.ts'
import { toInstant } from '../../src/kernel/index.ts'
import type * as Centre from '../../src/privacy-centre/index.ts'
import { createCentreBrowser, createCentreWorld, signed } from '../attacks/centre-world.ts'
import type { CentreBrowser, CentreCustomer, CentreWorld } from '../attacks/centre-world.ts'
import { newId } from '../setup/trust-world.ts'
import type { Change } from './change.ts'
import { changeDatabase, loadProduct } from './load-product.ts'
import { leaveMutants, replyMutants } from './leave-mutants.ts'
import type { LeaveMutant, ReplyMutant } from './leave-mutants.ts'

type Scene = { readonly world: CentreWorld; readonly victim: CentreCustomer; readonly browser: CentreBrowser }

const purposes = { 'answer-customer': ['balance', 'card-status'], 'fraud-alerts': ['card-events', 'card-status'] } as const // prettier-ignore
const end = '/me/alerts/north-bank/end'
const nobody = z.object({})

const attacks: { readonly [Name in LeaveMutant['attack']]: (scene: Scene) => Promise<string> } = {
  'silence by one press': async ({ browser, victim }) => {
    await browser.post(`/me/sharing/${victim.terms.id}/narrow`, { class: 'card-status' })
    await browser.post('/me/sharing/end', { institution: 'north-bank' })
    await browser.post('/me/stop')
    return 'the press, which spares them'
  },
  'silence without the passkey': async ({ browser }) => {
    await browser.post(end, { response: '{}' })
    return 'the passkey'
  },
  'silence by another act': async ({ browser, victim }) => {
    const { challenge } = await browser.options('/me/phrase/challenge')
    await browser.post(end, { response: signed(victim.passkey, challenge) })
    return 'the challenge'
  },
  'silence by words': async ({ world, victim }) => {
    await world.answer.rows(nobody, 'SELECT consent.stop_answers($1)', [victim.conversation])
    const { id } = await world.answer.one(z.object({ id: z.string() }), 'SELECT id::text FROM consent.ask_alerts_end($1)', [victim.conversation]) // prettier-ignore
    await world.database.connect('revoker').rows(nobody, 'SELECT FROM consent.end_alerts($1)', [id])
    return 'the day'
  },
}

async function runAttack(name: LeaveMutant['attack'], changes: readonly Change[]): Promise<LeaveMutant['expect']> {
  // What changes in the database alone needs no copy of the code.
  const product = changes.some((change) => 'file' in change) ? await loadProduct(changes) : undefined
  const centre: typeof Centre | undefined = product && (await import(/* @vite-ignore */ product.door('privacy-centre')))
  const world = await createCentreWorld(
    product === undefined || centre === undefined ? {} : { product: { centre, keystore: product.keystore } },
  )
  try {
    await changeDatabase(world.database.admin, world.database.prefix, changes)
    const victim = await world.addCustomer({ purposes })
    const browser = createCentreBrowser(world.origin)
    await browser.signIn(victim.passkey)
    const stoppedBy = await attacks[name]({ world, victim, browser }).catch((fault: unknown) => String(fault))
    return (await alertsOf(world, victim)) < 2 ? 'succeeds' : { stoppedBy }
  } finally {
    await world.end()
    product?.close()
  }
}

async function alertsOf({ admin }: CentreWorld, { id }: CentreCustomer): Promise<number> {
  const { live } = await admin.one(
    z.object({ live: z.coerce.number() }),
    `SELECT count(*) AS live FROM consent.grant_ g WHERE customer = $1 AND purpose = 'fraud-alerts' AND consent.holds_now(g)`,
    [id],
  )
  return live
}

/** What words alone do to a question, as the code under test decides it. */
const replies: { readonly [Name in ReplyMutant['attack']]: (step: typeof stepAlert) => boolean } = {
  'put a question to rest unseen': (step) => step(asked({ informed: false }), itWasMe).alert.state === 'genuine',
  'let a declined payment through by words': (step) =>
    step(asked({ informed: true, declined: true }), itWasMe).alert.state === 'genuine',
  'take “not me” back by words': (step) => {
    const { alert } = step(asked({ informed: true }), { kind: 'not-me', at })
    return step(alert, itWasMe).effects.some((effect) => effect.do === 'label' && !effect.isFraud)
  },
}

const at = toInstant(1_000)
const itWasMe = { kind: 'it-was-me', withPasskey: false, at } as const

function asked(change: Partial<FraudAlert>): FraudAlert {
  const id = newId<FraudAlert['id']>()
  const none = { verdict: undefined, dueAt: undefined, freezeOrdered: false, personAsked: false } as const
  return { id, origin: 'question', state: 'asked', declined: false, informed: false, ...none, ...change }
}

test.each(replyMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, { attack, changes }) => {
  expect(replies[attack](stepAlert)).toBe(false)
  const product = await loadProduct(changes)
  try {
    const folder = new URL('.', product.door('alerts'))
    const changed: typeof StepAlert = await import(/* @vite-ignore */ new URL('step-alert.js', folder).href)
    expect(replies[attack](changed.stepAlert)).toBe(true)
  } finally {
    product.close()
  }
})

test.each([
  ['silence by one press', 'the press, which spares them'],
  ['silence without the passkey', 'the passkey'],
  ['silence by another act', 'the challenge'],
  ['silence by words', 'the day'],
] as const)('with every defence in place nobody can %s', async (attack, stoppedBy) => {
  expect(await runAttack(attack, [])).toEqual({ stoppedBy })
})

test.each(leaveMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
  expect(await runAttack(mutant.attack, mutant.changes)).toEqual(mutant.expect)
})
