import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createSoftPasskey } from '../../../test/setup/soft-passkey.ts'
import type { PasskeyAlgorithm, PasskeyFlaws, SoftPasskey } from '../../../test/setup/soft-passkey.ts'
import { commitmentOf } from '../../audit/index.ts'
import type { LogKey } from '../../audit/index.ts'
import { leafHashOf } from '../../audit/leaf.ts'
import { signPromise } from '../../audit/promise.ts'
import { newLogKey, testOrigin } from '../../audit/test-support/log-world.ts'
import { memoryLog, signedCheckpoint } from '../../audit/test-support/memory-log.ts'
import type { MemoryLog } from '../../audit/test-support/memory-log.ts'
import {
  archiveEnd,
  archivePart,
  canonicalJson,
  composeNote,
  formatReceiptText,
  formatTlogProof,
  growTree,
  inclusionRanges,
  termsChallenge,
  toInstant,
} from '../../kernel/index.ts'
import type { ExportBundle, LookReceipt, ReceiptBody, SignedGrant } from '../../kernel/index.ts'
import { nodeCrypto } from '../node-crypto.ts'

/** A customer of an honest gateway, with everything that can be verified: a log, looks, grants, receipts and an export. */
export type VerifyWorld = {
  readonly keys: { readonly log: LogKey; readonly promise: LogKey; readonly receipt: LogKey }
  readonly log: MemoryLog
  /** The log as one file. */
  readonly archive: Uint8Array
  readonly bundle: ExportBundle
  /** A receipt as its giver signs it. */
  sign(body: ReceiptBody): string
  /** A grant of the customer, perhaps flawed, by a passkey of that kind. */
  grant(algorithm: PasskeyAlgorithm, options?: GrantOptions): SignedGrant
  /** A look with its proof in the log of this world. */
  readonly look: LookReceipt
  /** The body of a receipt that pins the log's present tree. */
  readonly receiptBody: ReceiptBody
}

export type GrantOptions = { readonly flaws?: PasskeyFlaws; readonly expiresAt?: string; readonly customer?: string }

const site = { origin: 'https://parley.test', rpId: 'parley.test' }
const bank = 'first-valley'
const conversation = randomUUID()
const logSize = 128
const at = '2026-11-22T10:51:00Z'

/** A new world; its keys and its customer are its own. */
export function createVerifyWorld(): VerifyWorld {
  const keys = {
    log: newLogKey(testOrigin),
    promise: newLogKey(`${testOrigin}/promise`),
    receipt: newLogKey(`${testOrigin}/receipt`),
  }
  const customer = randomUUID()
  const places = [17, 70, 103]
  const openings = ['opened', 'disclosed', 'opened'].map((event) => openingOf(customer, event))
  const commitments = Array.from({ length: logSize }, (): Uint8Array => randomBytes(32))
  places.forEach((place, one) => void (commitments[place] = commitmentIn(openings[one])))
  const log = memoryLog(keys.log, commitments)
  const checkpoint = Buffer.from(signedCheckpoint(keys.log, commitments)).toString()
  const looks = openings.map((opening, one): LookReceipt => {
    const index = BigInt(places[one] ?? 0)
    return { v: 1, ...opening, proof: formatTlogProof({ index, proof: proofOf(commitments, index), checkpoint }) }
  })
  const waiting = openingOf(customer, 'disclosed')
  const promise = signPromise(
    keys.promise,
    { commitment: commitmentIn(waiting), at: toInstant(Date.parse(at)) },
    60_000,
  )
  const receiptBody: ReceiptBody = {
    at,
    checkpoint: { hash: Buffer.from(rootOf(commitments)).toString('base64'), size: logSize },
    id: randomUUID(),
    kind: 'revocation',
  }
  const sign = (body: ReceiptBody): string => {
    const text = formatReceiptText(body)
    return Buffer.from(composeNote({ text, signatures: [keys.receipt.sign(text)] })).toString()
  }
  const grant = (algorithm: PasskeyAlgorithm, options: GrantOptions = {}): SignedGrant =>
    grantOf(createSoftPasskey(site, algorithm), options.customer ?? customer, options)
  const bundle: ExportBundle = {
    parley: 'export',
    v: 1,
    origin: testOrigin,
    keys: { log: keys.log.verifierKey, promise: keys.promise.verifierKey, receipt: keys.receipt.verifierKey },
    customer,
    exportedAt: '2026-11-22T10:51:30Z',
    entries: [...looks, { v: 1, ...waiting, proof: null, promise: promise.note }],
    grants: [grant('ES256'), grant('Ed25519'), grant('RS256')],
    receipts: [sign(receiptBody)],
    stored: [{ table: 'consent.grant_', what: 'agreements', count: 3, until: null }],
  }
  const [look] = looks
  if (look === undefined) throw new Error('no look')
  return {
    keys,
    log,
    archive: archiveOf(log, signedCheckpoint(keys.log, commitments.slice(0, 64))),
    bundle,
    sign,
    grant,
    look,
    receiptBody,
  }
}

type Opening = { readonly fields: string; readonly salt: string }

function openingOf(customer: string, event: string): Opening {
  const disclosure = event === 'disclosed' ? { level: 'sealed', opened: '12', place: 'chat' } : {}
  const fields = canonicalJson({
    bank,
    channel: 'messenger',
    class: 'balance',
    customer,
    event,
    grant: randomUUID(),
    id: randomUUID(),
    login: 'parley_answer',
    minute: '2026-11-22T10:42Z',
    purpose: 'answer-customer',
    v: 1,
    ...disclosure,
  })
  return { fields, salt: randomBytes(32).toString('base64') }
}

function commitmentIn(opening: Opening | undefined): Uint8Array {
  if (opening === undefined) throw new Error('no opening')
  return commitmentOf(Buffer.from(opening.salt, 'base64'), opening.fields)
}

function rootOf(commitments: readonly Uint8Array[]): Uint8Array {
  const tree = growTree(nodeCrypto.hash)
  for (const commitment of commitments) tree.add(leafHashOf(commitment))
  return tree.root()
}

function proofOf(commitments: readonly Uint8Array[], index: bigint): readonly Uint8Array[] {
  return inclusionRanges(index, BigInt(commitments.length)).map(({ start, end }) =>
    rootOf(commitments.slice(Number(start), Number(end))),
  )
}

/** With an earlier checkpoint beside the newest. */
function archiveOf({ files }: MemoryLog, earlier: Uint8Array): Uint8Array {
  const all = [...files, ['checkpoint.64', earlier] as const]
  return Buffer.concat([...all.map(([path, bytes]) => archivePart(path, bytes)), archiveEnd])
}

function grantOf(passkey: SoftPasskey, customer: string, { flaws, expiresAt }: GrantOptions): SignedGrant {
  const document = canonicalJson({
    v: 1,
    kind: 'sharing',
    id: randomUUID(),
    customer,
    institution: bank,
    channel: 'messenger',
    conversation,
    accounts: ['everyday'],
    purposes: { 'answer-customer': ['account-list', 'balance'] },
    disclosure: 'sealed',
    expiresAt: expiresAt ?? '2027-02-20T00:00:00Z',
  })
  const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
  const { response } = passkey.assert(termsChallenge(document, sha256), flaws)
  return {
    document,
    credentialId: passkey.credentialId.toString('base64url'),
    publicKey: passkey.publicKey.toString('base64url'),
    authenticatorData: response.authenticatorData,
    clientData: response.clientDataJSON,
    signature: response.signature,
    rpId: site.rpId,
    origins: [site.origin],
    state: 'live',
  }
}
