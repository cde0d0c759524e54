import { formatMoney, formatRounded, roundMoney, unreachable } from '../kernel/index.ts'
import type { Disclosure, Instant, InstitutionId, Money } from '../kernel/index.ts'
import type { AnswerAccount, AnswerDocument, AskedAccount, BalanceKind, MissingReason } from './answer-document.ts'
import { chooseAccounts } from './choose-accounts.ts'
import { mainBalance } from './main-balance.ts'

/** What one bank was asked and said. `level` is what the customer lets this channel carry for this bank, at this moment. */
export type BankLook = {
  readonly institution: InstitutionId
  readonly institutionName: string
  readonly level: Disclosure
  readonly checkedAt: Instant
  readonly result: AnswerDocument['result']
}

/** One statement for the chat to put into words; amounts are already written out for the reader's language. */
export type ChatPart =
  /** The whole of a sealed answer: it has no fields, so it cannot differ from one customer to the next. */
  | { readonly kind: 'sealed' }
  /** The bank could not be asked at all; says nothing about the customer. */
  | { readonly kind: 'not-asked'; readonly institutionName: string; readonly reason: 'unreachable' | 'over-budget' }
  | {
      readonly kind: 'balance'
      readonly level: 'rounded' | 'full'
      readonly institutionName: string
      readonly accountName: string
      readonly balanceKind: BalanceKind
      readonly amount: string
      readonly checkedAt: Instant
    }
  | { readonly kind: 'no-such-account'; readonly institutionName: string; readonly accountNames: readonly string[] }
  | { readonly kind: 'no-figures'; readonly institutionName: string; readonly reason: MissingReason }

/** What a channel may carry of the answer, and the documents for the sealed page (one for each sealed look). */
export type Disclosed<Look extends BankLook> = {
  readonly chat: readonly ChatPart[]
  readonly pages: readonly { readonly look: Look; readonly document: AnswerDocument }[]
}

/**
 * The only place that decides how much of an answer a channel carries (P1). Sealed: one constant part, whatever the
 * banks answered, refusals that depend on the customer included. Rounded: kernel `roundMoney` and nothing finer. Full: all.
 */
export function disclose<Look extends BankLook>(
  looks: readonly Look[],
  asked: AskedAccount,
  language: string,
): Disclosed<Look> {
  const sealed = looks.filter((look) => look.level === 'sealed' && !isNotAsked(look))
  const open = looks.filter((look) => look.level !== 'sealed' || isNotAsked(look))
  return {
    chat: [
      ...(sealed.length > 0 ? [{ kind: 'sealed' } as const] : []),
      ...open.flatMap((look) => say(look, asked, language)),
    ],
    pages: sealed.map((look) => ({ look, document: documentOf(look, asked) })),
  }
}

// A bank that could not be asked has said nothing, so saying so gives nothing away, at any level.
function isNotAsked(look: BankLook): boolean {
  return !look.result.ok && (look.result.reason === 'unreachable' || look.result.reason === 'over-budget')
}

function documentOf(look: BankLook, asked: AskedAccount): AnswerDocument {
  const { institution, institutionName, checkedAt, result } = look
  return { v: 1, kind: 'balances', institution, institutionName, checkedAt, asked, result }
}

function say(look: BankLook, asked: AskedAccount, language: string): readonly ChatPart[] {
  const { institutionName, result } = look
  if (!result.ok) {
    const { reason } = result
    if (reason === 'unreachable' || reason === 'over-budget') return [{ kind: 'not-asked', institutionName, reason }]
    return [{ kind: 'no-figures', institutionName, reason }]
  }
  const chosen = chooseAccounts(result.accounts, asked)
  if (chosen.length === 0) {
    return [
      { kind: 'no-such-account', institutionName, accountNames: result.accounts.map((each) => each.name.reveal()) },
    ]
  }
  return chosen.flatMap((account) => sayAccount(look, account, language))
}

function sayAccount(look: BankLook, account: AnswerAccount, language: string): readonly ChatPart[] {
  const balance = mainBalance(account)
  if (balance === undefined || look.level === 'sealed') return []
  return [
    {
      kind: 'balance',
      level: look.level,
      institutionName: look.institutionName,
      accountName: account.name.reveal(),
      balanceKind: balance.kind,
      amount: amountAt(look.level, balance.amount.reveal(), language),
      checkedAt: look.checkedAt,
    },
  ]
}

function amountAt(level: 'rounded' | 'full', money: Money, language: string): string {
  switch (level) {
    case 'rounded':
      return formatRounded(roundMoney(money), language)
    case 'full':
      return formatMoney(money, language)
    default:
      return unreachable(level)
  }
}
