import { minus } from '../compute/sums.ts'
import type { AccountBlock, AccountFigure, AccountName, Block } from '../block.ts'
import type { SayLine, Speech } from './speech.ts'

/** How many accounts one message lists. */
const accountsMax = 10

/** One line for each account that was meant: its main figure, or all that were asked for. */
export function sayAccounts(
  speech: Speech,
  blocks: readonly AccountBlock[],
): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  const meant = blocks.filter(({ meant: isMeant }) => isMeant)
  const left = meant.length - accountsMax
  return {
    lines: [
      ...meant.slice(0, accountsMax).flatMap((block) => sayAccount(speech, block)),
      ...(left > 0 ? [{ key: 'answer.accounts.more', values: { count: left } } as const] : []),
    ],
    more: left > 0,
  }
}

/** The named account is not among the shared ones: which there are, and then their figures are left to be asked for. */
export function sayNoSuchAccount(
  speech: Speech,
  following: readonly Block[],
): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  const names = [
    ...new Set(
      following
        .map(accountOf)
        .filter((name) => name !== undefined)
        .map(speech.account),
    ),
  ]
  return {
    lines:
      names.length === 0
        ? [{ key: 'answer.note.all-accounts', values: { bank: speech.bank } }]
        : [
            {
              key: 'answer.note.no-such-account',
              values: { bank: speech.bank, accounts: speech.list(names.slice(0, accountsMax)) },
            },
          ],
    more: false,
  }
}

function accountOf(block: Block): AccountName | undefined {
  return block.kind === 'account' || block.kind === 'bill' || block.kind === 'card' || block.kind === 'detail'
    ? block.account
    : undefined
}

function sayAccount(speech: Speech, { account, figures }: AccountBlock): readonly SayLine[] {
  const wanted = speech.question === 'credit_limit' ? figures : figures.filter(({ main }) => main)
  return wanted.map((figure) => ({
    key: keyOf(figure),
    values: {
      account: speech.account(account),
      amount: speech.amount(isInCredit(figure) ? minus(figure.amount) : figure.amount),
    },
  }))
}

function keyOf(figure: AccountFigure): SayLine['key'] {
  return isInCredit(figure) ? 'answer.account.in-credit' : `answer.account.${figure.kind}`
}

/** A negative debt is the customer's money at the bank: said in words, not by a sign. */
export function isInCredit({ kind, amount }: AccountFigure): boolean {
  return kind === 'owed' && amount.minor < 0n
}
