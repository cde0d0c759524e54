import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CustomerId } from '../kernel/index.ts'
import { systemRandom } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { createSoftPasskey } from '../../test/setup/soft-passkey.ts'
import type { SoftPasskey } from '../../test/setup/soft-passkey.ts'
import { verifyRegistrationResponse } from '@simplewebauthn/server'
import { beginAssertion, finishAssertion, handleOf } from './assertions.ts'
import { insertCustomer, insertPasskey } from './passkeys-store.ts'
import { sessions } from './sessions.ts'
import { toInstant } from '../kernel/index.ts'

const party = { id: 'parley.test', name: 'Parley', origin: 'https://parley.test' }
const deps = { random: systemRandom, party }
let database: TestDatabase
let consent: Database
beforeAll(async () => {
  database = await cloneDatabase()
  consent = database.connect('consent')
})
afterAll(() => database?.drop())

async function addPasskey(effectiveInMs = 0): Promise<{ customer: CustomerId; passkey: SoftPasskey }> {
  const customer = randomUUID() as CustomerId
  const passkey = createSoftPasskey({ origin: party.origin, rpId: party.id })
  const challenge = Buffer.alloc(32, 7)
  const { registrationInfo } = await verifyRegistrationResponse({
    response: passkey.register(challenge),
    expectedChallenge: challenge.toString('base64url'),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
  })
  if (registrationInfo === undefined) throw new Error('not registered')
  await insertCustomer(consent, customer, 'en')
  await insertPasskey(consent, customer, {
    credentialId: passkey.credentialId,
    publicKey: registrationInfo.credential.publicKey,
    signCount: registrationInfo.credential.counter,
    transports: [],
    effectiveAt: toInstant(Date.now() + effectiveInMs),
  })
  return { customer, passkey }
}

const begin = async (use: 'sign-in' | 'redeem', subject: string): Promise<Buffer> =>
  Buffer.from((await beginAssertion(deps, consent, { use, subject })).challenge, 'base64url')

test('a good answer names its customer, once', async () => {
  const { customer, passkey } = await addPasskey()
  const response = JSON.stringify(passkey.assert(await begin('sign-in', 'a')))
  const answered = { use: 'sign-in', subject: 'a', response } as const
  expect(await finishAssertion(deps, consent, answered)).toMatchObject({ ok: true, value: { customer } })
  expect(await finishAssertion(deps, consent, answered)).toEqual({ ok: false, code: 'customers/challenge-spent' })
})

test('a challenge is worth nothing for another use, another subject, or after its time', async () => {
  const { passkey } = await addPasskey()
  const spent = { ok: false, code: 'customers/challenge-spent' }
  const response = JSON.stringify(passkey.assert(await begin('sign-in', 'a')))
  expect(await finishAssertion(deps, consent, { use: 'redeem', subject: 'a', response })).toEqual(spent)
  expect(await finishAssertion(deps, consent, { use: 'sign-in', subject: 'b', response })).toEqual(spent)
  await database.admin.run(`UPDATE customers.challenge SET expires_at = clock_timestamp()`)
  expect(await finishAssertion(deps, consent, { use: 'sign-in', subject: 'a', response })).toEqual(spent)
})

test('a wrong answer spends the challenge too', async () => {
  const { passkey } = await addPasskey()
  const challenge = await begin('sign-in', 'a')
  const forged = passkey.assert(challenge, { origin: 'https://evil.test' })
  const answer = (response: typeof forged) =>
    finishAssertion(deps, consent, { use: 'sign-in', subject: 'a', response: JSON.stringify(response) })
  expect(await answer(forged)).toEqual({ ok: false, code: 'customers/assertion-invalid' })
  expect(await answer(passkey.assert(challenge))).toEqual({ ok: false, code: 'customers/challenge-spent' })
})

test('a signature that is written in another way than the standard’s one is not believed, as the keystore would not', async () => {
  const { passkey } = await addPasskey()
  const { response, ...answer } = passkey.assert(await begin('sign-in', 'a'))
  const der = Buffer.from(response.signature, 'base64url')
  const long = Buffer.concat([Buffer.of(0x30, 0x81, der[1] ?? 0), der.subarray(2)]).toString('base64url')
  const written = JSON.stringify({ ...answer, response: { ...response, signature: long } })
  expect(await finishAssertion(deps, consent, { use: 'sign-in', subject: 'a', response: written })).toEqual({
    ok: false,
    code: 'customers/assertion-invalid',
  })
})

test('a copied authenticator gives itself away by its counter', async () => {
  const { passkey } = await addPasskey()
  const [first, second] = [await begin('sign-in', 'a'), await begin('sign-in', 'a')]
  const early = passkey.assert(first)
  const later = passkey.assert(second)
  expect(
    (await finishAssertion(deps, consent, { use: 'sign-in', subject: 'a', response: JSON.stringify(later) })).ok,
  ).toBe(true)
  expect(
    await finishAssertion(deps, consent, { use: 'sign-in', subject: 'a', response: JSON.stringify(early) }),
  ).toEqual({
    ok: false,
    code: 'customers/assertion-invalid',
  })
})

test('a recovered passkey waits, an unknown one is unknown, and another customer’s handle does not fit', async () => {
  const waiting = await addPasskey(60_000)
  const known = await addPasskey()
  const stranger = createSoftPasskey({ origin: party.origin, rpId: party.id })
  const answer = async (passkey: SoftPasskey, userHandle?: string) => {
    const signed = passkey.assert(await begin('sign-in', 'a'))
    const response = userHandle === undefined ? signed : { ...signed, response: { ...signed.response, userHandle } }
    const outcome = await finishAssertion(deps, consent, {
      use: 'sign-in',
      subject: 'a',
      response: JSON.stringify(response),
    })
    return outcome.ok ? 'ok' : outcome.code
  }
  expect(await answer(waiting.passkey)).toBe('customers/passkey-waiting')
  expect(await answer(stranger)).toBe('customers/passkey-unknown')
  expect(await answer(known.passkey, handleOf(waiting.customer).toString('base64url'))).toBe(
    'customers/assertion-invalid',
  )
  expect(await answer(known.passkey, handleOf(known.customer).toString('base64url'))).toBe('ok')
})

test('a session is found by its cookie until it ends; a new id takes its place and the old one is dead', async () => {
  const { customer } = await addPasskey()
  const { value } = await sessions.start(deps, consent, { kind: 'link' })
  const session = await sessions.find(consent, 'link', value)
  expect(session).toMatchObject({ kind: 'link', customer: undefined })
  expect(await sessions.find(consent, 'sealed', value)).toBeUndefined()
  expect(await sessions.find(consent, 'link', 'x'.repeat(43))).toBeUndefined()
  if (session === undefined) throw new Error('no session')
  const fresh = await sessions.rotate(deps, consent, session, { customer })
  expect(await sessions.find(consent, 'link', value)).toBeUndefined()
  const known = await sessions.find(consent, 'link', fresh.value)
  expect(known?.customer).toBe(customer)
  if (known !== undefined) await sessions.end(consent, known)
  expect(await sessions.find(consent, 'link', fresh.value)).toBeUndefined()
})
