import { type Asked, type Disclosed, answerLinks, answerRules, disclose, storeAnswer } from '../answers/index.ts'
import { type Leave, listGrants, recordDisclosure } from '../consent/index.ts'
import {
  type DataClass,
  type Disclosure,
  type InstitutionId,
  type SealedAnswerId,
  lesserDisclosure,
} from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { composeAnswer } from './compose-answer.ts'
import { keepLast, questionText } from './keep-question.ts'
import { type Look, isNotAsked } from './look-at-bank.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import type { AskPlan } from './plan.ts'
import { noteAnswer } from './note-answer.ts'
import { makeCutOff } from './say-cut-off.ts'
import { type Turn, endTurn } from './turn.ts'

/** What the banks said, and what becomes of the banks that were down. */
export type Answer = {
  readonly looks: readonly Look[]
  readonly asked: Asked
  readonly plan: AskPlan
  /** A bank that is down is asked again later. */
  readonly tryAgain: boolean
  /** A bank was down for as long as we try. */
  readonly gaveUp: boolean
}

/** In one transaction: what may still go, the sealed pages and their link, the replies, what is remembered. */
export async function sayAnswer(chat: Chat, turn: Turn, tx: Tx, answer: Answer): Promise<void> {
  const { looks, asked, plan, tryAgain, gaveUp } = answer
  const { question } = plan
  const told = (await atLevelsNow(tx, turn, looks)).map((look) => ({
    ...look,
    level: answerRules.levelTold(question, look.level),
  }))
  const kept = await keepDisclosable(chat, tx, told)
  const { language } = turn
  const disclosed = disclose(kept, { question, asked, language, timeZone: chat.timeZone })
  const answerUrl = await storePages(chat, turn, tx, { disclosed, plan })
  if (kept.length === 0 || (answerUrl === undefined && disclosed.chat.every(({ kind }) => kind === 'sealed'))) {
    const reply = makeReply(chat, turn, { words: ['stopped_meanwhile'], choices: ['linkBank', 'help'] })
    return endTurn(chat, turn, tx, { say: [{ reply }] })
  }
  const say = await composeAnswer(chat, turn, {
    parts: disclosed.chat,
    plan,
    answerUrl,
    relink: (words, bank) => makeOffer(chat, turn, tx, { purpose: 'link', words, values: { bank } }),
    gaveUp,
    leave: {
      sealed: leaveOf(kept.filter(({ level }) => level === 'sealed')),
      open: leaveOf(kept.filter(({ level }) => level !== 'sealed')),
    },
  })
  const { cutOff } = turn.sharing
  const suspended = cutOff === undefined ? [] : [{ reply: await makeCutOff(chat, turn, tx, cutOff) }]
  await noteAnswer(tx, {
    customer: turn.conversation.customer,
    conversation: turn.conversation.id,
    institutions: kept.filter(({ result }) => result.ok).map(({ institution }) => institution),
    question,
  })
  const change = { answered: !tryAgain, ...keepLast(turn, { intent: question, slots: plan.slots }) }
  await endTurn(chat, turn, tx, { say: [...say, ...suspended], change, keepText: tryAgain })
}

/** Every kind of data that was looked at must still be shared when the message leaves. */
function leaveOf(looks: readonly Look[]): Leave {
  return looks.flatMap(({ permits, level }) => permits.map(({ grantId }) => ({ grant: grantId, level })))
}

/** The customer may have lowered, on the page, what this chat shows while the bank was being asked: that counts at once. */
async function atLevelsNow(tx: Tx, turn: Turn, looks: readonly Look[]): Promise<readonly Look[]> {
  if (looks.every(({ level }) => level === 'sealed')) return looks
  const grants = await listGrants(tx, { conversation: turn.conversation.id })
  const levelNow = ({ permits, level }: Look): Disclosure =>
    permits
      .map(({ grantId }) => grants.find(({ id }) => id === grantId)?.disclosure ?? 'sealed')
      .reduce(lesserDisclosure, level)
  return looks.map((look) => ({ ...look, level: levelNow(look) }))
}

/** Writes the `disclosed` entries of each look, which checks its grants again; a look that lost one is left out of everything. */
export async function keepDisclosable<Kept extends Look>(
  chat: Chat,
  tx: Tx,
  looks: readonly Kept[],
): Promise<readonly Kept[]> {
  const kept: Kept[] = []
  for (const look of looks) {
    const level = isNotAsked(look) ? 'nothing' : look.level
    const recorded: boolean[] = []
    for (const permit of look.permits) {
      recorded.push((await recordDisclosure(chat, tx, permit, { level, place: 'messenger' })).ok)
    }
    if (recorded.every((ok) => ok)) kept.push(look)
  }
  return kept
}

/** Keeps what the page will show and makes its single-use link; undefined when nothing is, or may be, there. */
async function storePages(
  chat: Chat,
  turn: Turn,
  tx: Tx,
  told: { readonly disclosed: Disclosed<Look>; readonly plan: AskPlan },
): Promise<string | undefined> {
  const { question: intent, slots } = told.plan
  const answers: {
    readonly id: SealedAnswerId
    readonly institution: InstitutionId
    readonly classes: readonly DataClass[]
  }[] = []
  for (const { look, document } of told.disclosed.pages) {
    const stored = await storeAnswer(chat, tx, look.permit, document)
    // The one it is sealed under first: the page opens a look for each.
    const classes = look.permits.map(({ dataClass }) => dataClass)
    if (stored.ok) answers.push({ id: stored.value, institution: look.institution, classes })
  }
  const { conversation, key: conversationKey } = turn
  if (answers.length === 0 || conversation.customer === undefined) return undefined
  const question = questionText({ intent, slots })
  const link = { customer: conversation.customer, conversation: conversation.id, answers, question, conversationKey }
  return (await answerLinks.make(chat, tx, link)).url
}
