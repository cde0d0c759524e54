import type { ParleyProcesses } from '../../test/setup/parley-processes.ts'

/** Sums and counts of the gateway's histograms, by name and labels. */
export type StageTimes = ReadonlyMap<string, { readonly sum: number; readonly count: number }>

/** Reads the gateway's own histograms (seconds) from its metrics. */
export async function readStages(parley: ParleyProcesses): Promise<StageTimes> {
  const headers = { authorization: `Bearer ${parley.secrets.metricsToken}` }
  const answer = await fetch(`${parley.addresses.gateway}/metrics`, { headers })
  const lines = (await answer.text()).split('\n')
  const read = (suffix: string): ReadonlyMap<string, number> =>
    new Map(
      lines.flatMap((line) => {
        const found = new RegExp(`^(parley_\\w+)_${suffix}(\\{[^}]*\\})? (\\S+)$`).exec(line)
        return found === null ? [] : [[`${found[1]}${found[2] ?? ''}`, Number(found[3])] as const]
      }),
    )
  const counts = read('count')
  return new Map([...read('sum')].map(([key, sum]) => [key, { sum, count: counts.get(key) ?? 0 }]))
}

/** What each stage took on average between two readings, in milliseconds, and how often it came for one ask. */
export function stagesBetween(
  before: StageTimes,
  after: StageTimes,
  asks: number,
): Readonly<Record<string, { readonly ms: number; readonly perAsk: number }>> {
  const stages = [...after].flatMap(([key, { sum, count }]) => {
    const earlier = before.get(key) ?? { sum: 0, count: 0 }
    const times = count - earlier.count
    if (times === 0) return []
    return [[key, { ms: round(((sum - earlier.sum) / times) * 1000), perAsk: round(times / asks) }] as const]
  })
  return Object.fromEntries(stages)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
