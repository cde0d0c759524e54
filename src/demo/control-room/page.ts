import type { BankMood, CardUseSeen, Fraud, Happening, Swipe } from './bank-control.ts'
import type { ControlRoomConfig } from './control-room-config.ts'

/** What each switch of the bank is called, and what a person will see in the chat. */
export const moods: { readonly [Mood in BankMood]: { readonly name: string; readonly effect: string } } = {
  well: { name: 'Working', effect: 'Answers come at once.' },
  slow: { name: 'Slow', effect: 'Each answer takes six seconds; the chat shows that it is being worked on.' },
  failing: { name: 'Failing', effect: 'The bank answers 503. The person is told, and the question is tried again.' },
  'half-closing': { name: 'Cutting off', effect: 'Half an answer, then silence. Nothing is guessed from the half.' },
  garbling: { name: 'Answering nonsense', effect: 'Unreadable answers are refused, not interpreted.' },
  down: { name: 'Gone', effect: 'No connection at all. The link page shows it before anybody is sent there.' },
  'login-down': { name: 'Login broken', effect: 'Balances work, but nobody can link a bank.' },
}

type View = {
  readonly config: ControlRoomConfig
  readonly people: readonly { readonly login: string; readonly password: string; readonly name: string }[]
  readonly mood: BankMood | 'unknown'
  readonly uses: readonly CardUseSeen[]
}

/** The control room's page: what to try, who can log in at the bank, and how the bank should behave. */
export function pageText({ config, people, mood, uses }: View): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley demo: control room</title><link rel="stylesheet" href="/style.css">
</head>
<body>
<header><h1>Control room</h1><p>This demo runs on this computer alone. Nothing here is a real bank or a real messenger.</p></header>
<main>
<section aria-labelledby="try"><h2 id="try">Try it</h2>
<ol>
<li>${page(config.messenger, 'Open the messenger')} and write <q>hi</q>, then <q>what’s my balance?</q></li>
<li>Press the button that links a bank. Parley’s page opens and asks for a passkey.</li>
<li>Log in at First Valley Bank as one of the people below and choose what to share.</li>
<li>Type the six digits from the page into the chat. Your question is answered there: sealed, so that the messenger learns nothing.</li>
</ol></section>
<section aria-labelledby="people"><h2 id="people">People at First Valley Bank</h2>
${people.length === 0 ? '<p>The bank has no people: it was started without them, or it is somebody else’s.</p>' : peopleTable(people)}
</section>
<section aria-labelledby="passkey"><h2 id="passkey">No passkey on this computer?</h2>
<p>A passkey is your fingerprint, face or screen lock. If this computer has none, stop the demo and start it with
<code>npm start -- --practice-browser</code>: a browser window with a practice passkey opens. To see the whole story without
clicking, run <code>./parley tour</code>.</p></section>
<section aria-labelledby="see"><h2 id="see">See who looked, check it, stop it</h2>
<ul>
<li>${page(`${config.gateway}/me`, 'The privacy centre')}, with your passkey: who may ask, who looked, receipts, your data to take with you, erase. In the chat <q>who looked?</q> leads there.</li>
<li>${page(`${config.gateway}/verify`, 'The page that checks')}: give it a receipt or an export from the privacy centre. It works without a network, and sends nothing.</li>
<li>${page(`${config.gateway}/log/checkpoint`, 'The public log')}: the tree as it was signed last, once a minute, with its witness’ signature. The whole of it: <code>./parley verify ${safe(config.gateway)}/log</code></li>
<li>Write <q>stop</q> in the chat. Or end it on ${page(`${config.bank.issuer}/connected-apps`, 'the bank’s own page')}, as the person who linked; or in the messenger: the menu at the top right, <q>Remove … from my apps</q>. Each way ends it at once, and a receipt follows in the privacy centre.</li>
</ul></section>
<section aria-labelledby="cut"><h2 id="cut">Cut off everybody at once</h2>
<p>${page(`${config.gateway}/console/cutoffs`, 'The kill switch')} stops a platform, a channel or a bank; one operator is enough to stop, two lift it.
First make a passkey as an operator at ${page(`${config.gateway}/staff/enrol`, 'this page')}: logins and one-time codes are in <code>demo.json</code> in the demo’s folder, under <q>staff</q>.</p></section>
${people.length === 0 ? '' : cardSection(people, uses)}<section aria-labelledby="bank"><h2 id="bank">How the bank behaves</h2>
<p role="status">Now: <strong>${mood === 'unknown' ? 'does not answer' : safe(moods[mood].name)}</strong></p>
<form method="post" action="/bank/mood" class="moods">${Object.entries(moods)
    .map(
      ([name, { name: label, effect }]) =>
        `<button name="mood" value="${name}"${name === mood ? ' aria-current="true"' : ''}><strong>${safe(label)}</strong><span>${safe(effect)}</span></button>`,
    )
    .join('')}</form>
${people.length === 0 ? '' : happenForm(people)}
<form method="post" action="/bank/expire-tokens"><button><strong>Expire all tokens</strong><span>The next question makes Parley refresh its token first.</span></button></form>
</section>
<section aria-labelledby="where"><h2 id="where">Where everything is</h2>
<dl><dt>Gateway</dt><dd><a href="${safe(config.gateway)}/livez">${safe(config.gateway)}</a></dd>
<dt>Messenger</dt><dd><a href="${safe(config.messenger)}">${safe(config.messenger)}</a></dd>
<dt>Bank</dt><dd><a href="${safe(config.bank.issuer)}/.well-known/openid-configuration">${safe(config.bank.issuer)}</a></dd></dl></section>
</main>
</body>
</html>
`
}

// Whoever turned messages without a question on is told of it, between 9 and 20 o'clock.
function happenForm(people: View['people']): string {
  const buttons = Object.entries(happenings)
    .map(([what, words]) => `<button name="what" value="${what}"><strong>${words}</strong></button>`)
    .join('')
  return `<form method="post" action="/bank/happen" class="moods"><label>Something happens to ${personChoice(people)}
<span>Parley tells whoever asked for messages without a question: by day, and twice a day at most.</span></label>${buttons}</form>`
}

const happenings: { readonly [What in Happening]: string } = {
  'bill-due': 'A card bill falls due in two days',
  refund: 'A refund arrives',
  'charged-twice': 'Something is charged twice',
}

function cardSection(people: View['people'], uses: View['uses']): string {
  return `<section aria-labelledby="cards"><h2 id="cards">Cards</h2>
<p>Whoever turned fraud alerts on gets a receipt for each use of their card or once a day, and a question when a use looks wrong.</p>
<form method="post" action="/bank/swipe" class="moods"><label>Pay with the credit card of ${personChoice(people)}</label>${buttons(swipeWords)}</form>
<form method="post" action="/bank/fraud" class="moods"><label>Steal the credit card of ${personChoice(people)}
<span>Somebody else pays with it. Answer <q>Not me</q> in the chat, and try again: the bank refuses a frozen card by itself.</span></label>${buttons(fraudWords)}</form>
${uses.length === 0 ? '' : useTable(uses)}</section>
`
}

type Words = Readonly<Record<string, readonly [name: string, effect: string]>>

const swipeWords: { readonly [What in Swipe]: readonly [name: string, effect: string] } = {
  coffee: ['A coffee near home', '4.85 USD'],
  groceries: ['Groceries near home', '42.10 USD'],
  order: ['An order over the network', '61.90 USD'],
  abroad: ['Electronics in Tokyo', '949.00 USD, a long way from home'],
}

const fraudWords: { readonly [What in Fraud]: readonly [name: string, effect: string] } = {
  'card-testing': ['Try the card, then use it', 'Four small sums over the network, then a large one in a shop abroad.'],
  'impossible-travel': ['Copy the card', 'A coffee near home, and at once jewellery and cash on another continent.'],
  'account-takeover': ['Take the account over', 'Gift cards and an order, with a device that nobody has seen before.'],
}

function buttons(words: Words): string {
  return Object.entries(words)
    .map(
      ([what, [name, effect]]) =>
        `<button name="what" value="${what}"><strong>${safe(name)}</strong><span>${safe(effect)}</span></button>`,
    )
    .join('')
}

function useTable(uses: View['uses']): string {
  const rows = uses.map(
    ({ at, merchant, city, amount, ...use }) =>
      `<tr><th scope="row">${safe(merchant)}<span>${city === undefined ? '' : `${safe(city)}, `}${safe(at.slice(11, 19))}</span></th><td>${safe(amount)}</td><td>${safe(whatBecame(use))}</td></tr>`,
  )
  return `<table class="uses"><caption>What the bank did last (times in UTC)</caption><thead><tr><th scope="col">Where</th><th scope="col">Amount</th><th scope="col">Bank</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function whatBecame({ outcome, because, verdict }: Pick<CardUseSeen, 'outcome' | 'because' | 'verdict'>): string {
  if (outcome === undefined) return 'asks'
  if (because === 'card-not-active') return 'refused: the card is frozen'
  if (because === 'no-answer') return 'approved without an answer'
  return verdict === 'decline' ? `${outcome}, as Parley said` : outcome
}

function personChoice(people: View['people']): string {
  const options = people.map(({ login, name }) => `<option value="${safe(login)}">${safe(name)}</option>`)
  return `<select name="login">${options.join('')}</select>`
}

/** A link that leaves the control room open. */
function page(url: string, words: string): string {
  return `<a href="${safe(url)}" target="_blank" rel="noopener">${safe(words)}</a>`
}

function peopleTable(people: View['people']): string {
  const rows = people
    .map(
      ({ name, login, password }) =>
        `<tr><th scope="row">${safe(name)}</th><td><code>${safe(login)}</code></td><td><code>${safe(password)}</code></td></tr>`,
    )
    .join('')
  return `<table><thead><tr><th scope="col">Name</th><th scope="col">Login</th><th scope="col">Password</th></tr></thead><tbody>${rows}</tbody></table>`
}

function safe(text: string): string {
  const entities: { readonly [character: string]: string } = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** The page's style: the house's tokens, light and dark, one column. */
export const styleText = `
:root { color-scheme: light dark; --bg: #F5F7F6; --surface: #FFF; --ink: #14201C; --muted: #4A5A54; --line: #D3DCD8;
  --control: #6B7A74; --accent: #0B6B57; --weak: #DDEFE9; --focus: #0B57D0; }
@media (prefers-color-scheme: dark) { :root { --bg: #0F1513; --surface: #18211E; --ink: #E8EFEC; --muted: #A9B8B2;
  --line: #2D3A35; --control: #7F8F88; --accent: #5FD0B0; --weak: #12332A; --focus: #8AB4F8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; }
header, main { max-width: 720px; margin: 0 auto; padding: 16px; }
h1 { font-size: 24px; font-weight: 650; margin: 16px 0 4px; } h2 { font-size: 18px; font-weight: 650; margin: 0 0 8px; }
header p { color: var(--muted); margin: 0; } section > p { margin: 8px 0; } section > p:last-child { margin-bottom: 0; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 16px; margin: 0 0 16px; }
ol, ul { margin: 0; padding-left: 24px; } li { margin: 8px 0; }
a { color: var(--accent); } :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; padding: 8px 8px 8px 0; border-bottom: 1px solid var(--line); font-weight: 400; }
td:nth-child(2) code { white-space: nowrap; } thead th { color: var(--muted); font-size: 15px; } code { font-size: 15px; overflow-wrap: anywhere; user-select: all; }
caption { text-align: left; padding: 8px 0; color: var(--muted); } .uses tbody :is(th, td) { vertical-align: top; } .uses td:nth-child(2) { white-space: nowrap; }
.uses th span { display: block; color: var(--muted); font-size: 15px; }
form { margin: 0 0 8px; } .moods { display: grid; gap: 8px; }
button { display: block; width: 100%; min-height: 44px; text-align: left; padding: 8px 12px; font: inherit; color: var(--ink);
  background: var(--surface); border: 1px solid var(--control); border-radius: 6px; cursor: pointer; }
button strong { display: block; font-weight: 650; } button span { color: var(--muted); font-size: 15px; }
button[aria-current] { background: var(--weak); border-color: var(--accent); }
dl { margin: 0; display: grid; gap: 4px; } dt { color: var(--muted); font-size: 15px; } dd { margin: 0 0 8px; overflow-wrap: anywhere; }
`
