import type { Disclosure, Instant, InstitutionId } from '../kernel/index.ts'
import type { AnswerDocument } from './answer-document.ts'
import type { AnswerResult, MissingReason } from './answer-result.ts'
import type { Asked } from './asked.ts'
import type { AnswerTopic } from './questions.ts'
import { sayBlocks } from './say/say-blocks.ts'
import { createSpeech } from './say/speech.ts'
import type { SayLine } from './say/speech.ts'

/** What one bank was asked and what it came to. `level` is the least that the customer lets this channel carry of what was looked at. */
export type BankLook = {
  readonly institution: InstitutionId
  readonly institutionName: string
  readonly level: Disclosure
  readonly checkedAt: Instant
  readonly result: AnswerResult
}

/** What was asked, and how the reader is spoken to. `timeZone` is IANA. */
export type DisclosedQuestion = {
  readonly question: AnswerTopic
  readonly asked: Asked
  readonly language: string
  readonly timeZone: string
}

/** One statement for the chat to put into words. */
export type ChatPart =
  /** The whole of a sealed answer: it has no fields, so it cannot differ from one customer to the next. */
  | { readonly kind: 'sealed' }
  /** The bank could not be asked at all; says nothing about the customer. */
  | { readonly kind: 'not-asked'; readonly institutionName: string; readonly reason: 'unreachable' | 'over-budget' }
  | { readonly kind: 'no-figures'; readonly institutionName: string; readonly reason: MissingReason }
  /** One bank's answer: lines in order, each a word key of ours and values written out for the reader's language. */
  | {
      readonly kind: 'answer'
      readonly level: 'rounded' | 'full'
      readonly institutionName: string
      readonly lines: readonly SayLine[]
      /** Something did not fit or may not stand in a chat: the page that goes with it has it. */
      readonly more: boolean
    }

/** What a channel may carry of the answer, and the documents for the page that takes a passkey. */
export type Disclosed<Look extends BankLook> = {
  readonly chat: readonly ChatPart[]
  /** One for each sealed look, and for each open one that has more than its chat carries. */
  readonly pages: readonly { readonly look: Look; readonly document: AnswerDocument }[]
}

/**
 * The level at which a question is told, given what the customer allows: account numbers are told on the page alone, to
 * everybody alike.
 */
export function levelTold(question: AnswerTopic, allowed: Disclosure): Disclosure {
  return question === 'account_numbers' ? 'sealed' : allowed
}

/**
 * The only place that decides how much of an answer a channel carries (P1). Sealed: one constant part, whatever the banks
 * answered, refusals that depend on the customer included. Rounded: rounded amounts and counts, no merchant, no place, no list.
 * Full: what fits a chat. What does not fit, or may not stand there, goes to the page.
 */
export function disclose<Look extends BankLook>(looks: readonly Look[], of: DisclosedQuestion): Disclosed<Look> {
  const isSealed = (look: Look): boolean => levelTold(of.question, look.level) === 'sealed' && !isNotAsked(look)
  const sealed = looks.filter(isSealed)
  const open = looks.filter((look) => !isSealed(look)).map((look) => ({ look, part: say(look, of) }))
  const more = open.filter(({ part }) => part.kind === 'answer' && part.more).map(({ look }) => look)
  return {
    chat: [...(sealed.length > 0 ? [{ kind: 'sealed' } as const] : []), ...open.map(({ part }) => part)],
    pages: [...sealed, ...more].map((look) => ({ look, document: documentOf(look, of) })),
  }
}

// A bank that could not be asked has said nothing, so saying so gives nothing away, at any level.
function isNotAsked({ result }: BankLook): boolean {
  return !result.ok && (result.reason === 'unreachable' || result.reason === 'over-budget')
}

function documentOf(look: BankLook, { question, asked, timeZone }: DisclosedQuestion): AnswerDocument {
  const { institution, institutionName, checkedAt, result } = look
  return { v: 2, question, institution, institutionName, checkedAt, timeZone, asked, result }
}

function say(look: BankLook, of: DisclosedQuestion): ChatPart {
  const { institutionName, result, level } = look
  if (!result.ok) {
    const { reason } = result
    if (reason === 'unreachable' || reason === 'over-budget') return { kind: 'not-asked', institutionName, reason }
    return { kind: 'no-figures', institutionName, reason }
  }
  // What is sealed never comes here; nothing but the constant part would be said of it.
  if (level === 'sealed') return { kind: 'sealed' }
  const speech = createSpeech({ ...of, level, institutionName, checkedAt: look.checkedAt })
  return { kind: 'answer', level, institutionName, ...sayBlocks(speech, result.blocks.reveal(), result.complete) }
}
