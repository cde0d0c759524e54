import { availableParallelism } from 'node:os'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** How much of the machine was there, in cores: ours is what the measured processes used, others' what strangers did. */
export type MachineLoad = { readonly cores: number; readonly ours: number; readonly others: number }

/** Begins to watch; call the result with what our processes used meanwhile, in seconds. Linux only. */
export function watchMachine(): (ourSeconds: number) => MachineLoad {
  const began = performance.now()
  const before = busyTicks()
  return (ourSeconds) => {
    const lasted = (performance.now() - began) / 1000
    const busy = (busyTicks() - before) / ticksPerSecond / lasted
    const ours = ourSeconds / lasted
    return { cores: availableParallelism(), ours: round(ours), others: round(Math.max(0, busy - ours)) }
  }
}

/** USER_HZ, which Linux fixes for every architecture that matters here. */
const ticksPerSecond = 100

/** Everything but idle and waiting for disks: the first line of /proc/stat (proc(5)). */
function busyTicks(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return user + nice + system + irq + softirq + steal
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
