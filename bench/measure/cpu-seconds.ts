import { readFileSync, readdirSync } from 'node:fs'
import type { ParleyProcesses } from '../../test/setup/parley-processes.ts'

/** Seconds of processor time, by part of the system. */
export type CpuSeconds = Readonly<Record<'gateway' | 'keystore' | 'postgres' | 'bank' | 'messenger' | 'bench', number>>

/** USER_HZ of Linux. */
const ticksPerSecond = 100

/** What every process has used so far (/proc; PostgreSQL: all its processes, ended ones too). Linux only. */
export function readCpu(parley: ParleyProcesses): CpuSeconds {
  const [postmaster = 0, ...backends] = parley.postgres.pids()
  return {
    gateway: ownSeconds(parley.gateway.pid()) + (parley.worker === undefined ? 0 : ownSeconds(parley.worker.pid())),
    keystore: ownSeconds(parley.keystore.pid()),
    postgres: backends.reduce((sum, pid) => sum + ownSeconds(pid), withEndedChildren(postmaster)),
    bank: ownSeconds(parley.bank.pid()),
    messenger: ownSeconds(parley.messenger.pid()),
    bench: ownSeconds(process.pid),
  }
}

/** What this process and a PostgreSQL server, with all its processes, have used so far. Linux only. */
export function readOwnCpu(postmaster: number): number {
  const backends = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ').map(Number)
  return ownSeconds(process.pid) + backends.reduce((sum, pid) => sum + ownSeconds(pid), withEndedChildren(postmaster))
}

/** What this process and all that it started, and they in turn, have used so far: a browser too. Linux only. */
export function readTreeCpu(pid = process.pid): number {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  )
  const below = (parent: number): readonly number[] =>
    [...parents].flatMap(([child, its]) => (its === parent ? [child, ...below(child)] : []))
  return [pid, ...below(pid)].reduce((sum, one) => sum + withEndedChildren(one), 0)
}

/** Seconds used between two readings, to 0.01. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  const spent = (part: keyof CpuSeconds): number => Math.round((after[part] - before[part]) * 100) / 100
  return {
    gateway: spent('gateway'),
    keystore: spent('keystore'),
    postgres: spent('postgres'),
    bank: spent('bank'),
    messenger: spent('messenger'),
    bench: spent('bench'),
  }
}

function ownSeconds(pid: number): number {
  const [user = 0, system = 0] = timesOf(pid)
  return (user + system) / ticksPerSecond
}

function withEndedChildren(pid: number): number {
  return timesOf(pid).reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond
}

function parentOf(pid: number): number {
  return fieldsOf(pid).slice(1, 2).map(Number)[0] ?? 0
}

/** utime, stime, cutime, cstime of proc(5), in ticks. */
function timesOf(pid: number): readonly number[] {
  return fieldsOf(pid).slice(11, 15).map(Number)
}

/** What /proc says of a process, from its state on: the third field of proc(5) and all that follow. */
function fieldsOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return [] // a process that ended meanwhile: its parent has its time now
  }
}

/** All parts together. */
export function sumOf(cpu: CpuSeconds): number {
  return Object.values(cpu).reduce((sum, spent) => sum + spent, 0)
}
