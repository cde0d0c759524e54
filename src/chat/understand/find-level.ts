import type { Disclosure } from '../../kernel/index.ts'
import { findIdeas } from './find-ideas.ts'

/** Of a wish to change what a chat shows: the level it names. To hide is read as to seal, also where "show" is denied. */
export function findLevel(text: string): Disclosure | undefined {
  const ideas = findIdeas(text)
  if (ideas.has('seal')) return 'sealed'
  if (ideas.has('round')) return 'rounded'
  if (ideas.has('exact')) return ideas.has('not') || ideas.has('stop') ? 'sealed' : 'full'
  return undefined
}
