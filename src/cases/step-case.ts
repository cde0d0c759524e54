import type { CaseFinding } from '../kernel/index.ts'

/**
 * How a case stands. `proposed`: one person's proposal waits for another person. `decided`: two agreed, and the customer is being told. `closed`: it
 * is over.
 */
export const caseStates = ['open', 'proposed', 'decided', 'closed'] as const
export type CaseState = (typeof caseStates)[number]

/** What can be done to a case. */
export const caseSteps = [
  'take',
  'release',
  'note',
  'propose',
  'confirm',
  'refuse',
  'withdraw',
  'unjoin',
  'open-evidence',
] as const
export type CaseStep = (typeof caseSteps)[number]

/** A case and a person before it, as far as what may be done rests on them. */
export type CaseBefore = {
  readonly state: CaseState
  readonly isJoined: boolean
  readonly hasEvidence: boolean
  /** Whether somebody has it, and whether it is this person. */
  readonly assigned: 'nobody' | 'me' | 'another'
  /** Whose proposal waits. */
  readonly proposal: 'none' | 'mine' | 'anothers'
  /** The role decides cases at all. */
  readonly decides: boolean
}

/**
 * What this person may do to this case now. No clock, no database; the database says the same again, and its word counts. Nobody ever may both
 * propose and confirm.
 */
export function stepsOf(before: CaseBefore): readonly CaseStep[] {
  if (!before.decides || before.state === 'closed') return []
  const evidence: readonly CaseStep[] = before.hasEvidence ? ['open-evidence'] : []
  if (before.state === 'decided') return [...evidence, 'note']
  if (before.isJoined) return [...evidence, 'note', ...(before.state === 'open' ? (['unjoin'] as const) : [])]
  const hold: readonly CaseStep[] =
    before.assigned === 'me' ? ['release'] : before.assigned === 'another' ? ['take', 'release'] : ['take']
  return [...evidence, ...hold, 'note', ...decisions(before)]
}

function decisions({ state, proposal }: CaseBefore): readonly CaseStep[] {
  if (state === 'open') return ['propose']
  if (proposal === 'mine') return ['withdraw']
  return proposal === 'anothers' ? ['confirm', 'refuse'] : []
}

/** What a finding says of the uses of the card: theirs or not; undefined: it says nothing, and nothing is learned. */
export function isFraudBy(finding: CaseFinding): boolean | undefined {
  switch (finding) {
    case 'fraud':
      return true
    case 'genuine':
    case 'friendly':
      return false
    case 'not-decided':
      return undefined
  }
}
