import { html } from '../../pages/index.ts'
import type { CardUseSeen, Fraud, SwipeWish } from './bank-control.ts'
import type { Outcome } from './outcomes.ts'
import type { RoomDeps } from './room-deps.ts'
import { fraudWords } from './scenarios.ts'
import { cardState, whatBecame } from './say-card-use.ts'

type Progress = (words: string) => void

/** Pays with somebody's card, and tells the verdict and how long it took. */
export async function swipeCard(deps: RoomDeps, login: string, wish: SwipeWish): Promise<Outcome> {
  const use = await deps.bank.swipe(login, wish)
  if (use === undefined) return noCard
  return {
    tone: 'good',
    title: `${use.amount} at ${use.merchant}: ${whatBecame(use)}.`,
    body: html`<p>${verdictWords(use)}</p>`,
  }
}

/** Somebody else pays with it, several times in a row. */
export async function commitFraud(deps: RoomDeps, login: string, what: Fraud, progress: Progress): Promise<Outcome> {
  progress('The thief is paying: each use appears below as the bank decides on it')
  const uses = await deps.bank.commitFraud(login, what)
  if (uses.length === 0) return noCard
  const refused = uses.filter(({ outcome }) => outcome === 'declined')
  const frozen = refused.filter(({ because }) => because === 'card-not-active')
  const [card] = (await deps.bank.cards()).filter(({ accountId }) => accountId === uses[0]?.accountId)
  return {
    tone: 'good',
    title: `${fraudWords[what].name}: ${uses.length} payments tried, ${uses.length - refused.length} went through, ${refused.length} refused.`,
    body: html`<p>
        ${
          frozen.length > 0
            ? 'The bank refused by itself, because the card is frozen. Nobody has to be asked any more.'
            : nextWords(uses)
        }
      </p>
      ${card === undefined ? undefined : html`<p>The card ${cardState(card)}.</p>`}`,
  }
}

const noCard: Outcome = {
  tone: 'bad',
  title: 'The bank did not take it: this person has no credit card, or the amount is none.',
}

// A card whose owner signed for no alerts is answered with "observe" and leaves nothing behind at Parley.
function nextWords(uses: readonly CardUseSeen[]): string {
  if (uses.every(({ verdict }) => verdict === undefined)) {
    return 'Parley answered none of these, so the bank decided alone and let them through. It hears of them later.'
  }
  if (uses.every(({ verdict }) => verdict === 'observe')) {
    return 'Parley said “observe” each time, so the bank let them through. For a card without fraud alerts that is all it may say, and it keeps nothing: turn them on in the privacy centre. With them, a question comes into the chat when a use looks wrong.'
  }
  return 'If it looks wrong to Parley, a question comes into the chat. Answer “Not me” there: one tap freezes the card.'
}

function verdictWords({ verdict, answeredMs, because }: CardUseSeen): string {
  if (because === 'card-not-active') return 'The card is frozen, so the bank refused it by itself and asked nobody.'
  if (verdict === undefined || answeredMs === undefined) {
    return 'Parley did not answer within two seconds. The bank never waits longer: it decided alone.'
  }
  const meaning = {
    approve: 'nothing is wrong with it',
    decline: 'do not pay this',
    observe: 'no opinion: nobody signed for fraud alerts on this card, or Parley is not sure',
  }[verdict]
  return `Parley’s verdict: ${verdict} (${meaning ?? 'unknown'}), ${answeredMs} ms after the bank asked.`
}
