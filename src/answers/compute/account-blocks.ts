import type { Account } from '../../banks/index.ts'
import { nothingNamed } from '../asked.ts'
import type { Asked } from '../asked.ts'
import type { AccountBlock, Block, CardBlock } from '../block.ts'
import { chooseAccounts, namesAnAccount } from '../choose-accounts.ts'
import { cleanText } from '../clean-text.ts'
import { mainBalance } from '../main-balance.ts'
import type { Reckoned } from './bank-facts.ts'
import { offerAccounts } from './offer-choice.ts'
import { note } from './period.ts'

/** What is known of an account when its figures are shown; a bank's `Account` fits this type. */
export type FiguredAccount = Pick<Account, 'name' | 'lastDigits' | 'category' | 'balances'>

/** Balances by kind: the named account first, the rest behind it; all accounts alike when none was named. */
export function balanceBlocks(
  accounts: readonly FiguredAccount[],
  asked: Asked,
  { matchAccounts }: Pick<Reckoned, 'matchAccounts'> = {},
): readonly Block[] {
  const blocks = inOrder(accounts.map(blockOf))
  if (blocks.length === 0) return [note('no-accounts')]
  if (!namesAnAccount(asked)) return blocks
  const meant = new Set(chooseAccounts(blocks, ({ account }) => account, asked, matchAccounts))
  if (meant.size === 0) return [note('no-such-account'), ...blocks]
  return [...meant, ...blocks.filter((block) => !meant.has(block)).map((block) => ({ ...block, meant: false }))]
}

/** The limits of cards and what is left of them. */
export function limitBlocks(accounts: readonly FiguredAccount[], asked: Asked, reckoned: Reckoned): readonly Block[] {
  const limited = accounts
    .map((account) => {
      const block = blockOf(account)
      const figures = block.figures.filter(({ kind }) => kind === 'credit-limit' || kind === 'credit-available')
      return { ...block, figures: figures.map((figure) => ({ ...figure, main: figure.kind === 'credit-limit' })) }
    })
    .filter(({ figures }) => figures.length > 0)
  if (limited.length === 0) return [note('nothing-found')]
  return offerOwn(limited, asked, reckoned)
}

/** Blocks about one account each: those that were meant, as a choice where there is one to make; all of them where none was. */
export function offerOwn(
  blocks: readonly (AccountBlock | CardBlock)[],
  asked: Asked,
  { matchAccounts }: Reckoned,
): readonly Block[] {
  const meant = chooseAccounts(blocks, ({ account }) => account, asked, matchAccounts)
  const option = (block: AccountBlock | CardBlock) => ({ account: block.account, blocks: [block] })
  return meant.length === 0
    ? [note('no-such-account'), ...offerAccounts(blocks.map(option), { asked: nothingNamed })]
    : offerAccounts(meant.map(option), { asked })
}

function blockOf({ name, lastDigits, category, balances }: FiguredAccount): AccountBlock {
  const main = mainBalance(category, balances)
  return {
    kind: 'account',
    account: { name: cleanText(name.reveal()), lastDigits: lastDigits?.reveal(), category },
    figures: balances.map((balance) => ({
      kind: balance.kind,
      amount: balance.amount.reveal(),
      asOf: balance.asOf,
      main: balance === main,
    })),
    meant: true,
  }
}

// What is lived from comes first: accounts before cards before loans, as the bank lists them within each.
function inOrder(blocks: readonly AccountBlock[]): readonly AccountBlock[] {
  const order = ['deposit', 'card', 'loan', 'other']
  return [...blocks].sort((a, b) => order.indexOf(a.account.category) - order.indexOf(b.account.category))
}
