import { signedTerms } from '../consent/index.ts'
import type { SharedTerms } from '../consent/index.ts'
import { passkeys } from '../customers/index.ts'
import { Fault } from '../kernel/index.ts'
import type { SignedGrant, StoredItem } from '../kernel/index.ts'
import type { Call, CentrePagesDeps } from './centre-route.ts'
import { openEntry } from './open-entry.ts'
import { listOwnEntries } from './own-entries-store.ts'
import { listStored } from './stored-store.ts'
import { whatIs } from './stored-pages.ts'

/** Looks read at once while an export streams. */
const looksPerPage = 100
/** Proofs made at once. */
const proofsAtOnce = 8

/**
 * The export bundle (kernel/export-bundle.ts), piece by piece, so that a customer of many years needs no more memory here than one
 * of yesterday. The log's entries are counted first: a session that ends in the middle breaks the file off instead of making one
 * that looks whole.
 */
export async function* writeBundle(deps: CentrePagesDeps, call: Call): AsyncGenerator<string> {
  const { customer, session } = call
  const { database } = deps.centre
  const [stored, key] = await Promise.all([listStored(database, session.hash), deps.centre.keystore.auditKey(customer)])
  const counted = stored.find(({ table }) => table === 'audit.entry')?.count ?? 0
  const exportedAt = `${new Date(deps.clock.now()).toISOString().slice(0, 19)}Z`
  const { origin, keys } = deps.log
  yield `{"parley":"export","v":1,${members({ origin, keys, customer, exportedAt })},"entries":[`
  let written = 0
  let before: bigint | undefined
  for (;;) {
    const asked = { limit: looksPerPage, ...(before === undefined ? {} : { before }) }
    const entries = await listOwnEntries(database, session.hash, asked)
    if (entries.length === 0) break
    for (let at = 0; at < entries.length; at += proofsAtOnce) {
      const some = entries.slice(at, at + proofsAtOnce)
      const opened = await Promise.all(some.map((entry) => openEntry(deps, { customer, key, entry })))
      for (const one of opened) yield `${written++ === 0 ? '' : ','}\n${JSON.stringify(one)}`
    }
    before = entries.reduce((least, { seq }) => (seq < least ? seq : least), entries[0]?.seq ?? 0n)
  }
  if (written < counted) throw new Fault('privacy-centre/export-cut-short', { retry: 'later' })
  const shared = await signedTerms.listShared(deps.consent.database, { customer })
  const grants = await Promise.all(shared.map((each) => grantOf(deps, call, each)))
  const receipts = await deps.receipts.list(deps.consent.database, customer)
  const items: readonly StoredItem[] = stored.map((rows) => ({
    table: rows.table,
    what: whatIs(call, rows),
    count: rows.count,
    until: rows.until === undefined ? null : new Date(rows.until).toISOString(),
  }))
  yield `],${members({ grants, receipts: receipts.map(({ note }) => note), stored: items })}}\n`
}

function members(value: object): string {
  return JSON.stringify(value).slice(1, -1)
}

async function grantOf(deps: CentrePagesDeps, { customer }: Call, shared: SharedTerms): Promise<SignedGrant> {
  const { document, signature } = shared
  const publicKey = await passkeys.publicKey(deps.consent.database, { customer, credentialId: signature.credentialId })
  return {
    document,
    credentialId: signature.credentialId.toString('base64url'),
    publicKey: (publicKey ?? Buffer.alloc(0)).toString('base64url'),
    authenticatorData: signature.authenticatorData.toString('base64url'),
    clientData: signature.clientData.toString('base64url'),
    signature: signature.signature.toString('base64url'),
    rpId: deps.party.id,
    origins: [...deps.origins],
    state: shared.holds ? 'live' : 'ended',
  }
}
