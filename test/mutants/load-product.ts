import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type * as Consent from '../../src/consent/index.ts'
import type * as Keystore from '../../src/keystore/index.ts'
import type { Tx } from '../../src/platform/index.ts'
import type { Change } from './change.ts'

/** The front doors of one copy of the product. */
export type Product = {
  readonly consent: typeof Consent
  readonly keystore: typeof Keystore
  /** Where the front door of another module of this copy is. */
  door(module: string): string
  close(): void
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Copies dist (`PARLEY_DIST`, or the checkout's), changes it, and loads it. Throws when a change does not apply. */
export async function loadProduct(changes: readonly Change[]): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-mutant-'))
  const built = process.env['PARLEY_DIST'] ?? join(root, 'dist')
  cpSync(built, join(folder, 'dist'), { recursive: true, filter: (path) => !/\.(?:map|d\.ts)$/.test(path) })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const change of changes) if ('file' in change) changeFile(join(folder, 'dist', change.file), change)
  const door = (module: string): string => pathToFileURL(join(folder, 'dist/src', module, 'index.js')).href
  const consent: typeof Consent = await import(/* @vite-ignore */ door('consent'))
  const keystore: typeof Keystore = await import(/* @vite-ignore */ door('keystore'))
  return { consent, keystore, door, close: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Takes away the defences that live in the database. */
export async function changeDatabase(admin: Tx, prefix: string, changes: readonly Change[]): Promise<void> {
  for (const change of changes) if ('sql' in change) await admin.run(change.sql.replaceAll('@', prefix))
}

// A mutant that no longer fits the code would prove nothing, so it is an error and never a pass.
function changeFile(path: string, change: Exclude<Change, { readonly sql: string }>): void {
  const before = readFileSync(path, 'utf8')
  const after =
    'from' in change ? replaceOnce(before, change.from, change.to) : override(before, change.override, change.to)
  writeFileSync(path, after)
}

function override(code: string, name: string, to: string): string {
  const head = new RegExp(`^export (async )?function ${name}\\(`, 'm')
  if (!head.test(code)) throw new Error(`no exported function ${name}`)
  const renamed = code.replace(head, `$1function ${name}$Original(`).replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n')
  return `${renamed}\nexport function ${name}(...given) { return (${to})(...given) }\n`
}

function replaceOnce(code: string, from: string, to: string): string {
  const parts = code.split(from)
  if (parts.length !== 2) throw new Error(`found ${parts.length - 1} times, not once: ${from}`)
  return parts.join(to)
}
