import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

/** What a running server writes into its data folder (`postmaster.pid`). */
export type PostmasterFile = {
  readonly pid: number
  readonly port: number
  readonly socket: string
  readonly address: string
  readonly ready: boolean
}

/** Reads it; undefined when there is none or it is still being written. */
export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  let text: string
  try {
    text = readFileSync(join(cluster, 'postmaster.pid'), 'utf8')
  } catch {
    return undefined
  }
  const [pid, , , port, socket, address, , status] = text.split('\n').map((line) => line.trim())
  if (pid === undefined || port === undefined || socket === undefined || address === undefined) return undefined
  if (!/^\d+$/.test(pid) || !/^\d+$/.test(port)) return undefined
  return { pid: Number(pid), port: Number(port), socket, address, ready: status === 'ready' }
}

/** Whether the number is taken, be it by a process that ended and was not yet buried. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether a process with this number runs. */
export function isAlive(pid: number): boolean {
  if (!isTaken(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    // Buried meanwhile.
    return false
  }
}

/** Whether this number is a server on this data folder, and not a stranger that got the number later. */
export function isServerOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false
  if (process.platform === 'win32') return true
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(cluster)
  } catch {
    // Gone meanwhile.
    return false
  }
}
