// Threat row 5: session fixation. A cookie that somebody planted beforehand never becomes the customer's session.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CentreWorld } from './centre-world.ts'
import { createCentreBrowser, createCentreWorld } from './centre-world.ts'

let world: CentreWorld

beforeAll(async () => {
  world = await createCentreWorld()
})
afterAll(() => world.end())

test('a preset cookie is not honoured; each sign-in makes a new session and ends the old one', async () => {
  const customer = await world.addCustomer()
  const attacker = createCentreBrowser(world.origin)
  await attacker.options('/me/sign-in/challenge')
  const preset = attacker.cookie
  const victim = createCentreBrowser(world.origin)
  victim.cookie = preset
  expect((await victim.signIn(customer.passkey)).status).toBe(303)
  expect(victim.cookie).not.toBe(preset)
  expect((await victim.get('/me')).status).toBe(200)
  expect((await attacker.get('/me')).headers.location).toBe('/me/sign-in')
  // Invented values and two cookies of one name are no session either.
  for (const cookie of [randomBytes(32).toString('base64url'), `${victim.cookie}; __Host-parley-me=${preset}`]) {
    const guess = createCentreBrowser(world.origin)
    guess.cookie = cookie
    expect((await guess.get('/me')).status).toBe(303)
  }
})

test('the cookie is Secure, HttpOnly, SameSite=Strict and bound to the host; nothing signed in is ever cached', async () => {
  const customer = await world.addCustomer()
  const browser = createCentreBrowser(world.origin)
  const answer = await browser.signIn(customer.passkey)
  expect(answer.headers['set-cookie']?.[0]).toMatch(
    /^__Host-parley-me=[\w-]{43}; Path=\/; Max-Age=3600; Secure; HttpOnly; SameSite=Strict$/,
  )
  const page = await browser.get('/me')
  expect(page.headers['cache-control']).toBe('no-store')
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
})
