import type { Permit } from '../../consent/index.ts'
import { Fault, refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { BankRefusal } from '../bank.ts'
import type { CardAct, CardReport, CardState, Decline } from '../facts.ts'
import type { ApiAct, BankApi } from './bank-api.ts'
import { categoryOf } from './read-account.ts'
import type { RawAccount } from './read-account.ts'
import { readCard, readDeclines } from './read-card.ts'
import { currencyOf } from './read-field.ts'
import { forEachOf } from './several-at-once.ts'
import { isShared, listShared } from './shared-accounts.ts'

/** The state of each shared card and its refused payments. An account without a card, or a bank without these calls, is left out. */
export async function fetchCards(
  permit: Permit<'card-status'>,
  api: BankApi,
): Promise<Outcome<CardReport, BankRefusal>> {
  const shared = await listShared(permit, api, 'lightweight')
  if (!shared.ok) return shared
  const mayHaveCards = shared.value.accounts.filter((account) => ['deposit', 'card'].includes(categoryOf(account)))
  const found = await forEachOf(mayHaveCards, (account) => readOne(api, account))
  if (!found.ok) return found
  const known = found.value.filter((each) => each !== undefined)
  return success({
    cards: known.map(({ card }) => card),
    declines: known.flatMap(({ declines }) => declines).sort((a, b) => b.at - a.at),
  })
}

async function readOne(
  api: BankApi,
  account: RawAccount,
): Promise<Outcome<{ readonly card: CardState; readonly declines: readonly Decline[] } | undefined, BankRefusal>> {
  const path = pathOf(account.id)
  const state = await api.getOffered(`${path}/status`)
  if (!state.ok) return state
  if (state.value === undefined) return success(undefined)
  const card = readCard(state.value.body, account.id)
  if (!card.ok) return card
  const refused = await api.getOffered(`${path}/declines`)
  if (!refused.ok) return refused
  const of = { accountId: account.id, currency: currencyOf(account.fields) }
  const declines = refused.value === undefined ? success([]) : readDeclines(refused.value.body, of)
  return declines.ok ? success({ card: card.value, declines: declines.value }) : declines
}

/** Visible ASCII, as a header carries it. */
const keyShape = /^[\x21-\x7e]{1,128}$/

/** Makes a card frozen, active or lost, once for each key; what comes back is what the bank says the card is. */
export async function changeCard(api: BankApi, act: CardAct): Promise<Outcome<CardState | 'conflict', BankRefusal>> {
  const answer = await api.act(callOf(act))
  if (!answer.ok) return answer
  return answer.value === 'conflict' ? success('conflict') : readCard(answer.value.body, act.accountId)
}

/** What must be true of an act before the bank is asked. A key of another shape is a mistake of ours and throws. */
export function checkCardAct(permit: Permit<'card-status'>, act: CardAct): Outcome<undefined, BankRefusal> {
  if (!keyShape.test(act.key)) throw new Fault('banks/card-act-malformed', { retry: 'never' })
  return isShared(permit, act.accountId) ? success(undefined) : refusal('banks/consent-ended')
}

function callOf({ accountId, to, key }: CardAct): ApiAct {
  const path = pathOf(accountId)
  switch (to) {
    case 'frozen':
      return { method: 'POST', path: `${path}/freeze`, key }
    case 'active':
      return { method: 'POST', path: `${path}/unfreeze`, key }
    case 'lost':
      return { method: 'PUT', path: `${path}/status`, body: JSON.stringify({ status: 'LOST' }), key }
  }
}

function pathOf(accountId: string): string {
  return `/cards/${encodeURIComponent(accountId)}`
}
