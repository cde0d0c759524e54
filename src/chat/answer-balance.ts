import {
  type AskedAccount,
  type BankLook,
  type Disclosed,
  disclose,
  makeAnswerLink,
  storeAnswer,
} from '../answers/index.ts'
import { type BankRefusal, loadInstitution } from '../banks/index.ts'
import { loadWaiting } from '../channels/index.ts'
import { type Permit, listGrants, openPermit, recordDisclosure } from '../consent/index.ts'
import { type ConversationId, type InstitutionId, type SealedAnswerId, lesserDisclosure } from '../kernel/index.ts'
import { type JobOutcome, type Tx, addJob } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { composeAnswer } from './compose-answer.ts'
import { keepQuestion, questionText } from './keep-question.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import { retryJob, retryPauseMs, retryPayload, retryWindowMs } from './retry-plan.ts'
import { type Turn, endTurn } from './turn.ts'
import { understandWords } from './understand-words.ts'

export type BalanceQuestion = {
  readonly institutions: readonly InstitutionId[]
  readonly asked: AskedAccount
  /** When it is being retried: since when, in milliseconds since 1970, and how often it was tried. */
  readonly retry?: { readonly since: number; readonly attempt: number }
}

/** One bank asked under its own permit. */
type Look = BankLook & { readonly permit: Permit<'balance'> }

/**
 * Asks every bank live, each under a ticket that has committed, outside any transaction; then, in one transaction with
 * the end of the job, checks the grants again, writes down what goes where, and sends what this channel may carry.
 */
export async function answerBalance(chat: Chat, turn: Turn, question: BalanceQuestion): Promise<JobOutcome> {
  const looks = (await Promise.all(question.institutions.map((id) => lookAt(chat, turn, id)))).filter(isLook)
  if (looks.length === 0) return askForLeave(chat, turn)
  if (await stopWaits(chat, turn)) return dropLooks(chat, turn, looks)
  const down = looks.filter(isUnreachable)
  const tryAgain = down.length > 0 && !isOver(turn, question)
  if (tryAgain && question.retry !== undefined && down.length === looks.length) {
    await chat.database.transaction((tx) => keepDisclosable(chat, tx, down))
    return { againAfterMs: retryPauseMs(question.retry.attempt) }
  }
  return {
    finish: async (tx) => {
      await sayAnswer(chat, turn, tx, looks, question, { tryAgain })
      if (tryAgain) await addRetry(tx, turn, down, question)
    },
  }
}

/** Opens the look and asks the bank; undefined when nothing gives leave any more. */
async function lookAt(chat: Chat, turn: Turn, institution: InstitutionId): Promise<Look | undefined> {
  const { conversation } = turn
  if (conversation.customer === undefined) return undefined
  const look = {
    customer: conversation.customer,
    institution,
    conversation: conversation.id,
    dataClass: 'balance',
  } as const
  const [permit, known] = await Promise.all([openPermit(chat, look), loadInstitution(chat.database, institution)])
  if (!permit.ok) {
    chat.logger.warn('chat.no-permit', { code: permit.code, institution, conversationId: conversation.id })
    return undefined
  }
  const report = await chat.bank.fetchBalances(permit.value)
  return {
    institution,
    institutionName: known?.name ?? institution,
    level: permit.value.disclosure,
    checkedAt: chat.clock.now(),
    result: resultOf(report),
    permit: permit.value,
  }
}

type Report = Awaited<ReturnType<Chat['bank']['fetchBalances']>>

function resultOf(report: Report): BankLook['result'] {
  return report.ok ? { ok: true, ...report.value } : { ok: false, reason: reasonOf[report.code] }
}

const reasonOf = {
  'banks/unreachable': 'unreachable',
  'banks/link-expired': 'link-expired',
  'banks/consent-ended': 'consent-ended',
  'banks/over-budget': 'over-budget',
  'banks/unreadable': 'unreadable',
} as const satisfies Record<BankRefusal, string>

/**
 * A slow bank must not make "stop" wait: one that was written meanwhile overtakes the answer. Its own turn, which comes
 * next, ends the grants.
 */
async function stopWaits(chat: Chat, turn: Turn): Promise<boolean> {
  const waiting = await loadWaiting(chat.database, chat.keystore, turn.conversation.id)
  return waiting.some(({ id, kind, text, payload }) => {
    if (id === turn.from.id) return false
    return (
      kind === 'account-unlinked' ||
      understandWords({ text, payload, language: turn.language }).intent === 'stop_sharing'
    )
  })
}

/** What the banks said is thrown away, and the audit says that nothing of it went anywhere. */
function dropLooks(chat: Chat, turn: Turn, looks: readonly Look[]): JobOutcome {
  return {
    finish: async (tx) => {
      for (const { permit } of looks) await recordDisclosure(chat, tx, permit, { level: 'nothing', place: 'messenger' })
      await endTurn(chat, turn, tx, { say: [{ reply: makeReply(chat, turn, ['stopped_meanwhile']) }] })
    },
  }
}

/** In one transaction: what may still go, the sealed pages and their link, the replies, what is remembered. */
async function sayAnswer(
  chat: Chat,
  turn: Turn,
  tx: Tx,
  looks: readonly Look[],
  question: BalanceQuestion,
  { tryAgain }: { readonly tryAgain: boolean },
): Promise<void> {
  const kept = await keepDisclosable(chat, tx, await atLevelsNow(tx, turn, looks))
  const disclosed = disclose(kept, question.asked, turn.language)
  const answerUrl = await storePages(chat, turn, tx, disclosed)
  if (kept.length === 0 || (answerUrl === undefined && disclosed.chat.every(({ kind }) => kind === 'sealed'))) {
    const reply = makeReply(chat, turn, ['stopped_meanwhile'], {}, ['linkBank', 'help'])
    return endTurn(chat, turn, tx, { say: [{ reply }] })
  }
  const say = await composeAnswer(chat, turn, {
    parts: disclosed.chat,
    answerUrl,
    banks: kept.map(({ institutionName }) => institutionName),
    relink: (words, bank) => makeOffer(chat, turn, tx, 'link', words, { bank }),
    gaveUp: question.retry !== undefined && !tryAgain,
    grants: {
      sealed: kept.filter(({ level }) => level === 'sealed').map(({ permit }) => permit.grantId),
      open: kept.filter(({ level }) => level !== 'sealed').map(({ permit }) => permit.grantId),
    },
  })
  await endTurn(chat, turn, tx, { say, change: { answered: !tryAgain }, keepText: tryAgain })
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
async function keepDisclosable(chat: Chat, tx: Tx, looks: readonly Look[]): Promise<readonly Look[]> {
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

/** Nobody gives leave: the question waits, sealed, for a bank to be linked. */
function askForLeave(chat: Chat, turn: Turn): JobOutcome {
  return {
    finish: async (tx) => {
      const reply = await makeOffer(chat, turn, tx, 'link', 'link.offer_question')
      await endTurn(chat, turn, tx, { say: [{ reply }], change: keepQuestion(turn) })
    },
  }
}

async function addRetry(tx: Tx, turn: Turn, down: readonly Look[], question: BalanceQuestion): Promise<void> {
  const since = question.retry?.since ?? turn.state.now
  const payload = retryPayload({ from: turn.from, institutions: down.map(({ institution }) => institution), since })
  await addJob(tx, { kind: retryJob, key: retryKey(turn.conversation.id), payload, delayMs: retryPauseMs(1) })
}

/** A key of its own, so that later messages of the conversation are not held back. */
function retryKey(conversation: ConversationId): string {
  return `retry:${conversation}`
}

function isOver(turn: Turn, { retry }: BalanceQuestion): boolean {
  return retry !== undefined && turn.state.now - retry.since >= retryWindowMs
}

function isUnreachable(look: Look): boolean {
  return !look.result.ok && look.result.reason === 'unreachable'
}

function isNotAsked(look: Look): boolean {
  return !look.result.ok && (look.result.reason === 'unreachable' || look.result.reason === 'over-budget')
}

function isLook(look: Look | undefined): look is Look {
  return look !== undefined
}
