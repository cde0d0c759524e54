import type { ChatPart } from '../answers/index.ts'
import type { Reply } from '../channels/index.ts'
import type { Leave } from '../consent/index.ts'
import type { Chat } from './chat-deps.ts'
import { type Choice, buttonOf } from './choices.ts'
import { makeReply } from './make-reply.ts'
import { nextChoices } from './next-choices.ts'
import type { AskPlan } from './plan.ts'
import { askPayload } from './question-payload.ts'
import { sayPeriodOf } from './say-period.ts'
import type { Spoken, Turn } from './turn.ts'
import type { WordKey } from './word-keys.ts'

/** A message with a button carries this much text at most; longer ones go before it. */
const buttonTextMax = 600

type Part<Kind extends ChatPart['kind']> = Extract<ChatPart, { kind: Kind }>

export type AnswerParts = {
  readonly parts: readonly ChatPart[]
  readonly plan: AskPlan
  /** Of the page that a passkey opens; there when a part is sealed, or has more than a chat carries. */
  readonly answerUrl: string | undefined
  /** Makes a reply with a link to link again. */
  readonly relink: (words: 'link_expired' | 'consent_ended', bank: string) => Promise<Reply>
  /** A bank is still down, and the time for trying is over. */
  readonly gaveUp: boolean
  readonly leave: { readonly sealed: Leave; readonly open: Leave }
}

/**
 * Puts what may be said into words: one message for the sealed answer, one for each bank's figures, and one for each trouble with
 * its next step. Decides nothing about how much is said: `answers/disclose` has.
 */
export async function composeAnswer(chat: Chat, turn: Turn, answer: AnswerParts): Promise<readonly Spoken[]> {
  const of = <Kind extends ChatPart['kind']>(kind: Kind): readonly Part<Kind>[] =>
    answer.parts.filter((part): part is Part<Kind> => part.kind === kind)
  const down = of('not-asked').filter(({ reason }) => reason === 'unreachable')
  const overBudget = of('not-asked').filter(({ reason }) => reason === 'over-budget')
  const isSealed = of('sealed').length > 0
  return [
    ...(isSealed && answer.answerUrl !== undefined ? [saySealed(chat, turn, answer, answer.answerUrl)] : []),
    ...of('answer').flatMap((part) =>
      sayFigures(chat, turn, part, isSealed ? { ...answer, answerUrl: undefined } : answer),
    ),
    ...(await Promise.all(of('no-figures').map((part) => sayNoFigures(chat, turn, part, answer)))),
    ...(down.length === 0 ? [] : [sayDown(chat, turn, down, answer)]),
    ...(overBudget.length === 0 ? [] : [sayTrouble(chat, turn, 'over_budget', banksOf(chat, turn, overBudget))]),
  ]
}

/** The same bytes for everybody who typed the same, but for the link. A period is echoed only where the person typed one. */
function saySealed(chat: Chat, turn: Turn, { plan, leave }: AnswerParts, url: string): Spoken {
  const { words } = chat
  const { language } = turn
  const period = sayPeriodOf(turn, plan.slots)
  const lines = [
    words.say(language, 'sealed'),
    ...(period === undefined ? [] : [words.say(language, 'sealed.period', { period })]),
  ]
  const say = (key: WordKey): string => words.say(language, key)
  const person = plan.person === true ? [buttonOf('talkToPerson', say)] : []
  const button = { kind: 'link', title: say('sealed.button'), url } as const
  return { reply: { text: lines.join('\n\n'), buttons: [button, ...person] }, leave: leave.sealed }
}

function sayFigures(chat: Chat, turn: Turn, part: Part<'answer'>, answer: AnswerParts): readonly Spoken[] {
  const { language } = turn
  const { plan, answerUrl, leave } = answer
  const period = sayPeriodOf(turn, plan.slots)
  const text = [
    ...(period === undefined ? [] : [chat.words.say(language, 'period', { period })]),
    ...part.lines.map(({ key, values }) => chat.words.say(language, key, values)),
  ].join('\n')
  const choices = choicesAfter(plan)
  const reply = { ...makeReply(chat, turn, { words: [], choices }), text }
  if (!part.more || answerUrl === undefined) return [{ reply, leave: leave.open }]
  const title = chat.words.say(language, 'sealed.button')
  const buttons = [{ kind: 'link', title, url: answerUrl } as const]
  if (text.length <= buttonTextMax) return [{ reply: { ...reply, buttons }, leave: leave.open }]
  const rest = { ...makeReply(chat, turn, { words: ['more_on_page'], choices }), buttons }
  return [
    { reply: { text }, leave: leave.open },
    { reply: rest, leave: leave.open },
  ]
}

function choicesAfter({ question, person }: AskPlan): readonly Choice[] {
  const next = nextChoices(question)
  return person === true ? ['talkToPerson', ...next.slice(0, 1), 'changeDisclosure'] : [...next, 'changeDisclosure']
}

async function sayNoFigures(chat: Chat, turn: Turn, part: Part<'no-figures'>, answer: AnswerParts): Promise<Spoken> {
  const bank = part.institutionName
  switch (part.reason) {
    case 'link-expired':
      return { reply: await answer.relink('link_expired', bank) }
    case 'consent-ended':
      return { reply: await answer.relink('consent_ended', bank) }
    case 'unreachable':
      return sayTrouble(chat, turn, 'bank_still_down', bank)
    case 'over-budget':
      return sayTrouble(chat, turn, 'over_budget', bank)
    case 'unreadable':
      return sayTrouble(chat, turn, 'unreadable', bank)
  }
}

/** Told at once, with buttons that stay: the person may come back to them after a while. */
function sayDown(chat: Chat, turn: Turn, parts: readonly Part<'not-asked'>[], { gaveUp, plan }: AnswerParts): Spoken {
  const say = (key: WordKey): string => chat.words.say(turn.language, key, { bank: banksOf(chat, turn, parts) })
  const again = {
    kind: 'postback',
    title: say('choice.try_again'),
    payload: askPayload({ intent: plan.question, slots: plan.slots }),
  } as const
  const buttons = [again, buttonOf('talkToPerson', say)]
  return { reply: { text: say(gaveUp ? 'bank_still_down' : 'bank_down'), buttons } }
}

function sayTrouble(chat: Chat, turn: Turn, words: WordKey, bank: string): Spoken {
  return { reply: makeReply(chat, turn, { words: [words], values: { bank }, choices: ['balance', 'talkToPerson'] }) }
}

function banksOf(
  { words }: Pick<Chat, 'words'>,
  { language }: Turn,
  parts: readonly { readonly institutionName: string }[],
): string {
  return words.list(
    language,
    parts.map(({ institutionName }) => institutionName),
  )
}
