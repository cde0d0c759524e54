import { createHash } from 'node:crypto'
import type { BankLogin } from './bank-control.ts'
import { eventually } from './eventually.ts'
import { type HtmlForm, readForms, readLinks, textOf } from './html-forms.ts'
import { type BrowserPage, type HttpBrowser, createHttpBrowser } from './http-browser.ts'
import type { ChatMessage } from './messenger-control.ts'
import type { ParleyProcesses } from './parley-processes.ts'
import { type SoftwareAuthenticator, createSoftwareAuthenticator } from './software-authenticator.ts'

/** Somebody who writes in the messenger, with a browser, an authenticator and a login at the bank. */
export type TestPerson = {
  readonly name: string
  readonly psid: string
  readonly browser: HttpBrowser
  readonly authenticator: SoftwareAuthenticator
  readonly bankLogin: BankLogin
}

export type LinkWishes = {
  /** Which of the bank's people it is; the first unless given. */
  readonly bankPerson?: number
  /** How much of an answer the chat may carry. */
  readonly disclosure?: 'sealed' | 'rounded' | 'full'
  /** Messages without a question are turned on. */
  readonly notices?: boolean
  /** Fraud alerts are turned on. */
  readonly alerts?: boolean
  /** What is asked before linking, and so is answered after it. */
  readonly question?: string
}

/** Pages that one linking takes at most. */
const pagesMax = 25
const replyWithinMs = 90_000

/** A new person at the messenger, nothing linked yet. */
export async function addPerson(parley: ParleyProcesses, name: string, bankPerson = 0): Promise<TestPerson> {
  const logins = parley.bankControl.logins()
  const bankLogin = logins[bankPerson % logins.length]
  if (bankLogin === undefined) throw new Error('the bank has no people')
  const psid = await parley.messengerControl.createPerson(name)
  return {
    name,
    psid,
    browser: createHttpBrowser({ localAddress: ownAddress(psid) }),
    authenticator: createSoftwareAuthenticator(),
    bankLogin,
  }
}

/** People come from addresses of their own, as in life: the pages' limits are for each address. Linux answers on all of 127/8. */
function ownAddress(psid: string): string {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(psid).digest()
  return `127.${100 + (a % 100)}.${b}.${1 + (c % 254)}`
}

/**
 * A person who has linked the bank over the real pages and protocols: asked in the chat, opened the link, made a passkey,
 * signed in at the bank, chosen, signed, and typed the code in the chat. Resolves when the question from before is answered.
 */
export async function linkPerson(parley: ParleyProcesses, name: string, wishes: LinkWishes = {}): Promise<TestPerson> {
  const person = await addPerson(parley, name, wishes.bankPerson)
  const offer = await ask(parley, person, wishes.question ?? 'what is my balance?', hasLink('/link/'))
  const code = await walkLinkPages(parley, person, linkIn(offer, '/link/'), wishes)
  await ask(parley, person, code, hasLink('/a/', wishes.disclosure))
  return person
}

/** Writes in the chat and waits for a reply that fits; gives it. */
export async function ask(
  parley: ParleyProcesses,
  person: TestPerson,
  text: string,
  fits: (message: ChatMessage) => boolean = () => true,
): Promise<ChatMessage> {
  const before = (await repliesTo(parley, person)).length
  await parley.messengerControl.say(person.psid, text)
  let found: ChatMessage | undefined
  await eventually(
    `a reply to ${person.name}`,
    async () => {
      found = (await repliesTo(parley, person)).slice(before).find(fits)
      return found !== undefined
    },
    replyWithinMs,
  )
  if (found === undefined) throw new Error('unreachable')
  return found
}

/** What the page wrote to a person, oldest first. */
export async function repliesTo(parley: ParleyProcesses, person: TestPerson): Promise<readonly ChatMessage[]> {
  return (await parley.messengerControl.thread(person.psid)).filter(({ from }) => from === 'page')
}

/** Opens a sealed answer's link with the person's passkey; gives the page that shows it. */
export async function openSealed(person: TestPerson, url: string): Promise<BrowserPage> {
  const page = await person.browser.open(url)
  const form = readForms(page.text).find(({ attributes }) => attributes['data-passkey'] === 'get')
  if (form === undefined) throw new Error(`no passkey form on the sealed page: ${textOf(page.text).slice(0, 200)}`)
  return submitWithPasskey(person, page, form)
}

/** The first link of a message whose path begins like this. Throws when there is none. */
export function linkIn(message: ChatMessage, path: string): string {
  const url = urlsIn(message).find((one) => new URL(one).pathname.startsWith(path))
  if (url === undefined) throw new Error(`no link to ${path} in: ${message.shown.text}`)
  return url
}

function urlsIn(message: ChatMessage): readonly string[] {
  return message.shown.buttons.flatMap(({ url }) => (url === undefined ? [] : [url]))
}

function hasLink(path: string, disclosure?: LinkWishes['disclosure']): (message: ChatMessage) => boolean {
  // In full and rounded mode the answer is the text itself.
  if (disclosure === 'full' || disclosure === 'rounded') return ({ shown }) => /\d/.test(shown.text)
  return (message) => urlsIn(message).some((url) => new URL(url).pathname.startsWith(path))
}

/** From the link in the chat to the six digits that the last page shows. */
export async function walkLinkPages(
  parley: ParleyProcesses,
  person: TestPerson,
  url: string,
  wishes: LinkWishes,
): Promise<string> {
  let page = await person.browser.open(url)
  const seen: string[] = []
  for (let count = 0; count < pagesMax; count += 1) {
    seen.push(`${page.status} ${new URL(page.url).pathname}`)
    const code = codeOn(page)
    if (code !== undefined) return code
    page = await takeStep(parley, person, page, wishes)
  }
  throw new Error(`linking did not end: ${seen.join(' → ')}; last page: ${textOf(page.text).slice(0, 600)}`)
}

/** The code stands alone between tags, in groups or not. */
function codeOn(page: BrowserPage): string | undefined {
  const found = />\s*(\d{3})\s?(\d{3})\s*</.exec(page.text)
  return found === null ? undefined : `${found[1]}${found[2]}`
}

async function takeStep(
  parley: ParleyProcesses,
  person: TestPerson,
  page: BrowserPage,
  wishes: LinkWishes,
): Promise<BrowserPage> {
  if (page.url.startsWith(parley.addresses.bankIssuer)) return takeStepAtBank(person, page)
  const forms = readForms(page.text)
  const passkeyForm = passkeyFormFor(person, page, forms)
  if (passkeyForm !== undefined) return submitWithPasskey(person, page, passkeyForm)
  const toBank = readLinks(page.text).find(({ url }) => url.startsWith(parley.addresses.bankIssuer))
  if (toBank !== undefined) return person.browser.follow(page, toBank.url)
  const form = forms.find(({ attributes }) => attributes['method'] === 'post' && attributes['action'] !== '/link/stop')
  if (form !== undefined) return person.browser.submit(page, actionOf(form, page), withChoices(form, wishes))
  const bank = readLinks(page.text).find(({ url }) => url.startsWith('/link/bank/'))
  if (bank !== undefined) return person.browser.follow(page, bank.url)
  throw new Error(`a page without a way on (${page.status} ${page.url}): ${textOf(page.text)}`)
}

/** A first passkey is made; whoever has one uses it. */
function passkeyFormFor(person: TestPerson, page: BrowserPage, forms: readonly HtmlForm[]): HtmlForm | undefined {
  const kind = person.authenticator.holdsOneFor(new URL(page.url).hostname) ? 'get' : 'create'
  const offered = forms.filter(({ attributes }) => attributes['data-passkey'] !== undefined)
  return offered.find(({ attributes }) => attributes['data-passkey'] === kind) ?? offered[0]
}

/** A form that carries the page's token gets it from the address, as the page's script does it. */
function actionOf(form: HtmlForm, page: BrowserPage): string {
  const { pathname } = new URL(page.url)
  return form.attributes['data-token'] === undefined ? (form.attributes['action'] ?? pathname) : `${pathname}/open`
}

async function takeStepAtBank(person: TestPerson, page: BrowserPage): Promise<BrowserPage> {
  const forms = readForms(page.text)
  const form = forms.find(({ attributes }) => /\/(login|consent)$/.test(attributes['action'] ?? ''))
  if (form === undefined) throw new Error(`no way on at the bank (${page.status} ${page.url}): ${textOf(page.text)}`)
  const typed = new Map([
    ['login', person.bankLogin.login],
    ['password', person.bankLogin.password],
  ])
  const fields = form.fields.map(([name, value]) => [name, typed.get(name) ?? value] as const)
  const allow = form.buttons.filter(({ name }) => name !== '').slice(0, 1)
  return person.browser.submit(page, form.attributes['action'] ?? page.url, [
    ...fields,
    ...allow.map(({ name, value }) => [name, value] as const),
  ])
}

/** What a script of ours does on such a form (web/shared/passkey-forms.ts), with the authenticator in code. */
export async function submitWithPasskey(person: TestPerson, page: BrowserPage, form: HtmlForm): Promise<BrowserPage> {
  const { pathname, origin } = new URL(page.url)
  const challengeUrl = form.attributes['data-challenge'] ?? `${pathname}/challenge`
  const options = await person.browser.post(page, challengeUrl)
  const response =
    form.attributes['data-passkey'] === 'create'
      ? person.authenticator.create(origin, options)
      : person.authenticator.get(origin, options)
  const filled = new Map([
    ['response', JSON.stringify(response)],
    ['timeZone', 'Europe/Berlin'],
  ])
  const fields = form.fields.map(([name, value]) => [name, filled.get(name) ?? value] as const)
  return person.browser.submit(page, form.attributes['action'] ?? `${pathname}/open`, fields)
}

/** Everything that is offered is ticked; of radio buttons the wished level, else what the page suggests. */
function withChoices(form: HtmlForm, wishes: LinkWishes): readonly (readonly [string, string])[] {
  const { disclosure } = wishes
  const wished = form.choices.find(({ name, value }) => name === 'disclosure' && value === disclosure)
  const others = form.fields.filter(([name]) => wished === undefined || name !== 'disclosure')
  const button = form.buttons.find(({ name }) => name !== '')
  const own = (['notices', 'alerts'] as const).filter(
    (field) => wishes[field] === true && form.choices.some(({ name }) => name === field),
  )
  return [
    ...others,
    ...own.map((field) => [field, 'on'] as const),
    ...(wished === undefined ? [] : [[wished.name, wished.value] as const]),
    ...(button === undefined ? [] : [[button.name, button.value] as const]),
  ]
}
