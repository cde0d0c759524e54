import { type Instant, maskSecrets, toInstant, unreachable } from '../../kernel/index.ts'
import { type Language, languages } from '../../channels/index.ts'
import { type Safety, checkSafety } from '../safety/check-safety.ts'
import { type SlotContext, findSlots } from '../slots/find-slots.ts'
import { followUp } from '../slots/follow-up.ts'
import { type Bound, bindAnswer } from './bind-answer.ts'
import { findAlertWish } from './find-alert-wish.ts'
import { findLevel } from './find-level.ts'
import { findNamedLanguage } from './find-named-language.ts'
import type { Chosen } from './chosen.ts'
import type { Classify, Guesses } from './guesses.ts'
import { urgent } from './acts.ts'
import { chooseIntent } from './choose-intent.ts'
import { meansAll } from './means-all.ts'
import { splitWishes } from './split-wishes.ts'
import { forgiveSlip } from './forgive-slip.ts'
import { tidyText } from './tidy-text.ts'
import { wordsOf } from './words-of.ts'
import { type Intent, type OpenQuestion, type Slots, type Understood, questions } from './understood.ts'

/** What may help to understand a text. Nothing of it is needed. */
export type UnderstandContext = {
  /** The language people were answered in so far. */
  readonly language?: Language
  /** Days such as "yesterday" are counted from it. */
  readonly now?: Instant
  /** An IANA time zone. */
  readonly timeZone?: string
  /** Questions of ours that are or were open. */
  readonly open?: readonly OpenQuestion[]
  /** The last question asked here: "and last month?" is about it. */
  readonly last?: { readonly intent: Intent; readonly slots: Slots }
}

export type Understand = (text: string, context?: UnderstandContext) => Understood

/**
 * Understanding is pure: no clock, no database, no network. In this order: what is masked, danger of life, danger to card or money, an
 * open question, then what the words mean, then what they deny, then what they name.
 */
export function createUnderstand(classify: Classify): Understand {
  return (text, context = {}) => understand(classify, text, context)
}

function understand(classify: Classify, text: string, context: UnderstandContext): Understood {
  const heard = hear(classify, text, context)
  return { ...heard.common, ...(inCrisis(heard) ?? asAnswer(heard) ?? asFollowUp(heard) ?? asWish(classify, heard)) }
}

/** A text as everything below reads it. */
type Heard = {
  readonly masked: string
  readonly tidy: string
  readonly guesses: Guesses
  readonly safety: Safety
  /** The model's language, else the one that people were answered in so far. */
  readonly language: Language | undefined
  readonly context: UnderstandContext
  /** What is said of every text, whatever it means. */
  readonly common: Pick<Understood, 'masked' | 'language'>
}

type Meant = Omit<Understood, 'masked' | 'language'>

function hear(classify: Classify, text: string, context: UnderstandContext): Heard {
  const masked = maskSecrets(text)
  const tidy = tidyText(masked)
  const guesses = forgiveSlip(classify(tidy, context.language), tidy)
  const language = guesses.language ?? context.language
  const told = tellsLanguage(masked, guesses) ? guesses.language : undefined
  const common = { masked: masked === text ? undefined : masked, ...(told === undefined ? {} : { language: told }) }
  return { masked, tidy, guesses, safety: checkSafety(masked, language), language, context, common }
}

/** "Balance", "stop", "help": single English words are written in every language. And what means nothing tells none. */
function tellsLanguage(text: string, { language, outOfScope }: Guesses): boolean {
  const count = wordsOf(text).length
  return !((language === 'en' && count < 2) || (outOfScope && count < 3))
}

/** Danger of life comes before everything, and nothing comes beside it. */
function inCrisis({ safety }: Heard): Meant | undefined {
  return safety.crisis
    ? { intent: 'talk_to_person', confidence: 1, slots: {}, priority: true, crisis: true }
    : undefined
}

/** An answer to a question of ours; words of danger never are one. */
function asAnswer({ safety, masked, context, guesses }: Heard): Meant | undefined {
  if (safety.priority !== undefined) return undefined
  const bound = bindAnswer(masked, context.open ?? [], guesses)
  return bound === undefined ? undefined : { ...answerOf(bound), slots: {}, priority: false }
}

/** What goes on from the last question, or from the alerts that come by themselves. */
function asFollowUp({ safety, masked, context, language }: Heard): Meant | undefined {
  if (safety.priority !== undefined) return undefined
  const followed =
    context.last === undefined ? undefined : followUp(masked, context.last, slotContext({ language, context }))
  if (followed !== undefined) return { ...followed, confidence: followSureness, priority: false }
  const alertWish = findAlertWish(masked)
  return alertWish === undefined
    ? undefined
    : { intent: alertWish, confidence: followSureness, slots: {}, priority: false }
}

/** What the words mean by themselves: one wish, or a protective one and a question. */
function asWish(classify: Classify, heard: Heard): Meant {
  const { masked, tidy, guesses, safety, language, context } = heard
  const around = { language, context }
  const wishes = safety.negated || safety.injection ? undefined : splitWishes(tidy, (part) => classify(part, language))
  const chosen: Chosen =
    wishes === undefined
      ? chooseIntent(guesses, safety, masked)
      : { intent: wishes.act.intent, confidence: wishes.act.confidence, priority: true }
  const { question } = wishes ?? {}
  const inDanger = safety.priority !== undefined || chosen.intent === 'dispute_transaction'
  return {
    ...chosen,
    ...namedBeside(chosen.intent, wishes?.act.text ?? masked, around),
    ...(question === undefined
      ? {}
      : { also: { intent: question.intent, slots: slotsOf(question.intent, question.text, around) } }),
    ...(safety.other === undefined ? {} : { other: safety.other }),
    ...(safety.priority === 'scam' ? { scam: true } : {}),
    priority: (inDanger && chosen.priority) || urgent.includes(chosen.intent),
  }
}

/** What an answer means: an unclear one is asked again and does nothing; "no problem" is no answer at all. */
function answerOf({ says, answers }: Bound): Pick<Understood, 'intent' | 'confidence' | 'answers' | 'unclear'> {
  const to = answers === undefined ? {} : { answers }
  switch (says) {
    case 'yes':
      return { intent: 'confirm_yes', confidence: answerSureness, ...to }
    case 'no':
      return { intent: 'confirm_no', confidence: answerSureness, ...to }
    case 'neither':
      return { intent: 'thanks', confidence: answerSureness }
    case 'unclear':
      return { intent: 'out_of_scope', confidence: answerSureness, unclear: true }
    default:
      return unreachable(says)
  }
}

/** Words that are a yes or a no are hardly anything else. */
const answerSureness = 0.95
const followSureness = 0.9

const protective: readonly Intent[] = ['freeze_card', 'lost_or_stolen_card', 'report_fraud']

/** Where nobody says what time it is: days that are named from today are then of no use, and everything else is. */
const epoch = toInstant(0)

type Around = { readonly language: Language | undefined; readonly context: UnderstandContext }

/** What an intent has beside it: a level, a language, "all", or slots. */
function namedBeside(intent: Intent, text: string, around: Around): Partial<Understood> & { readonly slots: Slots } {
  if (intent === 'change_disclosure') {
    const level = findLevel(text)
    return { slots: {}, ...(level === undefined ? {} : { level }) }
  }
  if (intent === 'change_language') {
    const named = findNamedLanguage(text)
    return { slots: {}, ...(named === undefined ? {} : { named }) }
  }
  const slots = slotsOf(intent, text, around)
  return protective.includes(intent) && meansAll(text) ? { slots, all: true } : { slots }
}

const withSlots: readonly Intent[] = [
  ...questions, 'freeze_card', 'unfreeze_card', 'lost_or_stolen_card', 'report_fraud', 'dispute_transaction', 'pay_bill',
  'cash_withdrawal_problem', 'transfer_problem', 'transfer_money', 'replacement_card', 'activate_card', 'standing_orders',
] // prettier-ignore

function slotsOf(intent: Intent, text: string, around: Around): Slots {
  return withSlots.includes(intent) ? findSlots(text, slotContext(around)) : {}
}

function slotContext({ language, context }: Around): SlotContext {
  return {
    ...(language === undefined ? {} : { language }),
    now: context.now ?? epoch,
    timeZone: context.timeZone ?? 'UTC',
  }
}

/** A language of ours out of a word from outside, such as `de-AT`. */
export function languageOf(word: string | undefined): Language | undefined {
  const base = word?.toLowerCase().split(/[-_]/)[0]
  return languages.find((language) => language === base)
}
