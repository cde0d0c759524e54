import { expect, test } from 'vitest'
import { ConfigFault } from '../config.ts'
import { partCredentials, partNames, partSecrets, requireCredentialsOf, requireWithout } from './parts.ts'
import type { PartName } from './parts.ts'

type Held = Parameters<typeof requireCredentialsOf>[1]

/** Exactly what a part needs. */
function heldBy(part: PartName): Held {
  const { logins, callers } = partCredentials[part]
  return {
    database: { passwords: Object.fromEntries(logins.map((name) => [name, 'a password'])) },
    keystore: { secrets: Object.fromEntries(callers.map((name) => [name, 'a secret'])) },
  }
}

function problemsOf(check: () => void): readonly string[] {
  try {
    check()
    return []
  } catch (thrown) {
    if (thrown instanceof ConfigFault) return thrown.problems
    throw thrown
  }
}

test.each(partNames)('a process for %s alone starts with exactly its credentials: none less, and none more', (part) => {
  const held = heldBy(part)
  expect(problemsOf(() => requireCredentialsOf(part, held))).toEqual([])
  for (const login of partCredentials[part].logins) {
    const passwords = { ...held.database.passwords, [login]: undefined }
    expect(problemsOf(() => requireCredentialsOf(part, { ...held, database: { passwords } }))).toEqual([
      `database.passwords.${login}: this process needs it`,
    ])
  }
  for (const caller of partCredentials[part].callers) {
    const secrets = { ...held.keystore?.secrets, [caller]: undefined }
    expect(problemsOf(() => requireCredentialsOf(part, { ...held, keystore: { secrets } }))).toEqual([
      `keystore.secrets.${caller}: this process needs it`,
    ])
  }
  const more = {
    database: { passwords: { ...held.database.passwords, parley_console: 'a password' } },
    keystore: { secrets: { ...held.keystore?.secrets, service: 'a secret' } },
  }
  expect(problemsOf(() => requireCredentialsOf(part, more))).toEqual([
    `database.passwords.parley_console: a process for ${part} alone must not have it`,
    `keystore.secrets.service: a process for ${part} alone must not have it`,
  ])
})

test.each(partNames)('a gateway without %s must not have what makes that part', (part) => {
  const { logins, callers } = partSecrets[part]
  const names = [
    ...logins.map((name) => `database.passwords.${name}`),
    ...callers.map((name) => `keystore.secrets.${name}`),
  ]
  expect(names.length).toBeGreaterThan(0)
  expect(problemsOf(() => requireWithout(new Set([part]), heldBy(part)))).toEqual(
    names.map((name) => `${name}: with --without ${part} this process must not have it`),
  )
  expect(problemsOf(() => requireWithout(new Set(), heldBy(part)))).toEqual([])
})
