import { createHash } from 'node:crypto'
import type { Client } from './client.ts'

/** Why nobody is signed in yet. */
export type LoginProblem = 'wrong' | 'many' | 'gone'

export const goneStatus = 410

const style = `
:root { color-scheme: light dark; --bg: #f4f4f8; --surface: #fff; --ink: #1a1a24; --muted: #55556a; --control: #70708a;
  --accent: #4a3a9c; --on-accent: #fff; --danger: #b3261e; --danger-bg: #fce8e6; --focus: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --bg: #12121a; --surface: #1c1c28; --ink: #ececf4; --muted: #b2b2c6; --control: #8a8aa4;
  --accent: #b9adff; --on-accent: #16103a; --danger: #ff9a91; --danger-bg: #3a1714; --focus: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 480px; padding: 24px 16px; background: var(--bg); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; }
main { background: var(--surface); border-radius: 12px; padding: 24px 20px; }
h1 { margin: 0 0 12px; font-size: 24px; line-height: 1.25; }
.muted { color: var(--muted); font-size: 15px; }
.problem { padding: 12px; border-radius: 6px; background: var(--danger-bg); color: var(--danger); }
label { display: block; margin: 16px 0 4px; font-weight: 650; }
input { width: 100%; min-height: 48px; padding: 8px 12px; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--control); border-radius: 6px; }
button, a.primary { display: block; width: 100%; min-height: 48px; margin-top: 24px; padding: 10px 16px; font: inherit; font-weight: 650; text-align: center;
  text-decoration: none; border: 0; border-radius: 6px; background: var(--accent); color: var(--on-accent); cursor: pointer; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
`

/** Of every page; the one style is named by its hash. */
export const pageHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

const problems = {
  wrong: 'That login and password do not go together. Check both and try again.',
  many: 'Too many wrong passwords for this login. Wait five minutes, then try again.',
  gone: 'This sign-in is over. Go back to Parley and begin again.',
} as const

/** The form, or (`gone`) only why there is none. */
export function loginPage(uid: string, client: Client, problem: LoginProblem | undefined): string {
  const told = problem === undefined ? '' : `<p class="problem" role="alert" id="problem">${problems[problem]}</p>`
  const form = `<form method="post" action="/interaction/${escape(uid)}">
      <label for="login">Login</label>
      <input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100" />
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200" />
      <button type="submit">Sign in</button>
    </form>`
  return shell(
    'Sign in with your work account',
    `<h1>Sign in with your work account</h1>
    <p class="muted">For ${escape(client.client_name)}. A practice provider: logins and passwords are in demo.json, under “staff”.</p>
    ${told}${problem === 'gone' ? '' : form}`,
  )
}

/** The step back: a form that ended in a redirect to another site would be held back by the browser. */
export function continuePage(returnTo: string, client: Client): string {
  return shell(
    'Going back',
    `<h1>Going back to ${escape(client.client_name)}</h1>
    <p role="status">One moment. If nothing happens, use the button.</p>
    <a class="primary" href="${escape(returnTo)}">Continue</a>`,
    `<meta http-equiv="refresh" content="0; url=${escape(returnTo)}" />`,
  )
}

function shell(title: string, main: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" /><title>${title} · Work accounts</title>${head}<style>${style}</style></head>
    <body><main>${main}</main></body></html>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
