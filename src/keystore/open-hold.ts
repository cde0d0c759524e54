import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret, refusal, success } from '../kernel/index.ts'
import type { Instant, Outcome } from '../kernel/index.ts'
import { unseal } from '../platform/index.ts'
import type { Clock, Database, Random } from '../platform/index.ts'
import { listHeldRows, openHeldRow } from './erasure-facts-store.ts'
import { isMissing, syncFolder } from './files.ts'
import type { HoldRecord } from './key-records.ts'
import { createRootFiles } from './root-files.ts'
import type { RootKey } from './root-key.ts'
import { heldContext } from './seal-held.ts'
import { readLine, versionOf } from './shard-line.ts'
import { unwrapKey } from './wrap-key.ts'

export type OpenHoldDeps = {
  /** The keystore's own login. */
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
}

/** A held record, opened. */
export type OpenedHold = {
  readonly item: string
  readonly basis: string
  readonly keptUntil: Instant
  readonly plain: Secret<string>
}

/** A reason says who asked and by what right; shorter ones say nothing. */
export const reasonLength = { min: 10, max: 500 } as const

/**
 * Opens one held record, on the keystore's own host and for nobody over the wire. That it was opened, when and why is written to
 * `hold-opened.log` in the keystore's folder and to the database, and is there to stay, before anything is read.
 */
export async function openHold(
  deps: OpenHoldDeps,
  asked: { readonly folder: string; readonly record: string; readonly reason: string },
): Promise<Outcome<OpenedHold, 'keystore/not-held' | 'keystore/request-malformed'>> {
  const { folder, record, reason } = asked
  if (reason.length < reasonLength.min || reason.length > reasonLength.max) return refusal('keystore/request-malformed')
  await noteInFolder(folder, { at: new Date(deps.clock.now()).toISOString(), record, reason })
  const row = await openHeldRow(deps.database, record, reason)
  const key = row === undefined ? undefined : await findHoldKey(deps, folder, record)
  if (row === undefined || key === undefined) return refusal('keystore/not-held')
  const { item, basis, keptUntil, sealed } = row
  const plain = unseal(key, sealed, heldContext(record)).toString('utf8')
  return success({ item, basis, keptUntil, plain: new Secret(plain) })
}

/** Which records are held, without opening any. */
export function listHeld(deps: Pick<OpenHoldDeps, 'database'>) {
  return listHeldRows(deps.database)
}

async function noteInFolder(folder: string, note: Readonly<Record<string, string>>): Promise<void> {
  const file = await open(join(folder, 'hold-opened.log'), 'a', 0o600)
  try {
    await file.appendFile(`${JSON.stringify(note)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(folder)
}

/** A rotation may replace files between two reads; then they are read again. */
const triesMax = 5

// Reads only: a keystore may be running on the same folder.
async function findHoldKey(deps: OpenHoldDeps, folder: string, record: string): Promise<Buffer | undefined> {
  for (let tries = 0; ; tries += 1) {
    const roots = await createRootFiles(folder, deps).load()
    const bytes = await readShard(folder, record)
    const root = roots.find(({ version }) => version === versionOf(bytes))
    const held = root === undefined ? undefined : findRecord(root, shardOf(record), bytes, record)
    if (root !== undefined && held !== undefined) return unwrapKey(root, held.key, `hold|${record}`)
    if (root !== undefined || tries >= triesMax) return undefined
  }
}

function findRecord(root: RootKey, shard: string, bytes: Buffer, record: string): HoldRecord | undefined {
  return bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line) => readLine(root, shard, line) ?? [])
    .filter((one) => one.is === 'hold')
    .find((one) => one.record === record)
}

async function readShard(folder: string, record: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, 'shards', `${shardOf(record)}.keys`))
  } catch (cause) {
    if (isMissing(cause)) return Buffer.alloc(0)
    throw cause
  }
}

function shardOf(record: string): string {
  return (createHash('sha256').update(record).digest()[0] ?? 0).toString(16).padStart(2, '0')
}
