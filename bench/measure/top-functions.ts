import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const profileShape = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})

/** A row of the summary: where the time went and what share of the busy time it is, in per cent. */
export type ProfileRow = { readonly where: string; readonly percent: number }

/** Where a process spent its time, by function and by package or module, idle time left out. Reads `--cpu-prof` files. */
export function summarizeProfiles(folder: string): {
  readonly functions: readonly ProfileRow[]
  readonly modules: readonly ProfileRow[]
} {
  const byFunction = new Map<string, number>()
  const byModule = new Map<string, number>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = profileShape.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
    profile.samples.forEach((id, index) => {
      const node = nodes.get(id)
      if (node === undefined || ['(idle)', '(root)'].includes(node.callFrame.functionName)) return
      const { functionName, url, lineNumber } = node.callFrame
      const place = shortPlace(url)
      const spent = profile.timeDeltas[index] ?? 0
      add(
        byFunction,
        `${functionName || '(anonymous)'} ${place}${url === '' ? '' : `:${lineNumber + 1}`}`.trim(),
        spent,
      )
      add(byModule, moduleOf(functionName, place), spent)
    })
  }
  return { functions: topRows(byFunction, 25), modules: topRows(byModule, 20) }
}

function topRows(spent: ReadonlyMap<string, number>, count: number): readonly ProfileRow[] {
  const total = [...spent.values()].reduce((sum, one) => sum + one, 0)
  return [...spent]
    .sort(([, left], [, right]) => right - left)
    .slice(0, count)
    .map(([where, time]) => ({ where, percent: Math.round((time / total) * 1000) / 10 }))
}

function add(spent: Map<string, number>, key: string, time: number): void {
  spent.set(key, (spent.get(key) ?? 0) + time)
}

/** Without the machine's own folders: from `node_modules/` or `dist/` on. */
function shortPlace(url: string): string {
  const found = /(?:node_modules|dist)\/.*$|^node:.*$/.exec(url)
  return (found?.[0] ?? '').replace('node_modules/', '')
}

function moduleOf(functionName: string, place: string): string {
  if (place === '') return functionName.startsWith('(') ? functionName : '(native)'
  if (place.startsWith('node:')) return place.replace(/^(node:(?:internal\/)?[^/]+).*/, '$1')
  const parts = place.split('/')
  if (place.startsWith('dist/')) return parts.slice(0, 4).join('/')
  return place.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? place)
}
