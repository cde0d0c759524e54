import { type Disclosure, maskSecrets } from '../../kernel/index.ts'
import { findAccount } from './find-account.ts'
import { type Ideas, findIdeas } from './find-ideas.ts'
import { findLanguage } from './find-language.ts'
import type { Intent, Slots, Understood } from './understood.ts'

/** What may help to understand a text. Nothing of it is needed. */
export type UnderstandContext = {
  /** The language people were answered in so far. */
  readonly language?: string
  /** ISO 8601; days such as "yesterday" are counted from it. */
  readonly now?: string
  /** An IANA time zone. */
  readonly timeZone?: string
}

type Guess = {
  readonly intent: Intent
  readonly confidence: number
  readonly slots?: Slots
  readonly level?: Disclosure
}

/** Understands one message. Pure, and without any network. */
export function understand(text: string, _context: UnderstandContext = {}): Understood {
  const masked = maskSecrets(text)
  const ideas = findIdeas(masked)
  const language = findLanguage(ideas.words)
  const guess = guessIntent(masked, ideas)
  return {
    intent: guess.intent,
    confidence: guess.confidence,
    slots: guess.slots ?? {},
    ...(guess.level === undefined ? {} : { level: guess.level }),
    masked: masked === text ? undefined : masked,
    // Of alerts people speak in calm: they are not the danger that they warn of.
    priority: ideas.has('danger') && guess.intent !== 'stop_alerts' && guess.intent !== 'keep_alerts',
    ...(language === undefined ? {} : { language }),
  }
}

/** What is safest comes first: a person, stopping, showing less; then questions; then small talk. */
function guessIntent(text: string, ideas: Ideas): Guess {
  return (
    guessPerson(ideas) ??
    guessPasskey(ideas) ??
    guessAlerts(ideas) ??
    guessErase(ideas) ??
    guessDisclosure(ideas) ??
    guessGenuine(ideas) ??
    guessStop(ideas) ??
    guessWhoLooked(ideas) ??
    guessBalance(text, ideas) ??
    guessLink(ideas) ??
    guessSmallTalk(ideas) ?? { intent: 'out_of_scope', confidence: ideas.words.length === 0 ? 0 : 0.5 }
  )
}

function guessPerson(ideas: Ideas): Guess | undefined {
  if (!ideas.has('person') || ideas.has('balance')) return undefined
  // "someone used my card" is not a wish to talk to someone.
  if (ideas.has('danger')) return undefined
  return { intent: 'talk_to_person', confidence: 0.9 * ideas.sureness('person') }
}

function guessPasskey(ideas: Ideas): Guess | undefined {
  if (!ideas.has('passkey', 'lost')) return undefined
  return { intent: 'recover_passkey', confidence: 0.9 }
}

function guessDisclosure(ideas: Ideas): Guess | undefined {
  const aboutNumbers = ideas.has('numbers') || ideas.has('change')
  // Showing less is the safe reading, so a few words are enough for it.
  const isShort = ideas.words.length <= 4
  if (ideas.has('seal') && (aboutNumbers || isShort || ideas.has('balance'))) {
    return disclosureTo('sealed', ideas.sureness('seal'))
  }
  if (ideas.has('round') && (aboutNumbers || ideas.words.length <= 2))
    return disclosureTo('rounded', ideas.sureness('round'))
  if (ideas.has('exact', 'numbers')) {
    // "don't show numbers here" is said in many ways; refusing to show is the safe reading.
    return disclosureTo(ideas.has('not') ? 'sealed' : 'full', ideas.sureness('exact'))
  }
  if (!ideas.has('change') || ideas.has('balance')) return undefined
  return { intent: 'change_disclosure', confidence: 0.7 * ideas.sureness('change') }
}

function disclosureTo(level: Disclosure, sure: number): Guess {
  return { intent: 'change_disclosure', confidence: 0.9 * sure, level }
}

/** Fraud alerts have an ending of their own; a wish to keep them is the safer reading of anything unclear. */
function guessAlerts(ideas: Ideas): Guess | undefined {
  if (!ideas.has('alerts')) return undefined
  const ends = ideas.has('stop') || ideas.has('off')
  if (ideas.has('keep') || (ends && isNegated(ideas, 'stop', 'off'))) return { intent: 'keep_alerts', confidence: 0.9 }
  return ends ? { intent: 'stop_alerts', confidence: 0.9 } : undefined
}

/** "Erase everything": asked back before anything happens, so a likely reading is enough. Words never confirm it; a tap does. */
function guessErase(ideas: Ideas): Guess | undefined {
  if (!ideas.has('erase') || ideas.has('danger')) return undefined
  const erases = ideas.placesOf('erase')
  const isDenied = ideas.placesOf('not').some((not) => erases.some((erase) => erase > not && erase - not <= 2))
  return isDenied ? undefined : { intent: 'erase', confidence: 0.9 * ideas.sureness('erase') }
}

/** "Is this message from you?" */
function guessGenuine(ideas: Ideas): Guess | undefined {
  if (!ideas.has('genuine') || ideas.has('danger') || ideas.has('balance') || ideas.has('stop')) return undefined
  return { intent: 'is_it_you', confidence: 0.8 * ideas.sureness('genuine') }
}

function guessStop(ideas: Ideas): Guess | undefined {
  if (!ideas.has('stop') || isNegated(ideas)) return undefined
  // Stopping a card or a payment is another thing, and not one that this does.
  if (ideas.has('card')) return undefined
  const meant = ideas.has('share') || ideas.has('bank') || ideas.words.length <= 2
  return meant ? { intent: 'stop_sharing', confidence: 0.9 * ideas.sureness('stop') } : undefined
}

function guessWhoLooked(ideas: Ideas): Guess | undefined {
  if (!ideas.has('looked') || ideas.has('danger')) return undefined
  return { intent: 'who_looked', confidence: 0.9 * ideas.sureness('looked') }
}

/** "don't stop": a "not" close before the "stop". In "do not share any more" it is not before a stop. */
function isNegated(ideas: Ideas, ...of: readonly ('stop' | 'off')[]): boolean {
  const stops = (of.length === 0 ? (['stop'] as const) : of).flatMap((idea) => ideas.placesOf(idea))
  return ideas.placesOf('not').some((not) => stops.some((stop) => stop > not && stop - not <= 2))
}

function guessBalance(text: string, ideas: Ideas): Guess | undefined {
  const asks = ideas.has('balance') || ideas.has('money') || (ideas.has('howMuch') && ideas.has('have'))
  if (!asks) return undefined
  // "how much did I spend", "balance transfer": about money, but not about what is there.
  if (ideas.has('spend')) return undefined
  const confidence = ideas.has('balance') ? 0.95 * ideas.sureness('balance') : 0.85
  return { intent: 'balance', confidence, slots: findAccount(text) }
}

function guessLink(ideas: Ideas): Guess | undefined {
  if (!ideas.has('link') || ideas.has('danger')) return undefined
  if (!ideas.has('bank') && ideas.words.length > 3) return undefined
  return { intent: 'link_bank', confidence: 0.9 * ideas.sureness('link') }
}

/** Hello and thanks count only where little else is said. */
const smallTalkWordsMax = 5

function guessSmallTalk(ideas: Ideas): Guess | undefined {
  if (ideas.has('help') && !ideas.has('danger')) return { intent: 'help', confidence: 0.9 * ideas.sureness('help') }
  if (ideas.words.length > smallTalkWordsMax) return undefined
  if (ideas.has('thank')) return { intent: 'thanks', confidence: 0.9 }
  if (ideas.has('greet')) return { intent: 'greeting', confidence: 0.9 }
  return undefined
}
