import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemClock, systemRandom } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'
import { hashOf } from './key-records.ts'
import { createRootFiles } from './root-files.ts'
import { readLine } from './shard-line.ts'

/** What a restore of the database had brought back. */
export type ErasedAgain = { readonly customers: number; readonly conversations: number }

const pageRow = z.object({ id: z.uuid(), customer: z.boolean() })

/**
 * After a restore of the database: finds rows of people whose keys this keystore has destroyed, and begins their erasures again. No
 * passkey is asked for: their keys are gone already, and the keystore would refuse anybody else. Reads the key files only.
 */
export async function eraseAgain(
  deps: { readonly database: Database },
  keystore: { readonly folder: string },
): Promise<ErasedAgain> {
  const erased = await readErased(keystore.folder)
  const counted = { customers: 0, conversations: 0 }
  let after: string | null = null
  for (;;) {
    const page: readonly z.infer<typeof pageRow>[] = await deps.database.rows(
      pageRow,
      'SELECT id, customer FROM erasure.list_people($1)',
      [after],
    )
    for (const { id, customer } of page) {
      if (!erased.has(hashOf(id))) continue
      await deps.database.run('SELECT erasure.begin_again($1, $2)', [id, customer])
      counted[customer ? 'customers' : 'conversations'] += 1
    }
    const last = page.at(-1)
    if (last === undefined) return counted
    after = last.id
  }
}

/** The hashes of ids that must never get keys again. */
async function readErased(folder: string): Promise<ReadonlySet<string>> {
  const roots = await createRootFiles(folder, { clock: systemClock, random: systemRandom }).load()
  const shards = join(folder, 'shards')
  const erased = new Set<string>()
  for (const file of await readdir(shards)) {
    const lines = (await readFile(join(shards, file), 'utf8')).split('\n')
    for (const line of lines) {
      for (const root of roots) {
        for (const record of readLine(root, file.replace('.keys', ''), line) ?? []) {
          if (record.is === 'erased') erased.add(record.hash)
        }
      }
    }
  }
  return erased
}
