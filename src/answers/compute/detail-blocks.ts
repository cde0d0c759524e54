import type { AccountDetails } from '../../banks/index.ts'
import { nothingNamed } from '../asked.ts'
import type { Asked } from '../asked.ts'
import type { AccountOption, Block, DetailBlock, DetailKind, NoteWord, RewardUnit } from '../block.ts'
import { chooseAccounts } from '../choose-accounts.ts'
import { cleanText } from '../clean-text.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import { offerAccounts } from './offer-choice.ts'
import { note } from './period.ts'

type Fact = {
  readonly detail: DetailKind
  readonly text: string | undefined
  readonly program?: string
  readonly unit?: RewardUnit
}

/** Interest rates by account. */
export function interestBlocks(facts: BankFacts, asked: Asked, reckoned: Reckoned): readonly Block[] {
  return detailBlocks(facts, asked, {
    reckoned,
    none: 'no-rates',
    pageOnly: false,
    factsOf: ({ interestRate }) => [{ detail: 'interest-rate', text: interestRate }],
  })
}

/** Points, miles and cash back: how many, of what, in which program. FDX counts units and names no currency, so none is added to cash back. */
export function rewardsBlocks(facts: BankFacts, asked: Asked, reckoned: Reckoned): readonly Block[] {
  const factsOf = ({ rewards }: AccountDetails): readonly Fact[] => {
    const known = rewards?.reveal()
    if (known === undefined) return []
    return [{ detail: 'rewards', text: known.balance, program: known.program, unit: known.kind }]
  }
  return detailBlocks(facts, asked, { reckoned, none: 'no-rewards', pageOnly: false, factsOf })
}

/** Account numbers: they enter no chat, at any level, and each account's stand alone, since money sent to the wrong one is gone. */
export function numberBlocks(facts: BankFacts, asked: Asked, reckoned: Reckoned): readonly Block[] {
  const factsOf = ({ numbers }: AccountDetails): readonly Fact[] => {
    const known = numbers?.reveal()
    return [
      { detail: 'account-number', text: known?.accountNumber },
      { detail: 'routing-number', text: known?.routingNumber },
      { detail: 'iban', text: known?.iban },
      { detail: 'bic', text: known?.bic },
    ]
  }
  return detailBlocks(facts, asked, { reckoned, none: 'no-numbers', pageOnly: true, standsAlone: true, factsOf })
}

type DetailQuestion = {
  readonly reckoned: Reckoned
  readonly none: NoteWord
  readonly pageOnly: boolean
  readonly standsAlone?: boolean
  readonly factsOf: (details: AccountDetails) => readonly Fact[]
}

function detailBlocks({ details = [] }: BankFacts, asked: Asked, wanted: DetailQuestion): readonly Block[] {
  const all = details.map((each) => optionOf(each, wanted)).filter(({ blocks }) => blocks.length > 0)
  if (all.length === 0) return [note(wanted.none)]
  const { standsAlone = false } = wanted
  const meant = chooseAccounts(all, ({ account }) => account, asked, wanted.reckoned.matchAccounts)
  return meant.length === 0
    ? [note('no-such-account'), ...offerAccounts(all, { asked: nothingNamed, standsAlone })]
    : offerAccounts(meant, { asked, standsAlone })
}

function optionOf(details: AccountDetails, { pageOnly, factsOf }: DetailQuestion): AccountOption {
  const { name, lastDigits, category } = details
  const account = { name: cleanText(name.reveal()), lastDigits: lastDigits?.reveal(), category }
  const blocks = factsOf(details).flatMap(({ detail, text, program, unit }): readonly DetailBlock[] =>
    text === undefined || text === ''
      ? []
      : [
          {
            kind: 'detail',
            detail,
            account,
            text: cleanText(text),
            program: program === undefined || program === '' ? undefined : cleanText(program),
            unit,
            pageOnly,
          },
        ],
  )
  return { account, blocks }
}
