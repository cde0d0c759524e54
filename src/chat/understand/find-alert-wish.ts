import { phraseFinder } from '../safety/plain-text.ts'
import { findIdeas } from './find-ideas.ts'

/**
 * "Stop the fraud alerts", "don't stop them", "warn me about fraud": fraud alerts have an ending of their own. A wish to keep them is the
 * safer reading, and a wish to have them is the same wish.
 */
export function findAlertWish(text: string): 'stop_alerts' | 'keep_alerts' | undefined {
  const ideas = findIdeas(text)
  if (!ideas.has('off') && wanted.test(` ${ideas.words.join(' ')} `)) return 'keep_alerts'
  if (!ideas.has('alerts')) return undefined
  const ends = ideas.has('stop') || ideas.has('off')
  const stops = [...ideas.placesOf('stop'), ...ideas.placesOf('off')]
  const isNegated = ideas.placesOf('not').some((not) => stops.some((stop) => stop > not && stop - not <= 2))
  if (ideas.has('keep') || (ends && isNegated)) return 'keep_alerts'
  return ends ? 'stop_alerts' : undefined
}

// In the words' own order, so that "an alert to activate my card" is about the card.
const wanted = phraseFinder([
  '(?:warn|alert|notify|tell) me (?:\\S+ ){0,2}(?:about|of|to|against|when there is|if there is) (?:\\S+ ){0,2}fraud',
  '(?:enable|activate|start|switch on|set up|want|i d like|get) (?:\\S+ ){0,2}fraud (?:alerts?|warnings?)',
  '(?:advierteme|avisame|alertame) (?:\\S+ ){0,3}fraudes?',
  '(?:activa|activar|active|quiero|enciende|encender) (?:\\S+ ){0,2}(?:avisos|alertas) (?:de|contra|por) fraude',
  '(?:previens|prevenez|alerte|alertez|avertis|avertissez) (?:moi|nous) (?:\\S+ ){0,4}fraude',
  '(?:active|activer|activez|veux|voudrais) (?:\\S+ ){0,2}alertes? (?:de |anti )?fraude',
  '(?:warne|warnt|warnen sie) mich (?:\\S+ ){0,2}vor (?:\\S+ ){0,2}(?:karten)?betrug',
  '(?:betrugswarnungen|betrugswarnung|betrugsalarm) (?:\\S+ ){0,2}(?:einschalten|aktivieren|anschalten|anstellen|haben)',
  '(?:aktiviere|aktivieren sie|will|mochte) (?:\\S+ ){0,2}betrugswarnung(?:en)?',
  '(?:avise|avisa|alerte|alerta) me (?:\\S+ ){0,3}fraudes?',
  'me (?:avise|avisa|alerte|alerta) (?:\\S+ ){0,3}fraudes?',
  '(?:ative|ativar|ativa|ligue|ligar|quero) (?:\\S+ ){0,2}(?:alertas?|avisos?) de fraude',
]) // prettier-ignore
