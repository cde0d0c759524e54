import { readFile, stat } from 'node:fs/promises'
import type { AccountBook } from '../world/book.ts'
import { decodeText } from './decode-text.ts'
import { bookOfStatements } from './ofx-book.ts'
import { OfxError, OfxFinding } from './ofx-error.ts'
import { parseTree } from './parse-tree.ts'
import { readStatements } from './read-statements.ts'
import type { OfxFile, OfxStatement } from './read-statements.ts'

/** Largest statement file: years of history are a few megabytes. */
const FILE_BYTES_MAX = 32 * 1024 * 1024

/** Accounts out of real statement files. Throws an `OfxError` for the first file that cannot be used; nothing is half-loaded. */
export async function readOfxAccounts(files: readonly string[], personId: string): Promise<readonly AccountBook[]> {
  const parsed = await Promise.all(files.map(readOfxFile))
  const statements = parsed.flatMap((file) => file.statements)
  const closings = parsed.flatMap((file) => file.closings)
  const byAccount = new Map<string, OfxStatement[]>()
  for (const each of statements) byAccount.set(keyOf(each), [...(byAccount.get(keyOf(each)) ?? []), each])
  return [...byAccount.values()].map((same) =>
    bookOfStatements(
      personId,
      same,
      closings.filter((closing) =>
        same.some((each) => each.kind === 'CREDITCARD' && each.accountId === closing.accountId),
      ),
    ),
  )
}

function keyOf(statement: OfxStatement): string {
  return [statement.bankId, statement.accountId, statement.kind].join('|')
}

/** Parses one file or refuses it with a typed reason. */
export async function readOfxFile(path: string): Promise<OfxFile> {
  try {
    return readStatements(parseTree(decodeText(await readBytes(path))))
  } catch (error) {
    if (error instanceof OfxFinding) throw new OfxError(path, error)
    throw error
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > FILE_BYTES_MAX) throw new OfxFinding('too-large', `more than ${FILE_BYTES_MAX} bytes`)
    return await readFile(path)
  } catch (error) {
    if (error instanceof OfxFinding) throw error
    throw new OfxFinding(
      'unreadable',
      error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read',
    )
  }
}
