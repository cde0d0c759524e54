import type { AccountDetails } from '../../banks/index.ts'
import type { Asked } from '../asked.ts'
import type { Block, DetailBlock, DetailKind, NoteWord } from '../block.ts'
import { chooseAccounts } from '../choose-accounts.ts'
import { cleanText } from '../clean-text.ts'
import type { BankFacts } from './bank-facts.ts'
import { note } from './period.ts'

type Fact = readonly [kind: DetailKind, text: string | undefined, program?: string]

/** Interest rates by account. */
export function interestBlocks(facts: BankFacts, asked: Asked): readonly Block[] {
  return detailBlocks(facts, asked, {
    none: 'no-rates',
    pageOnly: false,
    factsOf: ({ interestRate }) => [['interest-rate', interestRate]],
  })
}

/** Points, miles and cash back, as the bank counts them. */
export function rewardsBlocks(facts: BankFacts, asked: Asked): readonly Block[] {
  const factsOf = ({ rewards }: AccountDetails): readonly Fact[] => {
    const known = rewards?.reveal()
    return known === undefined ? [] : [['rewards', known.balance, known.program]]
  }
  return detailBlocks(facts, asked, { none: 'no-rewards', pageOnly: false, factsOf })
}

/** Account numbers: they enter no chat, at any level. */
export function numberBlocks(facts: BankFacts, asked: Asked): readonly Block[] {
  const factsOf = ({ numbers }: AccountDetails): readonly Fact[] => {
    const known = numbers?.reveal()
    return [
      ['account-number', known?.accountNumber],
      ['routing-number', known?.routingNumber],
      ['iban', known?.iban],
      ['bic', known?.bic],
    ]
  }
  return detailBlocks(facts, asked, { none: 'no-numbers', pageOnly: true, factsOf })
}

type DetailQuestion = {
  readonly none: NoteWord
  readonly pageOnly: boolean
  readonly factsOf: (details: AccountDetails) => readonly Fact[]
}

function detailBlocks(
  { details = [] }: BankFacts,
  asked: Asked,
  { none, pageOnly, factsOf }: DetailQuestion,
): readonly Block[] {
  const blocks = details.flatMap((each): readonly DetailBlock[] => {
    const account = {
      name: cleanText(each.name.reveal()),
      lastDigits: each.lastDigits?.reveal(),
      category: each.category,
    }
    return factsOf(each).flatMap(([detail, text, program]) =>
      text === undefined || text === ''
        ? []
        : [
            {
              kind: 'detail',
              detail,
              account,
              text: cleanText(text),
              program: program === undefined ? undefined : cleanText(program),
              pageOnly,
            },
          ],
    )
  })
  if (blocks.length === 0) return [note(none)]
  const meant = chooseAccounts(blocks, ({ account }) => account, asked)
  return meant.length === 0 ? [note('no-such-account'), ...blocks] : meant
}
