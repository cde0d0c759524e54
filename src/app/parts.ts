import { ConfigFault } from '../config.ts'
import type { DatabaseLogin, KeystoreCaller } from '../config.ts'

/** Parts of the gateway that can have a process of their own: `parley serve --only`. */
export const partNames = ['statistics', 'consent'] as const
export type PartName = (typeof partNames)[number]

type Credentials = { readonly logins: readonly DatabaseLogin[]; readonly callers: readonly KeystoreCaller[] }

/** What a process needs that runs this part alone: these logins of the database, and these callers of the keystore. */
export const partCredentials = {
  // Totals with noise: one login that sees no row of anybody's, and nothing at the keystore.
  statistics: { logins: ['parley_statistics'], callers: [] },
  // Links and the privacy centre: sessions and terms, a customer's own looks, the accounts' names for a new link, proofs from the log.
  consent: {
    logins: ['parley_consent', 'parley_centre', 'parley_answer', 'parley_sequencer'],
    callers: ['consent', 'centre', 'answer'],
  },
} as const satisfies Record<PartName, Credentials>

/**
 * What a gateway without this part must not have. Of `consent` it keeps the login: sealed pages look customers' sessions and passkeys up under it. What
 * makes consent is at the keystore, where the caller `consent` alone enrols passkeys.
 */
export const partSecrets = {
  statistics: { logins: ['parley_statistics'], callers: [] },
  consent: { logins: [], callers: ['consent'] },
} as const satisfies Record<PartName, Credentials>

type Held = {
  readonly database: { readonly passwords: Readonly<Partial<Record<DatabaseLogin, string>>> }
  readonly keystore?: { readonly secrets: Readonly<Partial<Record<KeystoreCaller, string>>> } | undefined
}

/** Throws `config/invalid` where a process for one part lacks a credential that it needs, or has one that it does not. */
export function requireCredentialsOf(part: PartName, held: Held): void {
  const { logins, callers }: Credentials = partCredentials[part]
  refuse([
    ...lacking('database.passwords', logins, held.database.passwords),
    ...lacking('keystore.secrets', callers, held.keystore?.secrets ?? {}),
    ...tooMuch('database.passwords', Object.keys(held.database.passwords), logins, part),
    ...tooMuch('keystore.secrets', Object.keys(held.keystore?.secrets ?? {}), callers, part),
  ])
}

/** Throws `config/invalid` where a gateway that runs without parts has what only those need. */
export function requireWithout(parts: ReadonlySet<PartName>, held: Held): void {
  refuse(
    [...parts].flatMap((part) => {
      const { logins, callers }: Credentials = partSecrets[part]
      return [
        ...logins
          .filter((name) => held.database.passwords[name] !== undefined)
          .map((name) => `database.passwords.${name}`),
        ...callers
          .filter((name) => held.keystore?.secrets[name] !== undefined)
          .map((name) => `keystore.secrets.${name}`),
      ].map((setting) => `${setting}: with --without ${part} this process must not have it`)
    }),
  )
}

function lacking(place: string, wanted: readonly string[], held: Readonly<Record<string, string | undefined>>) {
  return wanted.filter((name) => held[name] === undefined).map((name) => `${place}.${name}: this process needs it`)
}

function tooMuch(place: string, held: readonly string[], wanted: readonly string[], part: PartName) {
  return held
    .filter((name) => !wanted.includes(name))
    .map((name) => `${place}.${name}: a process for ${part} alone must not have it`)
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigFault(problems)
}
