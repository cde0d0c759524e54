import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { platformFault } from '../fault.ts'

/** One numbered SQL file: `name` without the ending, `hash` of its text as written (SHA-256, hex). */
export type MigrationFile = { readonly name: string; readonly text: string; readonly hash: string }

const nameShape = /^\d{4}_[a-z0-9-]+(?:_[a-z0-9-]+)*$/
/** Names of roles are cut at 63 bytes, so the prefix must leave room. */
const prefixShape = /^[a-z][a-z0-9_]{0,29}_$/

/** Reads the folder's files in order; throws `platform/migration-missing` for a gap in the numbers. */
export function readMigrationFiles(directory: string): readonly MigrationFile[] {
  const names = readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort()
  names.forEach((name, index) => {
    if (!nameShape.test(name) || Number(name.slice(0, 4)) !== index + 1) {
      throw platformFault('platform/migration-missing', new Error(name))
    }
  })
  return names.map((name) => {
    const text = readFileSync(join(directory, `${name}.sql`), 'utf8')
    return { name, text, hash: createHash('sha256').update(text).digest('hex') }
  })
}

/**
 * Writes the files for the migrator: role names with the wanted prefix, and each file's hash noted in the transaction
 * that applies it.
 */
export function renderMigrationFiles(files: readonly MigrationFile[], into: string, prefix: string): void {
  if (!prefixShape.test(prefix)) throw platformFault('platform/migration-prefix')
  for (const file of files) {
    const note = `INSERT INTO migrations.hash (name, sha256) VALUES ('${file.name}', '${file.hash}');`
    // In a function's body a backslash means itself, so the prefix is given as a function, not as a pattern.
    const text = file.text.replace(/\bparley_(?=[a-z])/g, () => prefix)
    writeFileSync(join(into, `${file.name}.sql`), `${text}\n\nRESET ROLE;\n${note}\n`)
  }
}
