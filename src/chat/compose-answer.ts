import type { ChatPart } from '../answers/index.ts'
import type { Reply } from '../channels/index.ts'
import type { Leave } from '../consent/index.ts'
import type { Chat } from './chat-deps.ts'
import { buttonOf } from './choices.ts'
import { makeReply } from './make-reply.ts'
import type { Spoken, Turn } from './turn.ts'
import type { WordKey } from './word-keys.ts'

/** What one message lists at most: it must fit into a chat. */
const linesMax = 12
/** Account names are the bank's; longer ones are cut. */
const nameCharactersMax = 60

type Part<Kind extends ChatPart['kind']> = Extract<ChatPart, { kind: Kind }>

export type AnswerParts = {
  readonly parts: readonly ChatPart[]
  /** Of the sealed page; there when a part is sealed. */
  readonly answerUrl: string | undefined
  /** The names of the banks that were asked. */
  readonly banks: readonly string[]
  /** Makes a reply with a link to link again. */
  readonly relink: (words: 'link_expired' | 'consent_ended', bank: string) => Promise<Reply>
  /** A bank is still down, and the time for trying is over. */
  readonly gaveUp: boolean
  readonly leave: { readonly sealed: Leave; readonly open: Leave }
}

type Say = Pick<Chat, 'words'>

/**
 * Puts what may be said into words: one message for the sealed answer, one for figures, and one for each trouble with
 * its next step. Decides nothing about how much is said: `answers/disclose` has.
 */
export async function composeAnswer(chat: Chat, turn: Turn, answer: AnswerParts): Promise<readonly Spoken[]> {
  const of = <Kind extends ChatPart['kind']>(kind: Kind): readonly Part<Kind>[] =>
    answer.parts.filter((part): part is Part<Kind> => part.kind === kind)
  const down = of('not-asked').filter(({ reason }) => reason === 'unreachable')
  const overBudget = of('not-asked').filter(({ reason }) => reason === 'over-budget')
  const spoken: readonly Spoken[] = [
    ...(answer.answerUrl === undefined ? [] : [saySealed(chat, turn, answer.answerUrl, answer.leave.sealed)]),
    ...sayFigures(chat, turn, of('balance'), answer.leave.open),
    ...of('no-such-account').map((part) => sayNoSuchAccount(chat, turn, part, answer.leave.open)),
    ...(await Promise.all(of('no-figures').map((part) => sayNoFigures(chat, turn, part, answer)))),
    ...(down.length === 0 ? [] : [sayDown(chat, turn, down, answer.gaveUp)]),
    ...(overBudget.length === 0 ? [] : [sayTrouble(chat, turn, 'over_budget', banksOf(chat, turn, overBudget))]),
  ]
  // A bank that answered without any balance must not leave the person without a word.
  return spoken.length > 0
    ? spoken
    : [sayTrouble(chat, turn, 'balance.none', chat.words.list(turn.language, answer.banks))]
}

function saySealed(chat: Say, turn: Turn, url: string, leave: Leave): Spoken {
  const { words } = chat
  const title = words.say(turn.language, 'sealed.button')
  return { reply: { text: words.say(turn.language, 'sealed'), buttons: [{ kind: 'link', title, url }] }, leave }
}

function sayFigures(chat: Chat, turn: Turn, parts: readonly Part<'balance'>[], leave: Leave): readonly Spoken[] {
  const [first] = parts
  if (first === undefined) return []
  const { language } = turn
  const { words } = chat
  const left = parts.length - linesMax
  const lines = [
    ...parts.slice(0, linesMax).map((part) => sayLine(chat, turn, part)),
    ...(left > 0 ? [words.say(language, 'balance.more', { count: left })] : []),
    words.say(language, 'balance.checked', { time: words.time(language, first.checkedAt) }),
    ...(parts.some(({ level }) => level === 'rounded') ? [words.say(language, 'balance.rounded')] : []),
  ]
  const choices = makeReply(chat, turn, { words: [], choices: ['balance', 'changeDisclosure', 'stopSharing'] })
  return [{ reply: { ...choices, text: lines.join('\n') }, leave }]
}

function sayLine({ words }: Say, { language }: Turn, part: Part<'balance'>): string {
  const amount = part.level === 'rounded' ? words.say(language, 'balance.about', { amount: part.amount }) : part.amount
  return words.say(language, `balance.${part.balanceKind}`, { account: nameOf(part.accountName), amount })
}

function sayNoSuchAccount(chat: Chat, turn: Turn, part: Part<'no-such-account'>, leave: Leave): Spoken {
  const accounts = chat.words.list(turn.language, part.accountNames.slice(0, linesMax).map(nameOf))
  const values = { bank: part.institutionName, accounts }
  return { reply: makeReply(chat, turn, { words: ['balance.no_such_account'], values, choices: ['balance'] }), leave }
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
function sayDown(chat: Chat, turn: Turn, parts: readonly Part<'not-asked'>[], gaveUp: boolean): Spoken {
  const say = (key: WordKey): string => chat.words.say(turn.language, key, { bank: banksOf(chat, turn, parts) })
  const buttons = [buttonOf('tryAgain', say), buttonOf('talkToPerson', say)]
  return { reply: { text: say(gaveUp ? 'bank_still_down' : 'bank_down'), buttons } }
}

function sayTrouble(chat: Chat, turn: Turn, words: WordKey, bank: string): Spoken {
  return { reply: makeReply(chat, turn, { words: [words], values: { bank }, choices: ['balance', 'talkToPerson'] }) }
}

function banksOf({ words }: Say, { language }: Turn, parts: readonly { readonly institutionName: string }[]): string {
  return words.list(
    language,
    parts.map(({ institutionName }) => institutionName),
  )
}

/** A bank's words in a chat of ours: one line, not too long. */
function nameOf(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim()
  return line.length <= nameCharactersMax ? line : `${line.slice(0, nameCharactersMax - 1)}…`
}
