import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { readForms, readLinks, textOf } from '../setup/html-forms.ts'
import type { HtmlForm } from '../setup/html-forms.ts'
import { createHttpBrowser } from '../setup/http-browser.ts'
import type { BrowserPage, HttpBrowser } from '../setup/http-browser.ts'
import { createSoftwareAuthenticator } from '../setup/software-authenticator.ts'
import type { SoftwareAuthenticator } from '../setup/software-authenticator.ts'

/** Somebody on the link pages: a browser, an authenticator, and the page that is open. */
export type Visitor = {
  readonly browser: HttpBrowser
  readonly authenticator: SoftwareAuthenticator
  page: BrowserPage
  /** The words of the page. */
  text(): string
  /** The path that is open. */
  path(): string
  open(url: string): Promise<void>
  /** Sends the form whose button says this. */
  press(button: string, fields?: Readonly<Record<string, string>>): Promise<void>
  /** Follows the link that says this. */
  follow(link: string): Promise<void>
  /** From an offered link to the page of this path. */
  walkTo(url: string, path: string): Promise<void>
}

/** A new visitor; the authenticator can be another visitor's. */
export function createVisitor(authenticator = createSoftwareAuthenticator()): Visitor {
  const browser = createHttpBrowser()
  const visitor: Visitor = {
    browser,
    authenticator,
    page: { url: 'about:blank', status: 0, text: '' },
    text: () => textOf(visitor.page.text),
    path: () => new URL(visitor.page.url).pathname,
    async open(url) {
      visitor.page = await browser.open(url)
    },
    async press(button, fields = {}) {
      const form = readForms(visitor.page.text).find((one) => one.buttons.some(({ text }) => text.includes(button)))
      if (form === undefined) throw new Error(`no button "${button}" on ${visitor.path()}: ${visitor.text()}`)
      visitor.page = await send(visitor, form, button, fields)
    },
    async follow(link) {
      const found = readLinks(visitor.page.text).find(({ text }) => text.includes(link))
      if (found === undefined) throw new Error(`no link "${link}" on ${visitor.path()}: ${visitor.text()}`)
      visitor.page = await browser.follow(visitor.page, found.url.replaceAll('&amp;', '&'))
    },
    async walkTo(url, path) {
      await visitor.open(url)
      for (const go of steps(visitor)) {
        if (visitor.path() === path) return
        await go()
      }
      if (visitor.path() !== path) throw new Error(`came to ${visitor.path()}: ${visitor.text()}`)
    },
  }
  return visitor
}

function steps(visitor: Visitor): readonly (() => Promise<void>)[] {
  return [
    () => visitor.press('Start'),
    () => visitor.press('Create a passkey'),
    () => visitor.press('First Valley Bank'),
    () => visitor.press('Sign with my passkey'),
    () => visitor.follow('Go to First Valley Bank'),
    () => visitor.follow('Allow'),
    () => visitor.press('Continue'),
    () => visitor.press('Review'),
    () => visitor.press('Sign with my passkey'),
  ]
}

async function send(
  visitor: Visitor,
  form: HtmlForm,
  button: string,
  changes: Readonly<Record<string, string>>,
): Promise<BrowserPage> {
  const kind = form.attributes['data-passkey']
  const added = kind === undefined ? {} : { response: await askAuthenticator(visitor, form, kind) }
  const pressed = form.buttons.find(({ text, name }) => name !== '' && text.includes(button))
  const values: Readonly<Record<string, string>> = { ...changes, ...added }
  const fields = form.fields.map(([name, value]) => [name, values[name] ?? value] as const)
  const extra = pressed === undefined ? [] : [[pressed.name, pressed.value] as const]
  return visitor.browser.submit(visitor.page, form.attributes['action'] ?? visitor.page.url, [...fields, ...extra])
}

async function askAuthenticator(visitor: Visitor, form: HtmlForm, kind: string): Promise<string> {
  const { origin } = new URL(visitor.page.url)
  const options: unknown = await visitor.browser.post(visitor.page, form.attributes['data-challenge'] ?? '')
  const answer =
    kind === 'create'
      ? visitor.authenticator.create(origin, options as PublicKeyCredentialCreationOptionsJSON)
      : visitor.authenticator.get(origin, options as PublicKeyCredentialRequestOptionsJSON)
  return JSON.stringify(answer)
}
