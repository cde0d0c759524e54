import { findIdeas } from './find-ideas.ts'

/** "Stop the fraud alerts", "don't stop them": fraud alerts have an ending of their own, and a wish to keep them is the safer reading. */
export function findAlertWish(text: string): 'stop_alerts' | 'keep_alerts' | undefined {
  const ideas = findIdeas(text)
  if (!ideas.has('alerts')) return undefined
  const ends = ideas.has('stop') || ideas.has('off')
  const stops = [...ideas.placesOf('stop'), ...ideas.placesOf('off')]
  const isNegated = ideas.placesOf('not').some((not) => stops.some((stop) => stop > not && stop - not <= 2))
  if (ideas.has('keep') || (ends && isNegated)) return 'keep_alerts'
  return ends ? 'stop_alerts' : undefined
}
