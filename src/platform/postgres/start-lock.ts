import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { platformFault } from '../fault.ts'
import { isAlive } from './postmaster-file.ts'

/** How long one start waits for another on the same folder. */
const waitMs = 60_000
const pollMs = 50

/** Lets one process at a time start a server on a folder; a lock left by a killed one is taken over. */
export async function withStartLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + waitMs
  while (!take(file)) {
    if (performance.now() > deadline) throw platformFault('platform/postgres-folder-in-use')
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const holder = readHolder(file)
    if (holder !== undefined && !isAlive(holder)) rmSync(file, { force: true })
    return false
  }
}

function readHolder(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return /^\d+$/.test(text) ? Number(text) : undefined
  } catch {
    // Let go meanwhile.
    return undefined
  }
}
