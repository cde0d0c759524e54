import type { Finding, Problem, Unjudged, Verdict } from './verdict.ts'

/** Puts a message of a catalogue (ICU) into words. */
export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string

/** The verdict in words, the same on the command line and on the page: one sentence for each thing, or for the first bad one. */
export function sayVerdict(say: Say, verdict: Verdict): string {
  switch (verdict.kind) {
    case 'unjudged':
      return sayUnjudged(say, verdict.reason)
    case 'broken':
      return sayBroken(say, verdict.problem)
    case 'holds':
      return [...verdict.findings.map((finding) => sayFinding(say, finding)), ...sayTrust(say, verdict.findings)].join(
        ' ',
      )
  }
}

/** That one thing holds. */
export function sayFinding(say: Say, finding: Finding): string {
  switch (finding.kind) {
    case 'log':
      return say(finding.withheld === 0n ? 'verdict.log' : 'verdict.logPruned', {
        ...headOf(finding.head),
        views: finding.views,
        withheld: Number(finding.withheld),
      })
    case 'looks':
      return sayLooks(say, finding)
    case 'grants':
      return say('verdict.grants', { count: finding.count })
    case 'receipts':
      return say('verdict.receipts', { origin: finding.origin, count: finding.count })
    case 'checkpoint':
      return say('verdict.checkpoint', headOf(finding.head))
    case 'export': {
      const { looks, promised, grants, receipts } = finding.count
      return say('verdict.export', { origin: finding.origin, proven: looks - promised, promised, grants, receipts })
    }
  }
}

function sayLooks(say: Say, { origin, count, promised, looks, head }: Finding & { readonly kind: 'looks' }): string {
  const index = looks[0]?.index
  if (count === 1 && index !== undefined && head !== undefined) {
    return say('verdict.look', { origin, index: Number(index), size: Number(head.size) })
  }
  return say(promised === 0 ? 'verdict.looks' : 'verdict.promised', {
    origin,
    count,
    promised,
    proven: count - promised,
  })
}

function headOf({ origin, size }: { readonly origin: string; readonly size: bigint }) {
  return { origin, size: Number(size) }
}

/** A key that the thing under test names itself shows that it was not damaged, not whose it is. */
function sayTrust(say: Say, findings: readonly Finding[]): readonly string[] {
  const isOwn = findings.some((finding) => finding.kind !== 'grants' && finding.keyFrom === 'itself')
  return isOwn ? [say('trust.itself')] : []
}

/** What is wrong, and where. */
export function sayBroken(say: Say, problem: Problem): string {
  const { name, what, part, number = 0, code, values } = problem
  const why = say(`problem.${code}`, { resource: '', size: '', entry: '', ...values }) + sayPlace(say, problem)
  const key = what === 'export' && part !== undefined ? `broken.export.${part}` : `broken.${what}`
  return say(key, { name, number, why })
}

function sayPlace(say: Say, { values: { first, last, entry } }: Problem): string {
  if (entry !== undefined || first === undefined || last === undefined) return ''
  return say(first === last ? 'place.one' : 'place.range', { first, last })
}

/** Why nothing was verified. */
export function sayUnjudged(say: Say, reason: Unjudged): string {
  const values = { name: 'name' in reason ? reason.name : '', origin: 'origin' in reason ? reason.origin : '' }
  return say(`unjudged.${reason.code}`, values)
}
