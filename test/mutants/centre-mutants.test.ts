// The privacy centre with one defence less: the attack that it stops then succeeds, or meets the next lock.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type * as Centre from '../../src/privacy-centre/index.ts'
import { createCentreBrowser, createCentreWorld, signed } from '../attacks/centre-world.ts'
import type { CentreBrowser, CentreCustomer, CentreWorld } from '../attacks/centre-world.ts'
import { ownForm } from '../attacks/link-requests.ts'
import type { Change } from './change.ts'
import { changeDatabase, loadProduct } from './load-product.ts'
import { inPart } from './in-part.ts'

type Verdict = 'succeeds' | { readonly stoppedBy: string }
type Scene = { readonly world: CentreWorld; readonly victim: CentreCustomer; readonly browser: CentreBrowser }

const nobody = z.object({})
const readLooks = 'SELECT FROM gate.own_entries((SELECT s.id_hash FROM customers.session s WHERE s.customer = $1 LIMIT 1), NULL, NULL, NULL, NULL, NULL, 50)' // prettier-ignore

async function sessionHash({ world, victim }: Scene): Promise<Buffer> {
  const row = await world.consent.one(
    z.object({ id_hash: z.instanceof(Buffer) }),
    `SELECT s.id_hash FROM customers.session s WHERE s.customer = $1 AND s.kind = 'me' ORDER BY s.created_at DESC LIMIT 1`,
    [victim.id],
  )
  return row.id_hash
}

async function canRead({ world }: Scene, hash: Buffer): Promise<boolean> {
  const rows = await world.centre.rows(nobody, 'SELECT FROM gate.own_entries($1, NULL, NULL, NULL, NULL, NULL, 50)', [hash]) // prettier-ignore
  return rows.length > 0
}

const attacks = {
  'read looks by a session that ended': {
    stoppedBy: 'the session',
    async run(scene) {
      const hash = await sessionHash(scene)
      await scene.browser.post('/me/sign-out')
      return (await canRead(scene, hash)) ? 'succeeds' : { stoppedBy: 'the session' }
    },
  },
  'read looks by a session whose passkey was removed': {
    stoppedBy: 'the session',
    async run(scene) {
      const hash = await sessionHash(scene)
      const removed = 'UPDATE customers.passkey SET revoked_at = clock_timestamp() WHERE customer = $1'
      await scene.world.consent.run(removed, [scene.victim.id])
      return (await canRead(scene, hash)) ? 'succeeds' : { stoppedBy: 'the session' }
    },
  },
  'read everybody’s looks with the pages’ stolen login': {
    stoppedBy: 'the login',
    async run({ world, victim }) {
      try {
        const rows = await world.consent.rows(nobody, readLooks, [victim.id])
        return rows.length > 0 ? 'succeeds' : { stoppedBy: 'the session' }
      } catch {
        return { stoppedBy: 'the login' }
      }
    },
  },
  'begin a session with the centre’s stolen login': {
    stoppedBy: 'the login',
    async run({ world, victim }) {
      const insert = `INSERT INTO customers.session (id_hash, kind, customer, credential_id, expires_at)
        VALUES (sha256('x'), 'me', $1, $2, now() + interval '1 hour')`
      try {
        await world.centre.run(insert, [victim.id, victim.passkey.credentialId])
        return 'succeeds'
      } catch {
        return { stoppedBy: 'the login' }
      }
    },
  },
  'show more without signing': {
    stoppedBy: 'the function',
    async run({ world, victim }) {
      const { customer, terms } = { customer: victim.id, terms: victim.terms.id }
      try {
        await world.consent.rows(nobody, `SELECT FROM consent.lower_terms($1, $2, 'full')`, [customer, terms])
      } catch {
        return { stoppedBy: 'the function' }
      }
      const { level } = await world.admin.one(z.object({ level: z.string() }), 'SELECT max(disclosure) AS level FROM consent.grant_ WHERE terms = $1', [terms]) // prettier-ignore
      return level === 'full' ? 'succeeds' : { stoppedBy: 'the order of levels' }
    },
  },
  'use an assertion for another act': {
    stoppedBy: 'the challenge',
    async run({ browser, victim }) {
      const { challenge } = await browser.options('/me/phrase/challenge')
      const answer = await browser.post('/me/export', { response: signed(victim.passkey, challenge) })
      return answer.status === 303 ? 'succeeds' : { stoppedBy: 'the challenge' }
    },
  },
  'sign a victim in to a cookie known beforehand': {
    stoppedBy: 'the new session id',
    async run({ world, victim }) {
      const attacker = createCentreBrowser(world.origin)
      await attacker.options('/me/sign-in/challenge')
      const tab = createCentreBrowser(world.origin)
      tab.cookie = attacker.cookie
      await tab.signIn(victim.passkey)
      return (await attacker.get('/me')).status === 200 ? 'succeeds' : { stoppedBy: 'the new session id' }
    },
  },
  'stop everything from another site': {
    stoppedBy: 'the page',
    async run({ browser }) {
      const answer = await browser.post('/me/stop', {}, { ...ownForm, 'sec-fetch-site': 'cross-site' })
      return answer.status === 303 ? 'succeeds' : { stoppedBy: 'the page' }
    },
  },
  'remove the last passkey by itself': {
    stoppedBy: 'the page',
    async run({ browser, victim }) {
      const path = `/me/passkeys/remove/${victim.passkey.credentialId.toString('base64url')}`
      const answer = await browser.approve(path, victim.passkey)
      return answer.status === 303 ? 'succeeds' : { stoppedBy: 'the page' }
    },
  },
  'fetch an export without a fresh passkey': {
    stoppedBy: 'the page',
    async run({ browser }) {
      const answer = await browser.post('/me/export/bundle')
      return answer.status === 200 ? 'succeeds' : { stoppedBy: 'the page' }
    },
  },
  'ask for the phrase’s key as the pages': {
    stoppedBy: 'the keystore',
    async run({ world, victim }) {
      try {
        await world.trust.keys.consent.profileKey(victim.id)
        return 'succeeds'
      } catch {
        return { stoppedBy: 'the keystore' }
      }
    },
  },
} as const satisfies Record<string, { readonly stoppedBy: string; run(scene: Scene): Promise<Verdict> }>

type AttackName = keyof typeof attacks

/** `customers.of_session` with other conditions. */
const ofSession = (
  conditions: string,
): string => `CREATE OR REPLACE FUNCTION customers.of_session(p_session bytea) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT s.customer FROM customers.session s WHERE s.id_hash = p_session AND s.kind = 'me' ${conditions} $$`

const mutants: readonly {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack: AttackName
  readonly expect: Verdict
}[] = [
  // prettier-ignore
  {
    name: 'a session that lives on after signing out',
    changes: [{ sql: ofSession('') }],
    attack: 'read looks by a session that ended',
    expect: 'succeeds',
  },
  {
    name: 'a session that outlives its passkey',
    changes: [{ sql: ofSession('AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()') }],
    attack: 'read looks by a session whose passkey was removed',
    expect: 'succeeds',
  },
  {
    name: 'looks that the pages’ login may read',
    changes: [
      { sql: 'GRANT USAGE ON SCHEMA gate TO @consent' },
      {
        sql: 'GRANT EXECUTE ON FUNCTION gate.own_entries(bytea, bigint, text, timestamptz, timestamptz, uuid, integer) TO @consent',
      },
    ],
    attack: 'read everybody’s looks with the pages’ stolen login',
    expect: 'succeeds',
  },
  {
    name: 'sessions that the centre’s login may begin',
    changes: [{ sql: 'GRANT INSERT ON customers.session TO @centre' }],
    attack: 'begin a session with the centre’s stolen login',
    expect: 'succeeds',
  },
  {
    name: 'lowering that takes any level',
    changes: [
      {
        sql: `CREATE OR REPLACE FUNCTION consent.lower_terms(p_customer uuid, p_terms uuid, p_level text) RETURNS integer
          LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
          AS $$ BEGIN UPDATE consent.grant_ SET disclosure = p_level WHERE terms = p_terms; RETURN 1; END $$`,
      },
    ],
    attack: 'show more without signing',
    expect: 'succeeds',
  },
  {
    name: 'challenges that are good for every act',
    changes: [
      {
        file: 'src/customers/challenges.js',
        from: 'WHERE c.challenge = $1 AND c.use = $2 AND c.subject = $3 AND c.used_at IS NULL AND c.expires_at > clock_timestamp()\n     RETURNING',
        to: 'WHERE c.challenge = $1 AND $2::text IS NOT NULL AND c.subject = $3 AND c.used_at IS NULL AND c.expires_at > clock_timestamp()\n     RETURNING',
      },
    ],
    attack: 'use an assertion for another act',
    expect: 'succeeds',
  },
  {
    name: 'a sign-in that keeps the session it began with',
    changes: [
      {
        file: 'src/customers/sessions.js',
        from: 'await endSession(tx, old);',
        to: `await tx.run('UPDATE customers.session SET customer = $2, credential_id = $3 WHERE id_hash = $1', [old.hash, customer, facts.credentialId]);`,
      },
    ],
    attack: 'sign a victim in to a cookie known beforehand',
    expect: 'succeeds',
  },
  {
    name: 'pages that ask nobody where a form came from',
    changes: [{ file: 'src/pages/request-guards.js', override: 'isFromOwnPage', to: '() => true' }],
    attack: 'stop everything from another site',
    expect: 'succeeds',
  },
  {
    name: 'a passkey that may remove itself',
    changes: [
      {
        file: 'src/customers/further-passkeys.js',
        from: 'if (!stays || credentialId.equals(approved.value.credentialId))',
        to: 'if (!stays)',
      },
    ],
    attack: 'remove the last passkey by itself',
    expect: 'succeeds',
  },
  {
    name: 'an export that any signed-in browser may fetch',
    changes: [{ file: 'src/privacy-centre/export-pages.js', from: 'call.session.mayExport ? handle(call)', to: 'true ? handle(call)' }], // prettier-ignore
    attack: 'fetch an export without a fresh passkey',
    expect: 'succeeds',
  },
  {
    name: 'a keystore that gives the pages the phrase’s key',
    changes: [{ file: 'src/keystore/answer-route.js', from: `consent: ['/conversation-key',`, to: `consent: ['/profile-key', '/conversation-key',` }], // prettier-ignore
    attack: 'ask for the phrase’s key as the pages',
    expect: 'succeeds',
  },
]

async function runAttack(world: CentreWorld, name: AttackName): Promise<Verdict> {
  const victim = await world.addCustomer()
  const browser = createCentreBrowser(world.origin)
  await browser.signIn(victim.passkey)
  return await attacks[name].run({ world, victim, browser })
}

async function runMutant(name: AttackName, changes: readonly Change[]): Promise<Verdict> {
  // What changes in the database alone needs no copy of the code.
  const product = changes.some((change) => 'file' in change) ? await loadProduct(changes) : undefined
  const centre: typeof Centre | undefined = product && (await import(/* @vite-ignore */ product.door('privacy-centre')))
  const world = await createCentreWorld(
    product === undefined || centre === undefined ? {} : { product: { centre, keystore: product.keystore } },
  )
  try {
    await changeDatabase(world.database.admin, world.database.prefix, changes)
    return await runAttack(world, name)
  } finally {
    await world.end()
    product?.close()
  }
}

describe('with every defence in place', () => {
  let world: CentreWorld
  beforeAll(async () => {
    world = await createCentreWorld()
  })
  afterAll(() => world.end())

  const names = [...new Set(mutants.map((mutant) => mutant.attack))]
  test.each(names)('the attack fails: %s', async (name) => {
    expect(await runAttack(world, name)).toEqual({ stoppedBy: attacks[name].stoppedBy })
  })
})

describe('with one defence less', () => {
  test.each(inPart(mutants).map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
    expect(await runMutant(mutant.attack, mutant.changes)).toEqual(mutant.expect)
  })
})
