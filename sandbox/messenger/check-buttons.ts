import { accept, invalidParameter, refuse, tooLong, type GraphOutcome } from './graph-errors.ts'
import { isRecord, textAt, type JsonRecord } from './json-value.ts'
import type { Button, Card, QuickReply } from './shown-message.ts'

/** Quick replies in one message. */
export const QUICK_REPLIES_MAX = 13
/** Longest payload of a button or quick reply. */
export const PAYLOAD_MAX = 1_000
const TITLE_MAX = 20
const BUTTONS_MAX = 3
const ELEMENTS_MAX = 10
const CARD_TEXT_MAX = 80

/** Checks 1–3 buttons. `where` names the parameter in errors. */
export function checkButtons(value: unknown, where: string): GraphOutcome<readonly Button[]> {
  if (!Array.isArray(value) || value.length === 0)
    return refuse(invalidParameter(`Param ${where} must be a non-empty array`))
  if (value.length > BUTTONS_MAX)
    return refuse(invalidParameter(`Param ${where} must have at most ${BUTTONS_MAX} elements`))
  const buttons: Button[] = []
  for (const [index, item] of value.entries()) {
    const button = checkButton(item, `${where}[${index}]`)
    if (!button.ok) return button
    buttons.push(button.value)
  }
  return accept(buttons)
}

function checkButton(value: unknown, where: string): GraphOutcome<Button> {
  if (!isRecord(value)) return refuse(invalidParameter(`Param ${where} must be an object`))
  const type = textAt(value, 'type')
  if (type === 'account_unlink') return accept({ kind: 'unlink', title: 'Log Out' })
  if (type === 'account_link') return checkUrlButton(value, where, 'link', 'Log In')
  const title = textAt(value, 'title')
  if (title === undefined || title === '')
    return refuse(invalidParameter(`Param ${where}[title] must be a non-empty UTF-8 encoded string`))
  if (title.length > TITLE_MAX) return refuse(tooLong(`${where}[title]`, TITLE_MAX))
  switch (type) {
    case 'web_url':
      return checkUrlButton(value, where, 'url', title)
    case 'postback':
      return checkPayloadButton(value, where, title)
    case 'phone_number':
      return accept({ kind: 'call', title, number: textAt(value, 'payload') ?? '' })
    default:
      return refuse(
        invalidParameter(
          `Param ${where}[type] must be one of {WEB_URL, POSTBACK, PHONE_NUMBER, ACCOUNT_LINK, ACCOUNT_UNLINK}`,
        ),
      )
  }
}

function checkUrlButton(value: JsonRecord, where: string, kind: 'url' | 'link', title: string): GraphOutcome<Button> {
  const url = textAt(value, 'url') ?? ''
  if (!isWebUrl(url)) return refuse(invalidParameter(`Param ${where}[url] should be a valid website URL`))
  return accept({ kind, title, url })
}

function checkPayloadButton(value: JsonRecord, where: string, title: string): GraphOutcome<Button> {
  const payload = textAt(value, 'payload')
  if (payload === undefined || payload === '')
    return refuse(invalidParameter(`Param ${where}[payload] must be a non-empty UTF-8 encoded string`))
  if (payload.length > PAYLOAD_MAX) return refuse(tooLong(`${where}[payload]`, PAYLOAD_MAX))
  return accept({ kind: 'postback', title, payload })
}

/** Is it an absolute http or https address? */
export function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol } = new URL(text)
  return protocol === 'http:' || protocol === 'https:'
}

/** Checks the elements of a generic template. */
export function checkCards(value: unknown, where: string): GraphOutcome<readonly Card[]> {
  if (!Array.isArray(value) || value.length === 0)
    return refuse(invalidParameter(`Param ${where} must be a non-empty array`))
  if (value.length > ELEMENTS_MAX)
    return refuse(invalidParameter(`Param ${where} must have at most ${ELEMENTS_MAX} elements`))
  const cards: Card[] = []
  for (const [index, item] of value.entries()) {
    const card = checkCard(item, `${where}[${index}]`)
    if (!card.ok) return card
    cards.push(card.value)
  }
  return accept(cards)
}

function checkCard(value: unknown, where: string): GraphOutcome<Card> {
  if (!isRecord(value)) return refuse(invalidParameter(`Param ${where} must be an object`))
  const title = textAt(value, 'title') ?? ''
  const subtitle = textAt(value, 'subtitle') ?? ''
  if (title === '') return refuse(invalidParameter(`Param ${where}[title] must be a non-empty UTF-8 encoded string`))
  if (title.length > CARD_TEXT_MAX) return refuse(tooLong(`${where}[title]`, CARD_TEXT_MAX))
  if (subtitle.length > CARD_TEXT_MAX) return refuse(tooLong(`${where}[subtitle]`, CARD_TEXT_MAX))
  const buttons =
    value['buttons'] === undefined ? accept<readonly Button[]>([]) : checkButtons(value['buttons'], `${where}[buttons]`)
  if (!buttons.ok) return buttons
  const action = isRecord(value['default_action']) ? (textAt(value['default_action'], 'url') ?? '') : ''
  if (action !== '' && !isWebUrl(action))
    return refuse(invalidParameter(`Param ${where}[default_action][url] should be a valid website URL`))
  return accept({ title, subtitle, url: action, buttons: buttons.value })
}

/** Checks up to 13 quick replies. Titles are cut to 20 characters without a word, as the platform does. */
export function checkQuickReplies(value: unknown): GraphOutcome<readonly QuickReply[]> {
  if (value === undefined) return accept([])
  if (!Array.isArray(value)) return refuse(invalidParameter('Param message[quick_replies] must be an array'))
  if (value.length > QUICK_REPLIES_MAX)
    return refuse(invalidParameter(`Param message[quick_replies] must have at most ${QUICK_REPLIES_MAX} elements`))
  const replies: QuickReply[] = []
  for (const [index, item] of value.entries()) {
    const where = `message[quick_replies][${index}]`
    if (!isRecord(item)) return refuse(invalidParameter(`Param ${where} must be an object`))
    const type = textAt(item, 'content_type')
    // A person of the sandbox has neither a phone number nor an address, so these two types show nothing.
    if (type === 'user_phone_number' || type === 'user_email') continue
    if (type !== 'text')
      return refuse(
        invalidParameter(`Param ${where}[content_type] must be one of {TEXT, USER_PHONE_NUMBER, USER_EMAIL}`),
      )
    const title = textAt(item, 'title') ?? ''
    const payload = textAt(item, 'payload') ?? ''
    if (title === '') return refuse(invalidParameter(`Param ${where}[title] must be a non-empty UTF-8 encoded string`))
    if (payload.length > PAYLOAD_MAX) return refuse(tooLong(`${where}[payload]`, PAYLOAD_MAX))
    replies.push({ title: [...title].slice(0, TITLE_MAX).join(''), payload })
  }
  return accept(replies)
}
