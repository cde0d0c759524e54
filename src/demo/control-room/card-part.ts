import { type Html, html } from '../../pages/index.ts'
import type { CardSeen, CardUseSeen } from './bank-control.ts'
import { away, bankPersonField, press } from './form-parts.ts'
import type { RoomView } from './room-view.ts'
import { cardState, whatBecame } from './say-card-use.ts'
import { fraudWords } from './scenarios.ts'
import { places, shops } from './shops.ts'
import { openQuestion } from './tour-steps.ts'

const usesShown = 8

/** Swiping a card and stealing one. */
export function cardForms(view: RoomView): Html {
  const { gateway } = view.deps.config
  return html`<p>
      At each use the bank asks Parley first, and waits two seconds at most. Whoever turned fraud alerts on, in
      ${away(`${gateway}/me/alerts`, 'the privacy centre')}, is asked in the chat when a use looks wrong.
    </p>
    <form method="post" action="/do/swipe" data-act="cards" class="fields">
      <div>${bankPersonField(view, 'swipe-person')}</div>
      <div>
        <label class="field" for="shop">Shop</label
        ><select id="shop" name="shop">
          ${options(shops)}
        </select>
      </div>
      <div>
        <label class="field" for="amount">Amount in dollars</label>
        <input
          id="amount"
          name="amount"
          inputmode="decimal"
          value="4.85"
          required
          maxlength="12"
          pattern="\\s*[0-9]{1,9}([.,][0-9]{1,2})?\\s*"
          autocomplete="off"
        />
      </div>
      <div>
        <label class="field" for="city">Place</label
        ><select id="city" name="city">
          ${options(places)}
        </select>
      </div>
      <fieldset class="radios">
        <legend class="field">How</legend>
        <label><input type="radio" name="presence" value="in-person" checked /> In the shop</label>
        <label><input type="radio" name="presence" value="online" /> Over the network</label>
      </fieldset>
      <button>Swipe the card</button>
      <p class="hint">The bank asks for a verdict, applies it, and you see both, with the milliseconds it took.</p>
    </form>
    <h3>Commit fraud</h3>
    <form method="post" action="/do/fraud" data-act="cards" class="presses">
      <div>${bankPersonField(view, 'fraud-person')}</div>
      ${Object.entries(fraudWords).map(([what, words]) => press('what', what, words))}
    </form>`
}

/** The question that waits in the chat, cards that do not work, and the newest uses. */
export function cardsNow(view: RoomView): Html {
  const { bank } = view.seen
  if (bank === undefined)
    return html`<p class="note danger">The bank does not answer, so its cards cannot be shown.</p>`
  const names = new Map(view.deps.bank.people().map(({ login, name }) => [login, name]))
  const stopped = bank.cards.filter(({ status }) => status !== 'ACTIVE')
  return html`${question(view)} ${pushes(view)}
  ${stopped.length > 0 && html`<p>${stopped.map((card) => pill(card, names.get(card.login) ?? card.login))}</p>`}
  ${bank.uses.length === 0 ? html`<p class="muted">No card was used yet.</p>` : useTable(bank.uses.slice(0, usesShown))}`
}

function pill(card: CardSeen, name: string): Html {
  return html`<span class="pill">${name}’s ${card.kind} card ${cardState(card)}</span>`
}

/** The newest question about a payment that waits for its answer. */
function question({ deps, seen }: RoomView): readonly Html[] {
  return (seen.threads ?? []).flatMap(({ psid, name, messages }) => {
    const open = openQuestion(messages)
    if (open === undefined) return []
    return html`<div class="note">
      <p><strong>A question waits in ${name}’s chat:</strong> “${open.shown.text}”</p>
      <p>${away(`${deps.config.messenger.ui}/?person=${psid}`, 'Answer it: tap “Not me”', 'button')}</p>
    </div>`
  })
}

/** The second way: what a push service could tell anybody about. */
function pushes({ seen: { pushes: sent } }: RoomView): Html | undefined {
  if (sent === undefined || sent.count === 0) return undefined
  const what = sent.bytes === 0 ? 'nothing in it' : `${sent.bytes} bytes in it`
  return html`<p>
    The practice push service received <strong>${sent.count}</strong> ${sent.count === 1 ? 'push' : 'pushes'}, with
    ${what}.
  </p>`
}

function useTable(uses: readonly CardUseSeen[]): Html {
  return html`<table class="uses">
    <caption>
      What the bank did last (times in UTC)
    </caption>
    <thead>
      <tr>
        <th scope="col">Where</th>
        <th scope="col">Amount</th>
        <th scope="col">Bank</th>
        <th scope="col">Verdict</th>
      </tr>
    </thead>
    <tbody>
      ${uses.map(
        (use) =>
          html`<tr>
            <th scope="row">
              ${use.merchant}<span>${use.city === undefined ? '' : `${use.city}, `}${use.at.slice(11, 19)}</span>
            </th>
            <td>${use.amount}</td>
            <td>${whatBecame(use)}</td>
            <td>${use.verdict ?? 'none'}${use.answeredMs === undefined ? '' : `, ${use.answeredMs} ms`}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

function options(names: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(names).map(([value, name]) => html`<option value="${value}">${name}</option>`)
}
