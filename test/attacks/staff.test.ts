import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { staffAdministration, staffEnrolment, staffSignIn } from '../../src/staff/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createSoftPasskey } from '../setup/soft-passkey.ts'
import { addStaff, staffDeps } from '../setup/staff-people.ts'
import { testSite } from '../setup/trust-world.ts'

let database: TestDatabase
let deps: ReturnType<typeof staffDeps>
let administrator: Database
beforeAll(async () => {
  database = await cloneDatabase()
  deps = staffDeps(database.connect('console'))
  administrator = database.connect('staff')
})
afterAll(() => database.drop())

const add = async (login: string): Promise<string> => {
  const added = await staffAdministration.add({ random: systemRandom }, administrator, {
    login,
    role: 'operator',
    institutions: undefined,
  })
  if (!added.ok) throw new Error(added.code)
  return added.value.code
}

/** From the enrolment page to the passkey, with whatever login and code. */
async function enrol(asked: { readonly login: string; readonly code: string }, flaws = {}): Promise<string> {
  const id = await staffEnrolment.open(deps, asked)
  if (id === undefined) return 'no such code'
  const options = await staffEnrolment.begin(deps, id)
  const challenge = Buffer.from(options?.challenge ?? '', 'base64url')
  const response = JSON.stringify(createSoftPasskey(testSite).register(challenge, flaws))
  const enrolled = await staffEnrolment.finish(deps, { ...asked, response })
  return enrolled.ok ? 'enrolled' : enrolled.code
}

test('a one-time code enrols its own person, once', async () => {
  const [helen, henry] = [await add('helen'), await add('henry')]
  expect(await enrol({ login: 'henry', code: helen })).toBe('no such code')
  expect(await enrol({ login: 'helen', code: helen.slice(1) })).toBe('no such code')
  expect(await enrol({ login: 'helen', code: helen }, { origin: 'https://evil.test' })).toBe('staff/assertion-invalid')
  expect(await enrol({ login: 'helen', code: helen }, { isUnverified: true })).toBe('staff/assertion-invalid')
  expect(await enrol({ login: 'helen', code: helen })).toBe('enrolled')
  expect(await enrol({ login: 'helen', code: helen })).toBe('no such code')
  await database.admin.run(`UPDATE staff.enrolment SET expires_at = clock_timestamp() WHERE used_at IS NULL`)
  expect(await enrol({ login: 'henry', code: henry })).toBe('no such code')
})

test('two browsers with one code make one passkey', async () => {
  const code = await add('twice')
  const asked = { login: 'twice', code }
  const ids = [await staffEnrolment.open(deps, asked), await staffEnrolment.open(deps, asked)]
  const finished = await Promise.all(
    ids.map(async (id) => {
      const options = await staffEnrolment.begin(deps, id ?? '')
      const response = JSON.stringify(
        createSoftPasskey(testSite).register(Buffer.from(options?.challenge ?? '', 'base64url')),
      )
      return (await staffEnrolment.finish(deps, { ...asked, response })).ok
    }),
  )
  expect(finished.filter(Boolean)).toHaveLength(1)
})

test('who is there with a passkey cannot be added again, and who was removed can do nothing more', async () => {
  const person = await addStaff(database, 'ines')
  const again = await staffAdministration.add({ random: systemRandom }, administrator, {
    login: 'ines',
    role: 'operator',
    institutions: undefined,
  })
  expect(again).toEqual({ ok: false, code: 'staff/login-taken' })
  const signIn = async (): Promise<boolean> => {
    const { challenge } = await staffSignIn.begin(deps)
    return (await staffSignIn.finish(deps, JSON.stringify(person.passkey.assert(Buffer.from(challenge, 'base64url')))))
      .ok
  }
  expect(await signIn()).toBe(true)
  expect(await staffAdministration.remove(administrator, 'ines')).toBe(true)
  expect(await signIn()).toBe(false)
  await add('ines')
})

test('a sign-in is used once, and what another page or an unverified person signed is refused', async () => {
  const { passkey } = await addStaff(database, 'iris')
  const begin = async () => Buffer.from((await staffSignIn.begin(deps)).challenge, 'base64url')
  const response = JSON.stringify(passkey.assert(await begin()))
  expect((await staffSignIn.finish(deps, response)).ok).toBe(true)
  expect(await staffSignIn.finish(deps, response)).toEqual({ ok: false, code: 'staff/challenge-spent' })
  for (const flaws of [
    { origin: 'https://evil.test' },
    { isUnverified: true },
    { rpId: 'evil.test' },
    { type: 'webauthn.create' },
  ]) {
    const refused = await staffSignIn.finish(deps, JSON.stringify(passkey.assert(await begin(), flaws)))
    expect(refused, JSON.stringify(flaws)).toEqual({ ok: false, code: 'staff/assertion-invalid' })
  }
  for (const rubbish of [null, '', '{}', 'x'.repeat(50_000), JSON.stringify(passkey.assert(randomBytes(32)))]) {
    expect((await staffSignIn.finish(deps, rubbish)).ok).toBe(false)
  }
})
