import { randomBytes } from 'node:crypto'
import type { ExportBundle, LookReceipt, ProblemCode, SignedGrant } from '../../kernel/index.ts'
import { newLogKey } from '../../audit/test-support/log-world.ts'
import { signedCheckpoint } from '../../audit/test-support/memory-log.ts'
import type { VerifyWorld } from './verify-world.ts'

/** One way to lie with an export, and where it must be found. */
export type Tampering = {
  readonly name: string
  readonly change: (world: VerifyWorld) => unknown
  readonly code: ProblemCode
  readonly part?: 'look' | 'grant' | 'receipt' | 'stored'
  readonly number?: number
}

function withLook(world: VerifyWorld, at: number, change: (look: LookReceipt) => unknown): unknown {
  const { entries } = world.bundle
  return { ...world.bundle, entries: entries.map((one, place) => (place === at ? change(one) : one)) }
}

function withGrant(world: VerifyWorld, at: number, change: (grant: SignedGrant) => unknown): unknown {
  const { grants } = world.bundle
  return { ...world.bundle, grants: grants.map((one, place) => (place === at ? change(one) : one)) }
}

/** Another byte somewhere in base64 or base64url text, in its one spelling. */
function otherBytes(text: string, encoding: 'base64' | 'base64url', at = 0): string {
  const bytes = Buffer.from(text, encoding)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes.toString(encoding)
}

function bundle(change: Partial<Record<keyof ExportBundle, unknown>>): (world: VerifyWorld) => unknown {
  return (world) => ({ ...world.bundle, ...change })
}

const look = { part: 'look' } as const
const grant = { part: 'grant' } as const

/** Every kind of lie about looks, promises, grants, receipts and keys that an export can hold. */
export const tamperings: readonly Tampering[] = [
  { name: 'a field says another purpose', ...look, number: 1, code: 'not-in-tree', change: (w) => withLook(w, 0, (one) => ({ ...one, fields: one.fields.replace('answer-customer', 'fraud-alerts') })) }, // prettier-ignore
  { name: 'a field says another minute', ...look, number: 2, code: 'not-in-tree', change: (w) => withLook(w, 1, (one) => ({ ...one, fields: one.fields.replace('10:42', '10:41') })) }, // prettier-ignore
  { name: 'another salt', ...look, number: 3, code: 'not-in-tree', change: (w) => withLook(w, 2, (one) => ({ ...one, salt: otherBytes(one.salt, 'base64') })) }, // prettier-ignore
  { name: 'a salt that is none', ...look, number: 1, code: 'salt-malformed', change: (w) => withLook(w, 0, (one) => ({ ...one, salt: 'AAAA' })) }, // prettier-ignore
  { name: 'a second spelling of the salt', ...look, number: 1, code: 'salt-malformed', change: (w) => withLook(w, 0, (one) => ({ ...one, salt: `${one.salt.slice(0, -2)}${one.salt.at(-2) === '9' ? '8' : '9'}=` })) }, // prettier-ignore
  { name: 'another place', ...look, number: 1, code: 'not-in-tree', change: (w) => withLook(w, 0, (one) => ({ ...one, proof: one.proof?.replace('index 17', 'index 18') })) }, // prettier-ignore
  { name: 'a proof without a step', ...look, number: 1, code: 'not-in-tree', change: (w) => withLook(w, 0, (one) => ({ ...one, proof: one.proof?.replace(/(index 17\n)[^\n]+\n/, '$1') })) }, // prettier-ignore
  { name: 'a cut proof', ...look, number: 1, code: 'proof-malformed', change: (w) => withLook(w, 0, (one) => ({ ...one, proof: one.proof?.slice(0, 60) })) }, // prettier-ignore
  { name: 'a proof for a smaller tree', ...look, number: 1, code: 'checkpoint-signature', change: (w) => withLook(w, 0, (one) => ({ ...one, proof: one.proof?.replace('\n128\n', '\n127\n') })) }, // prettier-ignore
  { name: 'a checkpoint by another key of that name', ...look, number: 1, code: 'checkpoint-signature', change: (w) => withLook(w, 0, (one) => ({ ...one, proof: foreignCheckpoint(one) })) }, // prettier-ignore
  { name: 'neither proof nor promise', ...look, number: 4, code: 'proof-missing', change: (w) => withLook(w, 3, (one) => ({ ...one, promise: undefined })) }, // prettier-ignore
  { name: 'a promise with a later deadline', ...look, number: 4, code: 'promise-signature', change: (w) => withLook(w, 3, (one) => ({ ...one, promise: one.promise?.replace('published 2026', 'published 2027') })) }, // prettier-ignore
  { name: 'a promise for another entry', ...look, number: 1, code: 'promise-other-entry', change: (w) => withLook(w, 0, (one) => ({ ...one, promise: w.bundle.entries[3]?.promise })) }, // prettier-ignore
  { name: 'a promise that was due before the export', ...look, number: 4, code: 'entry-overdue', change: bundle({ exportedAt: '2026-11-22T11:51:00Z' }) }, // prettier-ignore
  { name: 'an entry that is no entry', ...look, number: 2, code: 'entry-malformed', change: (w) => withLook(w, 1, () => ({ v: 1, fields: '{}' })) }, // prettier-ignore
  { name: 'an entry twice', ...look, number: 5, code: 'entry-twice', change: (w) => ({ ...w.bundle, entries: [...w.bundle.entries, w.bundle.entries[0]] }) }, // prettier-ignore
  {
    name: 'looks that nothing allows',
    ...look,
    number: 1,
    code: 'entry-without-grant',
    change: bundle({ grants: [] }),
  },
  { name: 'looks after the end of what was agreed', ...look, number: 1, code: 'entry-without-grant', change: (w) => ({ ...w.bundle, grants: [w.grant('ES256', { expiresAt: '2026-11-22T10:41:00Z' })] }) }, // prettier-ignore
  { name: 'a grant with a later end', ...grant, number: 1, code: 'other-terms', change: (w) => withGrant(w, 0, (one) => ({ ...one, document: one.document.replace('2027-02-20', '2027-08-20') })) }, // prettier-ignore
  { name: 'a grant for more data', ...grant, number: 2, code: 'other-terms', change: (w) => withGrant(w, 1, (one) => ({ ...one, document: one.document.replace('"balance"', '"balance","transactions"') })) }, // prettier-ignore
  { name: 'a grant for advertising', ...grant, number: 1, code: 'terms-malformed', change: (w) => withGrant(w, 0, (one) => ({ ...one, document: one.document.replace('answer-customer', 'advertising') })) }, // prettier-ignore
  { name: 'a grant with spaces', ...grant, number: 1, code: 'terms-malformed', change: (w) => withGrant(w, 0, (one) => ({ ...one, document: one.document.replace(',', ', ') })) }, // prettier-ignore
  { name: 'an ES256 signature with another byte', ...grant, number: 1, code: 'signature-wrong', change: (w) => withGrant(w, 0, (one) => ({ ...one, signature: otherBytes(one.signature, 'base64url', 20) })) }, // prettier-ignore
  { name: 'an Ed25519 signature with another byte', ...grant, number: 2, code: 'signature-wrong', change: (w) => withGrant(w, 1, (one) => ({ ...one, signature: otherBytes(one.signature, 'base64url', 20) })) }, // prettier-ignore
  { name: 'an RS256 signature with another byte', ...grant, number: 3, code: 'signature-wrong', change: (w) => withGrant(w, 2, (one) => ({ ...one, signature: otherBytes(one.signature, 'base64url', 20) })) }, // prettier-ignore
  { name: 'somebody else’s key under a signature', ...grant, number: 1, code: 'signature-wrong', change: (w) => withGrant(w, 0, (one) => ({ ...one, publicKey: w.grant('ES256').publicKey })) }, // prettier-ignore
  { name: 'a key of another kind', ...grant, number: 1, code: 'key-unsupported', change: (w) => withGrant(w, 0, (one) => ({ ...one, publicKey: otherBytes(one.publicKey, 'base64url', 4) })) }, // prettier-ignore
  { name: 'a grant without the person verified', ...grant, number: 1, code: 'not-verified', change: (w) => withGrant(w, 0, () => w.grant('ES256', { flaws: { isUnverified: true } })) }, // prettier-ignore
  { name: 'a grant signed on another site', ...grant, number: 1, code: 'other-origin', change: (w) => withGrant(w, 0, () => w.grant('ES256', { flaws: { origin: 'https://parley.test.evil.example' } })) }, // prettier-ignore
  { name: 'a grant that allows another site itself', ...grant, number: 1, code: 'other-origin', change: (w) => withGrant(w, 0, () => ({ ...w.grant('ES256', { flaws: { origin: 'https://evil.example' } }), origins: ['https://evil.example'] })) }, // prettier-ignore
  { name: 'a grant whose passkey is another site’s', ...grant, number: 1, code: 'other-site', change: (w) => withGrant(w, 0, () => w.grant('ES256', { flaws: { rpId: 'evil.example' } })) }, // prettier-ignore
  { name: 'a grant from inside another page', ...grant, number: 1, code: 'embedded', change: (w) => withGrant(w, 0, () => w.grant('ES256', { flaws: { isCrossOrigin: true } })) }, // prettier-ignore
  { name: 'a passkey that was made, not used', ...grant, number: 1, code: 'wrong-act', change: (w) => withGrant(w, 0, () => w.grant('ES256', { flaws: { type: 'webauthn.create' } })) }, // prettier-ignore
  { name: 'what the authenticator said, changed', ...grant, number: 1, code: 'signature-wrong', change: (w) => withGrant(w, 0, (one) => ({ ...one, authenticatorData: otherBytes(one.authenticatorData, 'base64url', 36) })) }, // prettier-ignore
  { name: 'what the authenticator said, longer', ...grant, number: 1, code: 'authenticator-data-malformed', change: (w) => withGrant(w, 0, (one) => ({ ...one, authenticatorData: `${one.authenticatorData}AAAA`.slice(0, -(one.authenticatorData.length % 4) || undefined) })) }, // prettier-ignore
  { name: 'what the browser said, no JSON', ...grant, number: 1, code: 'client-data-malformed', change: (w) => withGrant(w, 0, (one) => ({ ...one, clientData: 'AAAA' })) }, // prettier-ignore
  { name: 'bytes that are no bytes', ...grant, number: 1, code: 'encoding-malformed', change: (w) => withGrant(w, 0, (one) => ({ ...one, signature: `${one.signature}*` })) }, // prettier-ignore
  { name: 'a grant that is no grant', ...grant, number: 2, code: 'grant-malformed', change: (w) => withGrant(w, 1, () => ({ document: 1 })) }, // prettier-ignore
  { name: 'somebody else’s grant', ...grant, number: 1, code: 'grant-other-customer', change: (w) => withGrant(w, 0, () => w.grant('ES256', { customer: '00000000-0000-4000-8000-000000000000' })) }, // prettier-ignore
  { name: 'a receipt with another word', part: 'receipt', number: 1, code: 'receipt-signature', change: (w) => ({ ...w.bundle, receipts: w.bundle.receipts.map((one) => one.replace('revocation', 'erasure')) }) }, // prettier-ignore
  { name: 'a receipt by another key', part: 'receipt', number: 1, code: 'receipt-signature', change: (w) => ({ ...w.bundle, receipts: w.bundle.receipts.map((one) => one.replace(/^— .*$/m, '— log.test/parley/receipt AAAAAAAA')) }) }, // prettier-ignore
  { name: 'a cut receipt', part: 'receipt', number: 1, code: 'receipt-malformed', change: (w) => ({ ...w.bundle, receipts: w.bundle.receipts.map((one) => one.slice(0, 50)) }) }, // prettier-ignore
  { name: 'a receipt that pins another tree', code: 'checkpoint-fork', change: (w) => ({ ...w.bundle, receipts: [w.sign({ ...w.receiptBody, checkpoint: { hash: randomBytes(32).toString('base64'), size: 128 } })] }) }, // prettier-ignore
  { name: 'a line of what is stored without a number', part: 'stored', number: 1, code: 'stored-malformed', change: bundle({ stored: [{ table: 'x', what: 'y' }] }) }, // prettier-ignore
  { name: 'keys that are none', code: 'export-keys', change: (w) => ({ ...w.bundle, keys: { ...w.bundle.keys, log: 'no key' } }) }, // prettier-ignore
  { name: 'the promise’s key for receipts', code: 'export-keys', change: (w) => ({ ...w.bundle, keys: { ...w.bundle.keys, receipt: w.bundle.keys.promise } }) }, // prettier-ignore
  { name: 'another key of the log’s name', code: 'export-other-key', change: (w) => ({ ...w.bundle, keys: { ...w.bundle.keys, log: newLogKey().verifierKey } }) }, // prettier-ignore
  { name: 'another version', code: 'export-malformed', change: bundle({ v: 2 }) },
  { name: 'no list of entries', code: 'export-malformed', change: bundle({ entries: {} }) },
  { name: 'entries of somebody else', ...look, number: 1, code: 'entry-other-customer', change: otherCustomer },
]

/** An export that claims another customer for everything that carries one. */
function otherCustomer(world: VerifyWorld): unknown {
  const customer = '00000000-0000-4000-8000-000000000000'
  return { ...world.bundle, customer, grants: [world.grant('ES256', { customer })] }
}

function foreignCheckpoint({ proof }: LookReceipt): string {
  const foreign = Buffer.from(signedCheckpoint(newLogKey(), [randomBytes(32)])).toString()
  return `${proof?.slice(0, proof.indexOf('\n\n') + 2) ?? ''}${foreign}`
}

/** The tampered export as a file. */
export function tamperedFile(tampering: Tampering, world: VerifyWorld): string {
  return JSON.stringify(tampering.change(world))
}
