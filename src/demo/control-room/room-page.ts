import { type Html, html } from '../../pages/index.ts'
import { agentWays } from './agent-part.ts'
import { bankMoreForms } from './bank-part.ts'
import type { BankPerson } from './bank-control.ts'
import { cardForms } from './card-part.ts'
import { away } from './form-parts.ts'
import { type LivePart, livePart } from './live-parts.ts'
import { logForm } from './log-part.ts'
import type { Section } from './outcomes.ts'
import type { RoomView } from './room-view.ts'
import { stopWays } from './stop-part.ts'

const places: readonly (readonly [id: string, name: string])[] = [
  ['tour', 'Tour'],
  ['cards', 'Cards'],
  ['bank', 'Bank'],
  ['account', 'Stolen account'],
  ['log', 'Log'],
  ['agent', 'Agent'],
  ['stop', 'Stop'],
  ['about', 'About this demo'],
]

/** The control room's one page. */
export function roomPage(view: RoomView, shown: { readonly nonce: string; readonly hasDesk: boolean }): Html {
  const { assets } = view.deps
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>Control room · Parley demo</title>
      ${['tokens.css', 'page.css', 'control-room.css'].map((name) => html`<link rel="stylesheet" href="${assets.path(name)}" />`)}
      <script type="module" blocking="render" src="${assets.path('control-room.js')}" nonce="${shown.nonce}"></script>
    </head>
    <body>
      <a class="skip" href="#main">Skip to the page</a>
      <header class="bar"><span class="brand">Parley</span><span class="step">Demo</span></header>
      <nav class="places" aria-label="On this page">
        ${places.map(([id, name]) => html`<a href="#${id}">${name}</a>`)}
      </nav>
      <main id="main" tabindex="-1">${mainPart(view, shown.hasDesk)}</main>
      <p class="aside" role="status" data-announce></p>
    </body>
  </html>`
}

function mainPart(view: RoomView, hasDesk: boolean): Html {
  const live = (part: LivePart): Html => livePart(view, part)
  const people = view.deps.bank.people()
  return html`<div class="intro">
      <h1>Control room</h1>
      <p>
        Here you are the thief, the failing bank and the curious messenger. This demo runs on this computer alone: no
        bank, messenger or person in it is real.
      </p>
      <p class="note warn" data-stale hidden></p>
      ${live('trouble')}
    </div>
    <section id="tour" aria-labelledby="tour-title">
      <h2 id="tour-title">Six steps to see what it is</h2>
      ${live('tour')}${outcome('tour', live)}
      <form method="post" action="/do/tour-again" data-act="tour">
        <button class="quiet small">Begin the tour again</button>
      </form>
      ${helpWithPasskeys()}
    </section>
    <div class="rooms">
      ${section('cards', 'Swipe a card, or steal one', people.length === 0 ? nobodyAtBank() : html`${cardForms(view)}${outcome('cards', live)}${live('cards-now')}`)}
      ${section('bank', 'Break the bank', html`${live('bank-now')}${live('bank-moods')}${live('bank-ask')}${outcome('bank', live)}${people.length > 0 && bankMoreForms(view)}`)}
      ${section(
        'account',
        'Steal a messenger account',
        html`<p>
            A thief holds the phone, or the password: the whole chat, but not the passkey. Words in a chat can only make
            things safer.
          </p>
          ${live('account-form')}${outcome('account', live)}`,
      )}
      ${section(
        'log',
        'Tamper with the log',
        html`${live('log-now')}${logForm(view)}${outcome('log', live)}
          <p>
            ${away(`${view.deps.config.gateway}/verify`, 'The page that checks')} does the same for a receipt or an
            export, without a network.
          </p>`,
      )}
      ${section('agent', 'Call in an agent', html`${live('agent-form')}${outcome('agent', live)}${agentWays(view, hasDesk)}`)}
      ${section(
        'stop',
        'Stop it',
        html`${live('stop-form')}${live('stop-now')}${outcome('stop', live)}
          <h3>Other ways</h3>
          ${stopWays(view)}`,
      )}
      ${section('about', 'About this demo', aboutPart(view, people))}
    </div>`
}

function section(id: string, title: string, body: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section>`
}

// What became of a press is read out as it comes; the script shows below it how long it has been going on.
function outcome(name: Section, live: (part: LivePart) => Html): Html {
  return html`<div class="outcome" role="status" id="${name}-outcome" tabindex="-1">${live(`${name}-outcome`)}</div>
    <p class="going" data-going="${name}" hidden>
      <progress aria-label="Working"></progress><span aria-hidden="true"></span>
    </p>`
}

function nobodyAtBank(): Html {
  return html`<p class="note">
    The bank has no people: it was started without them (<code>--no-seed</code>), or it is somebody else’s.
  </p>`
}

function helpWithPasskeys(): Html {
  return html`<details>
    <summary>No passkey on this computer?</summary>
    <p>
      A passkey is your fingerprint, face or screen lock. If this computer has none, stop the demo and start it with
      <code>npm start -- --practice-browser</code>: a browser window with a practice passkey opens. To see the whole
      story without clicking, run <code>./parley tour</code>.
    </p>
  </details>`
}

function aboutPart({ deps }: RoomView, people: readonly BankPerson[]): Html {
  const { gateway, messenger, bank } = deps.config
  return html`<h3>People at First Valley Bank</h3>
    ${people.length === 0 ? nobodyAtBank() : peopleTable(people)}
    <h3>Where everything is</h3>
    <dl class="facts">
      <dt>Parley</dt>
      <dd>${away(gateway, gateway)}</dd>
      <dt>Messenger</dt>
      <dd>${away(messenger.ui, messenger.ui)}</dd>
      <dt>Bank</dt>
      <dd>${away(bank.issuer, bank.issuer)}</dd>
      <dt>Privacy centre</dt>
      <dd>${away(`${gateway}/me`, `${gateway}/me`)}</dd>
      <dt>Console</dt>
      <dd>${away(`${gateway}/console`, `${gateway}/console`)}</dd>
    </dl>`
}

function peopleTable(people: readonly BankPerson[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col">Login</th>
        <th scope="col">Password</th>
      </tr>
    </thead>
    <tbody>
      ${people.map(
        ({ name, login, password }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td><code>${login}</code></td>
            <td><code>${password}</code></td>
          </tr>`,
      )}
    </tbody>
  </table>`
}
