import { type AskedAccount, type Disclosed, disclose, makeAnswerLink, storeAnswer } from '../answers/index.ts'
import { type Leave, listGrants, recordDisclosure } from '../consent/index.ts'
import { type InstitutionId, type SealedAnswerId, lesserDisclosure } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { composeAnswer } from './compose-answer.ts'
import { questionText } from './keep-question.ts'
import { type Look, isNotAsked } from './look-at-bank.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import { makeCutOff } from './say-cut-off.ts'
import { type Turn, endTurn } from './turn.ts'

/** What the banks said, and what becomes of the banks that were down. */
export type Answer = {
  readonly looks: readonly Look[]
  readonly asked: AskedAccount
  /** A bank that is down is asked again later. */
  readonly tryAgain: boolean
  /** A bank was down for as long as we try. */
  readonly gaveUp: boolean
}

/** In one transaction: what may still go, the sealed pages and their link, the replies, what is remembered. */
export async function sayAnswer(chat: Chat, turn: Turn, tx: Tx, answer: Answer): Promise<void> {
  const { looks, asked, tryAgain, gaveUp } = answer
  const kept = await keepDisclosable(chat, tx, await atLevelsNow(tx, turn, looks))
  const disclosed = disclose(kept, asked, turn.language)
  const answerUrl = await storePages(chat, turn, tx, disclosed)
  if (kept.length === 0 || (answerUrl === undefined && disclosed.chat.every(({ kind }) => kind === 'sealed'))) {
    const reply = makeReply(chat, turn, { words: ['stopped_meanwhile'], choices: ['linkBank', 'help'] })
    return endTurn(chat, turn, tx, { say: [{ reply }] })
  }
  const say = await composeAnswer(chat, turn, {
    parts: disclosed.chat,
    answerUrl,
    banks: kept.map(({ institutionName }) => institutionName),
    relink: (words, bank) => makeOffer(chat, turn, tx, { purpose: 'link', words, values: { bank } }),
    gaveUp,
    leave: {
      sealed: leaveOf(kept.filter(({ level }) => level === 'sealed')),
      open: leaveOf(kept.filter(({ level }) => level !== 'sealed')),
    },
  })
  const { cutOff } = turn.sharing
  const suspended = cutOff === undefined ? [] : [{ reply: await makeCutOff(chat, turn, tx, cutOff) }]
  const change = { answered: !tryAgain }
  await endTurn(chat, turn, tx, { say: [...say, ...suspended], change, keepText: tryAgain })
}

function leaveOf(looks: readonly Look[]): Leave {
  return looks.map(({ permit, level }) => ({ grant: permit.grantId, level }))
}

/** The customer may have lowered, on the page, what this chat shows while the bank was being asked: that counts at once. */
async function atLevelsNow(tx: Tx, turn: Turn, looks: readonly Look[]): Promise<readonly Look[]> {
  if (looks.every(({ level }) => level === 'sealed')) return looks
  const grants = await listGrants(tx, { conversation: turn.conversation.id })
  return looks.map((look) => {
    const now = grants.find(({ id }) => id === look.permit.grantId)?.disclosure ?? 'sealed'
    return { ...look, level: lesserDisclosure(look.level, now) }
  })
}

/** Writes the `disclosed` entry of each look, which checks its grant again; the stopped ones are left out of everything. */
export async function keepDisclosable(chat: Chat, tx: Tx, looks: readonly Look[]): Promise<readonly Look[]> {
  const kept: Look[] = []
  for (const look of looks) {
    const level = isNotAsked(look) ? 'nothing' : look.level
    const recorded = await recordDisclosure(chat, tx, look.permit, { level, place: 'messenger' })
    if (recorded.ok) kept.push(look)
  }
  return kept
}

/** Keeps what the sealed page will show and makes its single-use link; undefined when nothing is, or may be, there. */
async function storePages(chat: Chat, turn: Turn, tx: Tx, disclosed: Disclosed<Look>): Promise<string | undefined> {
  const answers: { readonly id: SealedAnswerId; readonly institution: InstitutionId }[] = []
  for (const { look, document } of disclosed.pages) {
    const stored = await storeAnswer(chat, tx, look.permit, document)
    if (stored.ok) answers.push({ id: stored.value, institution: look.institution })
  }
  const { conversation, key: conversationKey } = turn
  if (answers.length === 0 || conversation.customer === undefined) return undefined
  const question = questionText(turn)
  const link = { customer: conversation.customer, conversation: conversation.id, answers, question, conversationKey }
  return (await makeAnswerLink(chat, tx, link)).url
}
