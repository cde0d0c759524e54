import { z } from 'zod'
import { endings } from '../consent/index.ts'
import { Fault } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { sqlState } from '../platform/index.ts'
import type { Database, Job, JobOutcome, Logger, Tx } from '../platform/index.ts'
import type { Receipts } from '../receipts/index.ts'
import { erasureFault } from './fault.ts'
import {
  erasureIdColumn,
  finishErasure,
  insertHeld,
  loadProgress,
  loadToHold,
  refuseErasure,
  removeRows,
} from './erasure-store.ts'
import type { ErasureId } from './erasure-store.ts'
import { planErase } from './erase-plan.ts'
import type { EraseWaits } from './erase-plan.ts'
import { receiptFacts } from './receipt-facts.ts'

export type ErasureDeps = {
  /** Login `parley_eraser`. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'carryOutErasure' | 'sealHeld'>
  readonly receipts: Pick<Receipts, 'issue'>
  readonly logger: Logger
  readonly waits: EraseWaits
  /** How long backups of the database are kept; the receipt says so. */
  readonly databaseBackupDays: number
}

const payloadShape = z.object({ erasure: erasureIdColumn })

/**
 * Follows an erasure: lets banks be told and the last message go, within bounds; holds what the law makes us keep; has the
 * keystore destroy the keys; removes the rows and signs the receipt. Every step may be done again, so a crash at any of them is
 * made good by the next run.
 */
export async function followErasure(deps: ErasureDeps, job: Job): Promise<JobOutcome> {
  const payload = payloadShape.safeParse(job.payload)
  if (!payload.success) throw erasureFault('erasure/job-malformed')
  const { erasure } = payload.data
  const progress = await loadProgress(deps.database, erasure)
  const plan = progress === undefined ? ({ step: 'nothing' } as const) : planErase(progress, deps.waits)
  switch (plan.step) {
    case 'nothing':
      return { finish: async () => undefined }
    case 'wait':
      return { againAfterMs: lookAgainMs }
    case 'destroy':
      return await destroy(deps, erasure)
  }
}

/** How soon to look again whether banks and messenger have answered. */
const lookAgainMs = 500

async function destroy(deps: ErasureDeps, erasure: ErasureId): Promise<JobOutcome> {
  await endWhatCameSince(deps, erasure)
  await holdRecords(deps, erasure)
  const destroyed = await deps.keystore.carryOutErasure(erasure)
  if (destroyed.ok) return { finish: (tx) => remove(deps, tx, erasure) }
  deps.logger.error('erasure.refused', { code: destroyed.code })
  return { finish: (tx) => refuseErasure(tx, erasure) }
}

// Somebody may have linked again in the minutes since; what they agreed to then ends as well.
async function endWhatCameSince(deps: ErasureDeps, erasure: ErasureId): Promise<void> {
  const customer = (await loadProgress(deps.database, erasure))?.customer
  if (customer !== undefined) await deps.database.transaction((tx) => endings.end(tx, { customer }, 'erased'))
}

/** Rounds of held records; twenty a round. More terms than that one customer cannot have signed. */
const holdRoundsMax = 100

async function holdRecords(deps: ErasureDeps, erasure: ErasureId): Promise<void> {
  for (let round = 0; round < holdRoundsMax; round += 1) {
    const toHold = await loadToHold(deps.database, erasure)
    if (toHold.length === 0) return
    for (const held of toHold) {
      const { record, keptUntil: until, plain } = held
      const sealed = await deps.keystore.sealHeld({ record, until, plain })
      await insertHeld(deps.database, erasure, held, sealed)
    }
  }
  throw erasureFault('erasure/not-yet')
}

/** Rows, receipt and the end of the job commit together: what the receipt says has happened, exactly when it exists. */
async function remove(deps: ErasureDeps, tx: Tx, erasure: ErasureId): Promise<void> {
  try {
    const summary = await removeRows(tx, erasure)
    const facts = receiptFacts({ erasure, summary, databaseBackupDays: deps.databaseBackupDays })
    const receipt = await deps.receipts.issue(tx, { customer: undefined, kind: 'erasure', facts })
    await finishErasure(tx, erasure, receipt)
  } catch (cause) {
    // Something came in between the steps: the next run begins with what it was.
    if (cause instanceof Fault && cameInBetween.includes(sqlState(cause) ?? '')) {
      throw erasureFault('erasure/not-yet', cause)
    }
    throw cause
  }
}

const cameInBetween: readonly string[] = ['PE001', 'PE002', 'PE003']
