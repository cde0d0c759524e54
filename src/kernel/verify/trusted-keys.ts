import type { NoteKey } from '../note.ts'
import type { KeyOrigin } from './verdict.ts'

/** A key with where it came from. */
export type TrustedKey = { readonly key: NoteKey; readonly from: KeyOrigin }

/** Keys to judge by. Given ones count most, then known ones, then what the things under test say of themselves. */
export type TrustedKeys = {
  /** The key of a log. Whoever gave a log's key insists on it, also against a log of another name. */
  log(origin: string): TrustedKey | undefined
  /** The key of that name: a log's for promises or receipts. */
  named(name: string): TrustedKey | undefined
}

/** The keys of one verdict. */
export function trustedKeys(lists: {
  readonly given: readonly NoteKey[]
  readonly known: readonly NoteKey[]
  readonly itself: readonly NoteKey[]
}): TrustedKeys {
  // Witnesses sign beside a log; a log's own keys are plain.
  const from = (keys: readonly NoteKey[], origin: KeyOrigin): readonly TrustedKey[] =>
    keys.filter(({ kind }) => kind === 'ed25519').map((key) => ({ key, from: origin }))
  const given = from(lists.given, 'given')
  const all = [...given, ...from(lists.known, 'known'), ...from(lists.itself, 'itself')]
  const named = (name: string): TrustedKey | undefined => all.find(({ key }) => key.name === name)
  const insisted = given.filter(({ key }) => !/\/(?:promise|receipt)$/.test(key.name))
  return {
    named,
    log: (origin) =>
      insisted.length === 0 ? named(origin) : (insisted.find(({ key }) => key.name === origin) ?? insisted[0]),
  }
}

/** Of several, the origin that proves least. */
export function weakest(origins: readonly KeyOrigin[]): KeyOrigin {
  return origins.includes('itself') ? 'itself' : origins.includes('known') ? 'known' : 'given'
}
