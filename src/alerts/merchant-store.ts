import { z } from 'zod'
import { bytesColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

const pieceBytes = 1_048_576
const piecesMax = 16

/** Sealed bytes of one snapshot at most. */
const bytesMax = pieceBytes * piecesMax

/** Puts a sealed snapshot in the place of the one before; of two that are written at once, the later one stays, whole. At most `bytesMax`. */
async function replace(tx: Tx, sealed: Uint8Array): Promise<void> {
  const pieces = Math.ceil(sealed.length / pieceBytes)
  for (let piece = 0; piece < pieces; piece += 1) {
    // The first piece is everybody's first: who comes second waits there until the other has committed.
    await tx.run(
      `INSERT INTO alerts.merchant_window (piece, sealed) VALUES ($1, $2)
       ON CONFLICT (piece) DO UPDATE SET sealed = excluded.sealed, written_at = excluded.written_at`,
      [piece, sealed.subarray(piece * pieceBytes, (piece + 1) * pieceBytes)],
    )
  }
  await tx.run('DELETE FROM alerts.merchant_window WHERE piece >= $1', [pieces])
}

/** The newest snapshot, sealed; undefined: there is none, or none of the last thirty days. */
async function newest(tx: Tx): Promise<Buffer | undefined> {
  const shape = z.object({ sealed: bytesColumn })
  const pieces = await tx.rows(
    shape,
    `SELECT sealed FROM alerts.merchant_window WHERE written_at > clock_timestamp() - interval '30 days' ORDER BY piece`,
  )
  return pieces.length === 0 ? undefined : Buffer.concat(pieces.map(({ sealed }) => sealed))
}

/** Forgets a snapshot that is out of every window; gives how many pieces. For a sweeper. */
function sweep(tx: Tx): Promise<number> {
  return tx.run("DELETE FROM alerts.merchant_window WHERE written_at <= clock_timestamp() - interval '30 days'")
}

/** Merchants' windows as they are stored. Login `parley_fraud`. */
export const merchantStore = { bytesMax, replace, newest, sweep } as const
