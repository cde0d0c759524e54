import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fromBase64, toBase64 } from '../kernel/index.ts'
import { auditFault } from './fault.ts'
import { sha256 } from './sha256.ts'
import type { WitnessMemory } from './witness.ts'

const treeShape = z.object({ origin: z.string(), size: z.string().regex(/^\d+$/), root: z.string() })

/** A witness' memory as one small file a log, in a folder that exists; written aside, synced, then put in place. */
export function witnessFolder(folder: string): WitnessMemory {
  const fileOf = (origin: string): string =>
    join(
      folder,
      `${Buffer.from(sha256(Buffer.from(origin)))
        .toString('hex')
        .slice(0, 32)}.json`,
    )
  return {
    async load(origin) {
      const text = await readIfThere(fileOf(origin))
      if (text === undefined) return undefined
      const tree = treeShape.safeParse(JSON.parse(text))
      const root = tree.success ? fromBase64(tree.data.root) : undefined
      // A damaged memory must not become an empty one: the witness would sign another beginning.
      if (!tree.success || root === undefined || tree.data.origin !== origin)
        throw auditFault('audit/witness-memory-broken')
      return { size: BigInt(tree.data.size), root }
    },
    async store(origin, { size, root }) {
      const file = fileOf(origin)
      const handle = await open(`${file}.new`, 'w', 0o600)
      try {
        await handle.writeFile(JSON.stringify({ origin, size: size.toString(), root: toBase64(root) }))
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${file}.new`, file)
      await syncFolder(folder)
    },
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}
