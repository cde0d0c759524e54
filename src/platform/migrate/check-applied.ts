import type { Client } from 'pg'
import { z } from 'zod'
import { platformFault } from '../fault.ts'
import type { MigrationFile } from './migration-files.ts'

const noted = z.array(z.object({ name: z.string(), sha256: z.string() }))

/**
 * Compares what was applied with what lies in the folder. Migrations only go forward: an applied file that changed
 * (`platform/migration-changed`) or is gone (`platform/migration-missing`) means that code and database differ.
 */
export async function checkApplied(client: Client, files: readonly MigrationFile[]): Promise<void> {
  await client.query('CREATE SCHEMA IF NOT EXISTS migrations')
  await client.query('CREATE TABLE IF NOT EXISTS migrations.hash (name text PRIMARY KEY, sha256 text NOT NULL)')
  const applied = noted.parse((await client.query('SELECT name, sha256 FROM migrations.hash ORDER BY name')).rows)
  const known = new Map(files.map((file) => [file.name, file.hash]))
  for (const { name, sha256 } of applied) {
    const hash = known.get(name)
    if (hash === undefined) throw platformFault('platform/migration-missing', new Error(name))
    if (hash !== sha256) throw platformFault('platform/migration-changed', new Error(name))
  }
}
