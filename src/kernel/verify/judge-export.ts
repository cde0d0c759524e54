import { isUuid } from '../ids.ts'
import type { StoredItem } from '../export-bundle.ts'
import { type NoteKey, parseVerifierKey } from '../note.ts'
import { type ReceiptBody, openReceipt, receiptKeyName } from '../receipt.ts'
import type { Hearing } from './hearing.ts'
import { type JsonRecord, isJsonRecord, isText, parseStoredItem } from './json-shapes.ts'
import { checkGrants, createCover } from './judge-grants.ts'
import { type AlsoCheck, checkLooks, headOf } from './judge-looks.ts'
import { addReceiptView } from './judge-notes.ts'
import { promiseKeyName } from './promise.ts'
import { weakest } from './trusted-keys.ts'
import { type FoundGrant, type Judged, type KeyOrigin, type Problem, type ProblemCode, shownMax } from './verdict.ts'

/** A customer has few receipts, and a short list of what is stored. */
const receiptsMax = 100_000

/** Everything a customer took along: looks, grants, receipts, each by itself and all against each other. */
export async function judgeExport(hearing: Hearing, name: string, bundle: JsonRecord): Promise<Judged> {
  const broken = (code: ProblemCode, place: Partial<Problem> = {}): { readonly problem: Problem } => ({
    problem: { name, what: 'export', code, values: {}, ...place },
  })
  const head = parseHead(bundle)
  if (head === undefined) return broken('export-malformed')
  const keys = resolveKeys(hearing, head)
  if (typeof keys === 'string') return broken(keys)

  const grants = await checkGrants(hearing, head.grants)
  if (!grants.ok) return broken(grants.code, { part: 'grant', number: grants.number })
  const foreign = grants.grants.findIndex(({ terms }) => terms.customer !== head.customer)
  if (foreign >= 0) return broken('grant-other-customer', { part: 'grant', number: foreign + 1 })

  const looks = checkLooks(hearing, keys, head.entries, createEntryCheck(head, grants.grants))
  if (!looks.ok) return broken(looks.code, { part: 'look', number: looks.number })

  const receipts = checkReceipts(hearing, head, keys.receipt)
  if (!receipts.ok) return broken(receipts.code, { part: 'receipt', number: receipts.number })
  const stored = head.stored.map(parseStoredItem)
  const damaged = stored.indexOf(undefined)
  if (damaged >= 0) return broken('stored-malformed', { part: 'stored', number: damaged + 1 })
  return {
    kind: 'export',
    name,
    origin: head.origin,
    head: looks.newest && headOf(looks.newest),
    exportedAt: head.exportedAt,
    count: {
      looks: head.entries.length,
      promised: looks.promised,
      grants: head.grants.length,
      receipts: head.receipts.length,
    },
    looks: looks.looks,
    grants: grants.grants.slice(0, shownMax),
    receipts: receipts.bodies.slice(0, shownMax),
    stored: stored.filter((item): item is StoredItem => item !== undefined).slice(0, shownMax),
    keyFrom: keys.from,
  }
}

type ExportHead = {
  readonly origin: string
  readonly customer: string
  readonly exportedAt: string
  readonly keys: { readonly log: string; readonly promise: string; readonly receipt: string }
  readonly entries: readonly unknown[]
  readonly grants: readonly unknown[]
  readonly receipts: readonly unknown[]
  readonly stored: readonly unknown[]
}

type HeadRecord = { readonly v?: unknown } & { readonly [Name in keyof ExportHead]?: unknown }

function parseHead(bundle: JsonRecord): ExportHead | undefined {
  const { v, origin, customer, exportedAt, keys, entries, grants, receipts, stored }: HeadRecord = bundle
  if (v !== 1 || !isText(origin) || !isText(customer) || !isUuid(customer) || !isText(exportedAt)) return undefined
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(exportedAt) || !isJsonRecord(keys)) return undefined
  const [log, promise, receipt] = [keys['log'], keys['promise'], keys['receipt']]
  if (!isText(log) || !isText(promise) || !isText(receipt)) return undefined
  if (!Array.isArray(entries) || !Array.isArray(grants) || !Array.isArray(receipts) || !Array.isArray(stored)) {
    return undefined
  }
  return { origin, customer, exportedAt, keys: { log, promise, receipt }, entries, grants, receipts, stored }
}

type ExportKeys = {
  readonly log: NoteKey
  readonly promise: NoteKey
  readonly receipt: NoteKey
  readonly from: KeyOrigin
}

/** The keys that the export names must have the log's names, and be the ones that are known of it already. */
function resolveKeys(hearing: Hearing, { origin, keys }: ExportHead): ExportKeys | 'export-keys' | 'export-other-key' {
  const read = (text: string, name: string): NoteKey | undefined => {
    const key = parseVerifierKey(hearing.crypto.hash, text)
    return key?.name === name && key.kind === 'ed25519' ? key : undefined
  }
  const log = read(keys.log, origin)
  const promise = read(keys.promise, promiseKeyName(origin))
  const receipt = read(keys.receipt, receiptKeyName(origin))
  if (log === undefined || promise === undefined || receipt === undefined) return 'export-keys'
  const trusted = [
    hearing.keys.log(origin),
    hearing.keys.named(promiseKeyName(origin)),
    hearing.keys.named(receiptKeyName(origin)),
  ]
  const isOther = [log, promise, receipt].some((own, at) => {
    const known = trusted[at]?.key
    return known !== undefined && formatOf(known) !== formatOf(own)
  })
  if (isOther) return 'export-other-key'
  return { log, promise, receipt, from: weakest(trusted.map((one) => one?.from ?? 'itself')) }
}

function formatOf({ name, publicKey }: NoteKey): string {
  return `${name} ${publicKey.join()}`
}

/** What an export's looks must be beside proven: this customer's, each once, in time, and under terms that were signed. */
function createEntryCheck(head: ExportHead, grants: readonly FoundGrant[]): AlsoCheck {
  const cover = createCover(grants.map(({ terms }) => terms))
  const ids = new Set<string>()
  return (says, publishedBy) => {
    // By the exporter's own clock the promise was due, and yet the proof is missing.
    if (publishedBy !== undefined && publishedBy < new Date(head.exportedAt)) return 'entry-overdue'
    if (says === undefined) return undefined
    if (says.customer !== head.customer) return 'entry-other-customer'
    if (ids.has(says.id)) return 'entry-twice'
    ids.add(says.id)
    const until = cover(says)
    if (until === undefined) return 'entry-without-grant'
    // Taking a token back happens after the terms have ended.
    const isLook = says.event === 'opened' || says.event === 'disclosed'
    return isLook && says.minute.slice(0, minuteLength) > until.slice(0, minuteLength)
      ? 'entry-without-grant'
      : undefined
  }
}

const minuteLength = 'YYYY-MM-DDTHH:MM'.length

type ReceiptsOutcome =
  | { readonly ok: true; readonly bodies: readonly ReceiptBody[] }
  | { readonly ok: false; readonly number: number; readonly code: ProblemCode }

function checkReceipts(hearing: Hearing, head: ExportHead, key: NoteKey): ReceiptsOutcome {
  if (head.receipts.length > receiptsMax) return { ok: false, number: receiptsMax + 1, code: 'too-many' }
  const bodies: ReceiptBody[] = []
  for (const [at, note] of head.receipts.entries()) {
    if (!isText(note)) return { ok: false, number: at + 1, code: 'receipt-malformed' }
    const opened = openReceipt(note, key, hearing.crypto.verify)
    if (!opened.ok) return { ok: false, number: at + 1, code: opened.code }
    addReceiptView(hearing, head.origin, opened.value)
    bodies.push(opened.value)
  }
  return { ok: true, bodies }
}
