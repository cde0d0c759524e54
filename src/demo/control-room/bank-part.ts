import { type Html, html } from '../../pages/index.ts'
import { bankMoods } from './bank-control.ts'
import { bankPersonField, chatPersonField, nobodyYet, press } from './form-parts.ts'
import type { RoomView } from './room-view.ts'
import { happeningWords, moodWords } from './scenarios.ts'

/** How the bank behaves now, and the way to mend it. */
export function bankNow({ seen }: RoomView): Html {
  const { bank } = seen
  if (bank === undefined) {
    return html`<p class="note danger">
      The bank does not answer at all, not even for its switches: its process ended, or it is somebody else’s. Start the
      demo again; <code>logs/bank.log</code> in its folder says why it ended.
    </p>`
  }
  if (bank.mood === 'well') return html`<p>Now: <strong>Working</strong></p>`
  const { name, effect } = moodWords[bank.mood]
  return html`<div class="note warn">
    <p><strong>The bank is ${name.toLowerCase()}, because you switched it so.</strong> ${effect}</p>
    <form method="post" action="/do/mood" data-act="bank">
      <button name="mood" value="well" id="mend">Mend it</button>
    </form>
  </div>`
}

/** The bank's switches; the one that is on says so. */
export function bankMoodForm({ seen }: RoomView): Html {
  const broken = bankMoods.filter((mood) => mood !== 'well')
  return html`<form method="post" action="/do/mood" data-act="bank" class="presses">
    ${broken.map((mood) => press('mood', mood, moodWords[mood], { isOn: seen.bank?.mood === mood }))}
  </form>`
}

/** Asks as the customer, so that one sees what they would. */
export function bankAskForm(view: RoomView): Html {
  const field = chatPersonField(view, 'ask-person', 'Ask for the balance as')
  if (field === undefined) return nobodyYet(view)
  return html`<form method="post" action="/do/ask" data-act="bank" class="fields">
    <div>${field}</div>
    <button>See what the customer sees</button>
    <p class="hint">Writes “what’s my balance?” into their chat and shows the reply here.</p>
  </form>`
}

/** What else can happen at a bank. */
export function bankMoreForms(view: RoomView): Html {
  return html`<details>
    <summary>More that can happen at a bank</summary>
    <p>A customer takes their leave back there: <a href="#stop">revoke it under “Stop it”</a>.</p>
    <form method="post" action="/do/expire-tokens" data-act="bank" class="presses">
      ${press('now', 'yes', { name: 'Expire all tokens', effect: 'The next question makes Parley refresh its token first.' })}
    </form>
    <form method="post" action="/do/happen" data-act="bank" class="presses">
      <div>${bankPersonField(view, 'happen-person')}</div>
      <p class="hint">Parley tells whoever asked for messages without a question: by day, and twice a day at most.</p>
      ${Object.entries(happeningWords).map(
        ([what, name]) => html`<button class="press" name="what" value="${what}"><strong>${name}</strong></button>`,
      )}
    </form>
  </details>`
}
