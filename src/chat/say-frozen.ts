import type { CardState } from '../banks/index.ts'
import type { Reply } from '../channels/index.ts'
import { type Leave, recordDisclosure } from '../consent/index.ts'
import type { Disclosure } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { CardBank, CardsFrozen } from './card-bank.ts'
import type { Chat } from './chat-deps.ts'
import { openSeconds } from './chat-state-store.ts'
import { buttonOf, freezePayload } from './choices.ts'
import { makeReply, pageButton } from './make-reply.ts'
import type { CardsMeant } from './plan.ts'
import { type Spoken, type Turn, endTurn } from './turn.ts'
import type { WordKey } from './word-keys.ts'

type Frozen = {
  readonly done: readonly CardsFrozen[]
  readonly which: CardsMeant
  readonly isSealed: boolean
  readonly tryAgain: boolean
  readonly gaveUp: boolean
}

/**
 * Says what was done. In a sealed chat the words are true whatever cards there are, and the same for everybody: "every card of yours
 * that ends in 4821"; the one thing that differs is whether the bank did it, for that nobody may believe wrongly.
 */
export async function sayFrozen(chat: Chat, turn: Turn, tx: Tx, frozen: Frozen): Promise<void> {
  const { done, isSealed, tryAgain, gaveUp } = frozen
  const leave: Leave[number][] = []
  for (const { bank, frozen: cards } of done) {
    const level: Disclosure | 'nothing' = cards === undefined ? 'nothing' : isSealed ? 'sealed' : bank.permit.disclosure
    const recorded = await recordDisclosure(chat, tx, bank.permit, { level, place: 'messenger' })
    if (recorded.ok && level !== 'nothing' && level !== 'sealed') leave.push({ grant: bank.permit.grantId, level })
  }
  const succeeded = done.filter(({ frozen: cards }) => cards !== undefined)
  const failed = done.filter(({ frozen: cards }) => cards === undefined)
  const say: Spoken[] = []
  if (failed.length > 0) say.push({ reply: sayFailed(chat, turn, failed, { tryAgain, gaveUp }) })
  // A stop meanwhile does not undo the act; then it is said without anything that the bank told.
  if (succeeded.length > 0) {
    const open = !isSealed && leave.length === succeeded.length
    say.push(
      open ? { reply: sayOpen(chat, turn, succeeded), leave } : { reply: saySealed(chat, turn, frozen, succeeded) },
    )
  }
  await endTurn(chat, turn, tx, { say, change: { answered: !tryAgain }, keepText: tryAgain })
}

/** Which card is asked, never guessed. Digits are offered only where the chat may carry them all. */
export async function askWhichCard(
  chat: Chat,
  turn: Turn,
  tx: Tx,
  { open, cards }: { readonly open: readonly CardBank[]; readonly cards: readonly CardState[] },
): Promise<void> {
  const isFull = cards.length > 1 && open.every(({ permit }) => permit.disclosure === 'full')
  const leave: Leave[number][] = []
  for (const { permit } of open) {
    const level = isFull ? 'full' : 'sealed'
    const recorded = await recordDisclosure(chat, tx, permit, { level, place: 'messenger' })
    if (recorded.ok && isFull) leave.push({ grant: permit.grantId, level })
  }
  const named = isFull && leave.length === open.length ? cards.map(digitsOf).filter((digits) => digits !== '') : []
  const reply = named.length > 0 ? offerCards(chat, turn, named) : offerAll(chat, turn)
  const opens = { kind: 'freeze_all', seconds: openSeconds } as const
  await endTurn(chat, turn, tx, { say: [{ reply, ...(named.length > 0 ? { leave } : {}) }], change: { opens } })
}

/** The messenger shows so many quick replies at most. */
const offeredMax = 9

function offerCards(chat: Chat, turn: Turn, digits: readonly string[]): Reply {
  const { language } = turn
  const reply = makeReply(chat, turn, { words: ['freeze.which'], choices: ['freezeAll'] })
  const each = digits.slice(0, offeredMax).map((last) => ({
    title: chat.words.say(language, 'freeze.card', { digits: last }),
    payload: freezePayload(last),
  }))
  return { ...reply, quickReplies: [...each, ...(reply.quickReplies ?? [])] }
}

function offerAll(chat: Chat, turn: Turn): Reply {
  const say = (key: WordKey): string => chat.words.say(turn.language, key)
  const buttons = [buttonOf('freezeAll', say), pageButton(chat, turn, 'cards'), buttonOf('talkToPerson', say)]
  return { ...makeReply(chat, turn, { words: ['freeze.which_sealed'] }), buttons }
}

function saySealed(chat: Chat, turn: Turn, { which }: Frozen, done: readonly CardsFrozen[]): Reply {
  const digits = which.which === 'named' ? (which.lastDigits ?? '') : ''
  const words: WordKey = digits === '' ? 'freeze.done_sealed' : 'freeze.done_sealed_one'
  const say = (key: WordKey): string => chat.words.say(turn.language, key)
  return {
    ...makeReply(chat, turn, { words: [words], values: { ...whereAndWhen(chat, turn, done), digits } }),
    buttons: [pageButton(chat, turn, 'cards'), buttonOf('talkToPerson', say)],
  }
}

function sayOpen(chat: Chat, turn: Turn, done: readonly CardsFrozen[]): Reply {
  const cards = done.flatMap(({ frozen }) => frozen ?? [])
  const isFull = done.every(({ bank }) => bank.permit.disclosure === 'full')
  const digits = isFull && cards.length === 1 ? cards.map(digitsOf).join('') : ''
  const words: WordKey = cards.length === 0 ? 'freeze.none' : digits === '' ? 'freeze.done' : 'freeze.done_one'
  const say = (key: WordKey): string => chat.words.say(turn.language, key)
  return {
    ...makeReply(chat, turn, {
      words: [words],
      values: { ...whereAndWhen(chat, turn, done), digits, count: cards.length },
    }),
    buttons: [
      pageButton(chat, turn, 'cards'),
      ...(cards.length === 0 ? [] : [buttonOf('disputeTransaction', say)]),
      buttonOf('talkToPerson', say),
    ],
  }
}

function sayFailed(
  chat: Chat,
  turn: Turn,
  failed: readonly CardsFrozen[],
  { tryAgain, gaveUp }: Pick<Frozen, 'tryAgain' | 'gaveUp'>,
): Reply {
  const words: WordKey = tryAgain || !gaveUp ? 'freeze.failed' : 'freeze.gave_up'
  const say = (key: WordKey): string => chat.words.say(turn.language, key)
  return {
    ...makeReply(chat, turn, { words: [words], values: whereAndWhen(chat, turn, failed) }),
    buttons: [buttonOf('freezeAll', say), buttonOf('talkToPerson', say)],
  }
}

function whereAndWhen(chat: Chat, turn: Turn, done: readonly CardsFrozen[]): { bank: string; time: string } {
  const names = done.map(({ bank }) => bank.name)
  return { bank: chat.words.list(turn.language, names), time: chat.words.time(turn.language, chat.clock.now()) }
}

function digitsOf({ lastDigits }: CardState): string {
  return lastDigits?.reveal() ?? ''
}
