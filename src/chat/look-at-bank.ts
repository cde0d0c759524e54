import {
  type Asked,
  type AnswerQuestion,
  type AnswerResult,
  type BankFacts,
  type BankLook,
  type Reckoned,
  answerRules,
  computeAnswer,
} from '../answers/index.ts'
import { type BankRefusal, loadInstitution } from '../banks/index.ts'
import { type Permit, openPermit } from '../consent/index.ts'
import {
  type DataClass,
  type InstitutionId,
  type Outcome,
  type Disclosure,
  lesserDisclosure,
  success,
} from '../kernel/index.ts'
import type { Chat } from './chat-deps.ts'
import { matchAccounts } from './match-accounts.ts'
import { matchNames } from './match-names.ts'
import type { Turn } from './turn.ts'

/** What is asked of every bank. */
export type BankQuestion = { readonly question: AnswerQuestion; readonly asked: Asked }

/** One bank asked, each kind of its data under a permit of its own; the answer rests on the first, and is sealed under it. */
export type Look = BankLook & {
  readonly permit: Permit<DataClass>
  readonly permits: readonly Permit<DataClass>[]
}

/** Opens the looks and asks the bank; undefined when nothing gives leave any more for what the answer rests on. */
export async function lookAtBank(
  chat: Chat,
  turn: Turn,
  institution: InstitutionId,
  { question, asked }: BankQuestion,
): Promise<Look | undefined> {
  const namesAccount = asked.words !== undefined || asked.lastDigits !== undefined
  const [first, ...others] = answerRules.neededClasses(question, namesAccount)
  const granted = others.filter((name) => isGranted(turn, institution, name))
  const [known, primary, ...rest] = await Promise.all([
    loadInstitution(chat.database, institution),
    open(chat, turn, institution, first),
    ...granted.map((name) => open(chat, turn, institution, name)),
  ])
  if (primary === undefined) return undefined
  const permits = [primary, ...rest].filter((permit) => permit !== undefined)
  const reckoned = { now: chat.clock.now(), timeZone: chat.timeZone, matchMerchant: matchNames, matchAccounts }
  const facts = await fetchFacts(chat, permits, { question, asked, reckoned })
  return {
    institution,
    institutionName: known?.name ?? institution,
    level: permits.reduce<Disclosure>((least, { disclosure }) => lesserDisclosure(least, disclosure), 'full'),
    checkedAt: chat.clock.now(),
    result: facts.ok ? computeAnswer(question, facts.value, asked, reckoned) : refused(facts.code),
    permit: primary,
    permits,
  }
}

function isGranted({ sharing }: Turn, institution: InstitutionId, dataClass: DataClass): boolean {
  return sharing.leaves.some((leave) => leave.institution === institution && leave.dataClass === dataClass)
}

async function open<Class extends DataClass>(
  chat: Chat,
  turn: Turn,
  institution: InstitutionId,
  dataClass: Class,
): Promise<Permit<Class> | undefined> {
  const { customer, id: conversation } = turn.conversation
  if (customer === undefined) return undefined
  const permit = await openPermit(chat, { customer, institution, conversation, dataClass }, 'bank-token')
  if (permit.ok) return permit.value
  chat.logger.warn('chat.no-permit', { code: permit.code, institution, conversationId: conversation })
  return undefined
}

type Fetching = BankQuestion & { readonly reckoned: Reckoned }

/** Each permit fetches what it covers, all at once; the first refusal is the bank's answer. */
async function fetchFacts(
  chat: Chat,
  permits: readonly Permit<DataClass>[],
  fetching: Fetching,
): Promise<Outcome<BankFacts, BankRefusal>> {
  const parts = await Promise.all(permits.map((permit) => fetchPart(chat, permit, fetching)))
  let facts: BankFacts = {}
  for (const part of parts) {
    if (!part.ok) return part
    facts = { ...facts, ...part.value }
  }
  return success(facts)
}

async function fetchPart(
  { bank }: Chat,
  permit: Permit<DataClass>,
  { question, asked, reckoned }: Fetching,
): Promise<Outcome<BankFacts, BankRefusal>> {
  if (covers(permit, 'balance')) {
    const report = await bank.fetchBalances(permit)
    return report.ok ? success({ accounts: report.value.accounts, complete: report.value.complete }) : report
  }
  if (covers(permit, 'transactions')) {
    const days = answerRules.daysToFetch(question, asked, reckoned)
    if (days === undefined) return success({})
    const report = await bank.fetchTransactions(permit, { ...days, timeZone: reckoned.timeZone })
    return report.ok ? success({ transactions: report.value }) : report
  }
  if (covers(permit, 'card-bills')) {
    const bills = await bank.fetchCardBills(permit)
    return bills.ok ? success({ bills: bills.value }) : bills
  }
  if (covers(permit, 'card-status')) {
    const cards = await bank.fetchCards(permit)
    return cards.ok ? success({ cards: cards.value }) : cards
  }
  if (covers(permit, 'account-list')) return fetchDetails(bank, permit, question)
  return success({})
}

/** The account list names accounts; its details are asked for only by the questions that are about them. */
async function fetchDetails(
  bank: Chat['bank'],
  permit: Permit<'account-list'>,
  question: AnswerQuestion,
): Promise<Outcome<BankFacts, BankRefusal>> {
  const wanted = detailsOf[question] ?? []
  const details = await bank.fetchAccountDetails(permit, wanted)
  return details.ok ? success({ details: details.value }) : details
}

const detailsOf: { readonly [Question in AnswerQuestion]?: readonly ('numbers' | 'rewards')[] } = {
  account_numbers: ['numbers'],
  rewards_balance: ['rewards'],
}

function covers<Class extends DataClass>(permit: Permit<DataClass>, dataClass: Class): permit is Permit<Class> {
  return permit.dataClass === dataClass
}

function refused(code: BankRefusal): AnswerResult {
  return { ok: false, reason: reasonOf[code] }
}

const reasonOf = {
  'banks/unreachable': 'unreachable',
  'banks/link-expired': 'link-expired',
  'banks/consent-ended': 'consent-ended',
  'banks/over-budget': 'over-budget',
  'banks/unreadable': 'unreadable',
} as const satisfies Record<BankRefusal, string>

/** Whether the bank could not be reached. */
export function isUnreachable(look: Look): boolean {
  return !look.result.ok && look.result.reason === 'unreachable'
}

/** Whether the bank was not asked at all, and so has said nothing. */
export function isNotAsked(look: Look): boolean {
  return isUnreachable(look) || (!look.result.ok && look.result.reason === 'over-budget')
}
