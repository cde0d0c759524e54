import type { Asked } from '../asked.ts'
import type { Block, CardBlock, DeclineBlock, DeclineReason } from '../block.ts'
import { chooseAccounts } from '../choose-accounts.ts'
import { cleanText } from '../clean-text.ts'
import { offerOwn } from './account-blocks.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import { dayIn } from './days.ts'
import { matchNames } from './match-names.ts'
import { nameAccounts } from './name-accounts.ts'
import { isAboutAmount } from './narrow.ts'
import { note } from './period.ts'

/** The most refused payments that are told. */
const declinesMax = 10

/** Whether cards work. */
export function cardBlocks(facts: BankFacts, asked: Asked, reckoned: Reckoned): readonly Block[] {
  const nameOf = nameAccounts(facts)
  const dayOf = dayIn(reckoned.timeZone)
  const cards = (facts.cards?.cards ?? []).map(({ accountId, status, since, expires, lastDigits }): CardBlock => {
    const account = nameOf(accountId, 'card')
    return {
      kind: 'card',
      account: { ...account, lastDigits: lastDigits?.reveal() ?? account.lastDigits },
      status,
      since: since === undefined ? undefined : dayOf(since),
      expires: expires === undefined ? undefined : cleanText(expires, expiresMax),
    }
  })
  if (cards.length === 0) return [note('nothing-found')]
  return offerOwn(cards, asked, reckoned)
}

const expiresMax = 10

/** Why payments were refused, newest first, in words of ours for the bank's code. */
export function declineBlocks(facts: BankFacts, asked: Asked, reckoned: Reckoned): readonly Block[] {
  const nameOf = nameAccounts(facts)
  const dayOf = dayIn(reckoned.timeZone)
  const amount = asked.amount?.reveal()
  const declines = (facts.cards?.declines ?? [])
    .map((decline): DeclineBlock => ({
      kind: 'decline',
      day: dayOf(decline.at),
      at: decline.at,
      amount: decline.amount.reveal(),
      merchant: decline.merchant === undefined ? undefined : cleanText(decline.merchant.reveal()),
      account: nameOf(decline.accountId, 'card'),
      reason: reasonOf(decline.reason),
      code: cleanText(decline.reason, codeMax),
    }))
    .filter((each) => amount === undefined || isAboutAmount(each.amount, amount))
    .filter((each) => (asked.from ?? each.day) <= each.day && each.day <= (asked.to ?? each.day))
    .sort((a, b) => b.at - a.at)
  const words = asked.merchant?.reveal()
  const names = declines.map(({ merchant }) => merchant ?? '')
  const fitting = words === undefined ? undefined : new Set((reckoned.matchMerchant ?? matchNames)(words, names))
  const ofMerchant = declines.filter(({ merchant }) => fitting?.has(merchant ?? '') ?? true)
  const meant = chooseAccounts(ofMerchant, ({ account }) => account ?? nameless, asked, reckoned.matchAccounts)
  return meant.length === 0 ? [note('nothing-found')] : meant.slice(0, declinesMax)
}

const codeMax = 40
const nameless = { name: '', lastDigits: undefined, category: 'card' } as const

type ReasonRule = readonly [pattern: RegExp, reason: DeclineReason]

// Words that banks use, and the response codes of card networks (ISO 8583, field 39).
const reasonRules: readonly ReasonRule[] = [
  [/^51$|INSUFFICIENT|NO_FUNDS|BALANCE/i, 'insufficient-funds'],
  [/^6[15]$|LIMIT|EXCEED/i, 'over-limit'],
  [/FROZEN|PAUSED|BLOCKED_BY_C/i, 'frozen'],
  [/^4[13]$|LOST|STOLEN/i, 'lost'],
  [/^(33|54)$|EXPIRED/i, 'expired'],
  [/^(38|75)$|PIN_(TRIES|BLOCKED)/i, 'pin-blocked'],
  [/^(55|86)$|PIN/i, 'wrong-pin'],
  [/^(14|82|N7)$|CVV|CVC|INVALID_CARD|DETAILS|AVS/i, 'wrong-details'],
  [/^(34|59)$|FRAUD|SUSPECT|RISK/i, 'suspected-fraud'],
  [/^(57|58|62)$|NOT_ALLOWED|NOT_PERMITTED|RESTRICTED|COUNTRY|ONLINE_OFF/i, 'not-allowed'],
  [/^(91|96)$|UNAVAILABLE|TIMEOUT|SYSTEM/i, 'unavailable'],
]

function reasonOf(code: string): DeclineReason {
  return reasonRules.find(([pattern]) => pattern.test(code))?.[1] ?? 'unknown'
}
