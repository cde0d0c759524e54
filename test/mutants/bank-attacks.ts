import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type * as Banks from '../../src/banks/index.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { testLinkSecret, testPermit } from '../../src/banks/test-support/test-permit.ts'
import type { InstitutionId } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import { signedNotice, startBankWorld } from '../attacks/bank-world.ts'
import type { BankWorld, Sharer } from '../attacks/bank-world.ts'
import { redirectUri, startFapiSide } from '../attacks/fapi-world.ts'
import type { FapiSide } from '../attacks/fapi-world.ts'
import type { Verdict } from './attacks.ts'

/** One copy of the product's bank connectors, as it is or with a defence less. */
export type BankProduct = typeof Banks

type BankAttack = {
  /** The lock that stops it in the product as it is. */
  readonly stoppedBy: string
  run(product: BankProduct): Promise<Verdict>
}

/** Two banks, one of which the attacker may run. */
async function withSides(product: BankProduct, attack: (good: FapiSide, evil: FapiSide) => Promise<Verdict>) {
  const clientKeys = await product.makeClientKeys()
  const good = await startFapiSide('honest-bank', { product, clientKeys })
  const evil = await startFapiSide('evil-bank', { product, clientKeys })
  try {
    return await attack(good, evil)
  } finally {
    await good.stop()
    await evil.stop()
  }
}

async function withWorld(product: BankProduct, attack: (world: BankWorld, victim: Sharer) => Promise<Verdict>) {
  const world = await startBankWorld({ product })
  try {
    return await attack(world, await world.link())
  } finally {
    await world.stop()
  }
}

/** Which lock a refusal of `finish` speaks of. */
function lockOf(word: string): string {
  switch (word) {
    case 'banks/callback-state':
    case 'banks/callback-issuer':
      return 'the check of the callback'
    case 'banks/identity-unproven':
      return 'the checks of the library'
    case 'banks/code-refused':
      return 'the bank: challenge and key'
    default:
      return word
  }
}

async function postNotice(world: BankWorld, notice: ReturnType<typeof signedNotice>): Promise<number> {
  return (await fetch(world.noticeUrl, { method: 'POST', headers: notice.headers, body: notice.body })).status
}

export const bankAttacks = {
  'send the attacker’s callback into the customer’s login': {
    stoppedBy: 'the check of the callback',
    run: (product) =>
      withSides(product, async (bank) => {
        const departure = await bank.depart()
        const word = await bank.outcome(departure, await bank.signIn(await bank.depart(), 'mallory'))
        return word === 'linked' ? 'succeeds' : { stoppedBy: lockOf(word) }
      }),
  },

  'carry the honest bank’s code to the attacker’s bank': {
    stoppedBy: 'the check of the callback',
    run: (product) =>
      withSides(product, async (good, evil) => {
        const callback = await good.signIn(await good.depart())
        const departure = await evil.depart()
        callback.searchParams.set('state', departure.state.reveal())
        evil.stock.requests.length = 0
        const word = await evil.outcome(departure, callback)
        return evil.stock.requests.includes('POST /token') ? 'succeeds' : { stoppedBy: lockOf(word) }
      }),
  },

  'put the customer’s code into the attacker’s own session': {
    stoppedBy: 'the bank: challenge and key',
    run: (product) =>
      withSides(product, async (bank) => {
        const callback = await bank.signIn(await bank.depart())
        const own = await bank.depart()
        const injected = await bank.signIn(own, 'mallory')
        injected.searchParams.set('code', callback.searchParams.get('code') ?? '')
        const word = await bank.outcome(own, injected)
        return word === 'linked' && bank.record().subject === 'alice' ? 'succeeds' : { stoppedBy: lockOf(word) }
      }),
  },

  'read the authorization request in the browser': {
    stoppedBy: 'the pushed request',
    run: (product) =>
      withSides(product, async (bank) => {
        const { searchParams } = new URL((await bank.depart()).url)
        return searchParams.has('nonce') ? 'succeeds' : { stoppedBy: 'the pushed request' }
      }),
  },

  'give the client a token that anybody could use': {
    stoppedBy: 'the check of the token’s type',
    run: (product) =>
      withSides(product, async (bank) => {
        bank.stock.tamper = async (answer) => ({ ...answer, token_type: 'Bearer' })
        const departure = await bank.depart()
        const word = await bank.outcome(departure, await bank.signIn(departure))
        return word === 'linked' ? 'succeeds' : { stoppedBy: 'the check of the token’s type' }
      }),
  },

  'say in an ID token that the customer is somebody else': {
    stoppedBy: 'the checks of the library',
    run: (product) =>
      withSides(product, async (bank) => {
        bank.stock.tamper = async (answer) => {
          const [head, claims = '', signature] = String(answer['id_token']).split('.')
          const said: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))
          const forged = Buffer.from(JSON.stringify({ ...Object(said), sub: 'somebody-else' })).toString('base64url')
          return { ...answer, id_token: [head, forged, signature].join('.') }
        }
        const departure = await bank.depart()
        const word = await bank.outcome(departure, await bank.signIn(departure))
        return word === 'linked' && bank.record().subject !== 'alice' ? 'succeeds' : { stoppedBy: lockOf(word) }
      }),
  },

  'put the attacker’s tokens into the customer’s answer': {
    stoppedBy: 'the comparison at renewal',
    run: (product) =>
      withSides(product, async (bank) => {
        const theirs = await bank.depart()
        await bank.outcome(theirs, await bank.signIn(theirs, 'mallory'))
        const { accessToken, refreshToken } = bank.record()
        bank.stock.tamper = async (answer) => ({ ...answer, access_token: accessToken, refresh_token: refreshToken })
        const departure = await bank.depart()
        await bank.outcome(departure, await bank.signIn(departure))
        bank.stock.tamper = undefined
        const look = await bank.banks.bank.fetchBalances(testPermit('balance', { institution: bank.institution }))
        return look.ok ? 'succeeds' : { stoppedBy: 'the comparison at renewal' }
      }),
  },

  'show one bank’s tokens to another': {
    stoppedBy: 'the issuer in the record',
    run: (product) =>
      withSides(product, async (good, evil) => {
        const departure = await good.depart()
        await good.outcome(departure, await good.signIn(departure))
        const stored = good.vault.peek()
        if (stored === undefined) throw new Error('the honest path is broken: nothing stored')
        evil.vault.replace(stored.plain)
        evil.stock.requests.length = 0
        await evil.banks.bank.fetchBalances(testPermit('balance', { institution: evil.institution }))
        const seen = evil.stock.requests.some((request) => request.startsWith('GET /fdx/'))
        return seen ? 'succeeds' : { stoppedBy: 'the issuer in the record' }
      }),
  },

  'send the client elsewhere through the bank’s metadata': {
    stoppedBy: 'the check of the metadata',
    run: (product) => leadAstray(product),
  },

  'speak as the bank without its secret': {
    stoppedBy: 'the signature',
    run: (product) =>
      withWorld(product, async (world, victim) => {
        await postNotice(world, signedNotice(victim, { secret: 'some-other-secret-altogether' }))
        return (await world.holds(victim)) ? { stoppedBy: 'the signature' } : 'succeeds'
      }),
  },

  'send an overheard notice of the bank an hour later': {
    stoppedBy: 'the time in the notice',
    run: (product) =>
      withWorld(product, async (world, victim) => {
        await postNotice(world, signedNotice(victim, { atMs: Date.now() - 3_600_000 }))
        return (await world.holds(victim)) ? { stoppedBy: 'the time in the notice' } : 'succeeds'
      }),
  },

  'repeat an old notice against a new link on the same consent': {
    stoppedBy: 'the notices known',
    run: (product) =>
      withWorld(product, async (world, victim) => {
        const old = signedNotice(victim)
        await postNotice(world, old)
        const again = await world.link(victim)
        // A bank that uses a consent's id again.
        await world.reuseConsentId(victim)
        await postNotice(world, old)
        return (await world.holds(again)) ? { stoppedBy: 'the notices known' } : 'succeeds'
      }),
  },

  'go on with tokens that were given back': {
    stoppedBy: 'the bank',
    run: (product) =>
      withWorld(product, async (world, victim) => {
        const copy = await world.record(victim)
        await world.end(victim, 'customer-on-page')
        await world.banksToTell.links.revoke(await world.revokingPermit(victim))
        return (await world.askWith(copy)) === 200 ? 'succeeds' : { stoppedBy: 'the bank' }
      }),
  },
} as const satisfies Record<string, BankAttack>

export type BankAttackName = keyof typeof bankAttacks

/** A bank whose metadata names a place for pushed requests that is not its own; what comes there is what leaks. */
async function leadAstray(product: BankProduct): Promise<Verdict> {
  let leaked = false
  const elsewhere = createServer((_request, response) => {
    leaked = true
    response.writeHead(404).end()
  })
  const elsewhereOrigin = await listen(elsewhere)
  const bank = createServer((_request, response) => {
    const metadata = {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      pushed_authorization_request_endpoint: `${elsewhereOrigin}/par`,
      jwks_uri: `${origin}/jwks`,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      dpop_signing_alg_values_supported: ['ES256'],
      id_token_signing_alg_values_supported: ['ES256'],
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata))
  })
  const origin = await listen(bank)
  const institution = 'evil-bank' as InstitutionId
  const row = {
    id: institution,
    name: 'Evil',
    issuer: origin,
    fdxUrl: `${origin}/fdx`,
    clientId: 'parley',
    callsPerDay: 0,
  }
  const banks = product.createBanks(
    {
      database: oneBankDatabase(row),
      tokens: createMemoryVault(Date.now),
      clock: systemClock,
      random: systemRandom,
      logger: createLogger({ role: 'test', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
    },
    { clientKeys: await product.makeClientKeys(), allowLoopback: true, linkSecret: testLinkSecret },
  )
  try {
    const started = await banks.links.start({ institution, redirectUri, days: 1, linkId: 'x' })
    if (leaked) return 'succeeds'
    const refused = started.ok ? 'nothing' : started.code
    return { stoppedBy: refused === 'banks/unreadable' ? 'the check of the metadata' : 'the way out' }
  } finally {
    banks.close()
    for (const server of [bank, elsewhere]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}
