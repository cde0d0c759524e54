import { randomBytes } from 'node:crypto'
import { chmod, link, readFile, unlink, writeFile } from 'node:fs/promises'
import type { z } from 'zod'

/**
 * Reads a JSON file of mode 0600, or makes it once: written beside and linked into place, so that a crash never leaves half
 * a file and a second process never replaces the first one's secrets.
 */
export async function readOrMakeSecretFile<T>(
  path: string,
  shape: z.ZodType<T>,
  make: () => Promise<T> | T,
): Promise<T> {
  const present = await readIfThere(path)
  if (present !== undefined) return shape.parse(JSON.parse(present))
  const beside = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(beside, `${JSON.stringify(await make(), null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await link(beside, path).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error
  })
  await unlink(beside)
  await chmod(path, 0o600)
  return shape.parse(JSON.parse(await readFile(path, 'utf8')))
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Whether an error carries this Node error code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
