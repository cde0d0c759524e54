import { type Disclosure, lesserDisclosure } from '../../kernel/index.ts'
import type { Plan, PlanInput } from '../plan.ts'

/** How much this chat may show. Words lower it at once; anything fuller is chosen on the page, with the passkey. */
export function planChangeDisclosure({ understood, sharing }: PlanInput): Plan {
  if (sharing.levels.length === 0) return { do: 'offer-link', purpose: 'link', words: 'link.offer' }
  const { level } = understood
  if (level === undefined) return offerPage
  if (sharing.levels.every((now) => now === level)) return { do: 'say-level', words: 'change.already', level }
  const isLower = sharing.levels.some((now) => isBelow(level, now))
  return isLower && level !== 'full' ? { do: 'lower-disclosure', level } : offerPage
}

const offerPage: Plan = { do: 'offer-link', purpose: 'change', words: 'change.offer' }

function isBelow(level: Disclosure, now: Disclosure): boolean {
  return level !== now && lesserDisclosure(level, now) === level
}
