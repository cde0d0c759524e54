import type { OwnEntry } from './own-entries-store.ts'

/** One look: the entry that was there before it, and the entries that say what of it went where. */
export type OwnLook = { readonly opened: OwnEntry; readonly disclosed: readonly OwnEntry[] }

/** How sure an entry's place in the log is. */
export type ProofState = 'promised' | 'published'

/** Pure: entries as they come from the database, put together look by look, in their order. */
export function joinLooks(entries: readonly OwnEntry[]): readonly OwnLook[] {
  return entries
    .filter((entry) => entry.opened === null)
    .map((opened) => ({ opened, disclosed: entries.filter((entry) => entry.opened === opened.seq) }))
}

/** Pure: outsiders see an entry once a checkpoint covers its leaf; until then there is a signed promise. */
export function proofStateOf(entry: OwnEntry): ProofState {
  return entry.published ? 'published' : 'promised'
}

/** Pure: which part of Parley looked, by the login of the entry. */
export function partOf(entry: OwnEntry): 'answers' | 'notices' | 'fraud' | 'service' | 'revocation' | 'other' {
  const suffix = /([a-z]+)$/.exec(entry.login)?.[1]
  switch (suffix) {
    case 'answer':
      return 'answers'
    case 'notify':
      return 'notices'
    case 'fraud':
      return 'fraud'
    case 'service':
      return 'service'
    case 'revoker':
      return 'revocation'
    default:
      return 'other'
  }
}
