import { checkButtons, checkCards, checkQuickReplies, isWebUrl } from './check-buttons.ts'
import { accept, invalidParameter, refuse, tooLong, type GraphOutcome } from './graph-errors.ts'
import { isRecord, recordAt, textAt, type JsonRecord } from './json-value.ts'
import type { Shown } from './shown-message.ts'

/** Longest text of a message, in UTF-16 units (the stricter reading of "characters"). */
export const TEXT_MAX = 2_000
/** Longest text of a button template. */
const BUTTON_TEXT_MAX = 640
/** `metadata` must stay below this. */
const METADATA_LIMIT = 1_000
const MEDIA_TYPES = new Set(['image', 'video', 'audio', 'file'])

/** What nothing shows yet. */
export const nothingShown: Shown = { text: '', buttons: [], quickReplies: [], cards: [], media: [] }

/** Checks a `message` that is not a utility template and tells what it will look like. */
export function checkMessage(message: JsonRecord): GraphOutcome<Shown> {
  const metadata = textAt(message, 'metadata') ?? ''
  if (metadata.length >= METADATA_LIMIT) return refuse(tooLong('message[metadata]', METADATA_LIMIT - 1))
  const attachment = message['attachment']
  const text = message['text']
  if (attachment !== undefined && text !== undefined)
    return refuse(invalidParameter('Only one of the text, attachment, and dynamic_text fields can be specified'))
  const quickReplies = checkQuickReplies(message['quick_replies'])
  if (!quickReplies.ok) return quickReplies
  const content = attachment === undefined ? checkText(text) : checkAttachment(attachment)
  if (!content.ok) return content
  return accept({ ...content.value, quickReplies: quickReplies.value })
}

function checkText(text: unknown): GraphOutcome<Shown> {
  if (typeof text !== 'string' || text.trim() === '')
    return refuse(invalidParameter('Param message[text] must be a non-empty UTF-8 encoded string'))
  if (text.length > TEXT_MAX) return refuse(tooLong('message[text]', TEXT_MAX))
  return accept({ ...nothingShown, text })
}

function checkAttachment(attachment: unknown): GraphOutcome<Shown> {
  const type = isRecord(attachment) ? textAt(attachment, 'type') : undefined
  const payload = isRecord(attachment) ? recordAt(attachment, 'payload') : undefined
  if (type === undefined || payload === undefined)
    return refuse(invalidParameter('Param message[attachment] must have a type and a payload'))
  if (type === 'template') return checkTemplate(payload)
  if (!MEDIA_TYPES.has(type))
    return refuse(
      invalidParameter('Param message[attachment][type] must be one of {AUDIO, FILE, IMAGE, TEMPLATE, VIDEO}'),
    )
  const url = textAt(payload, 'url') ?? ''
  if (!isWebUrl(url))
    return refuse(invalidParameter('Param message[attachment][payload][url] should be a valid website URL'))
  return accept({ ...nothingShown, media: [{ type, url }] })
}

function checkTemplate(payload: JsonRecord): GraphOutcome<Shown> {
  const where = 'message[attachment][payload]'
  const type = textAt(payload, 'template_type')
  if (type === 'button') return checkButtonTemplate(payload, where)
  if (type !== 'generic')
    return refuse(invalidParameter(`Param ${where}[template_type] must be one of {BUTTON, GENERIC} in this sandbox`))
  const cards = checkCards(payload['elements'], `${where}[elements]`)
  return cards.ok ? accept({ ...nothingShown, cards: cards.value }) : cards
}

function checkButtonTemplate(payload: JsonRecord, where: string): GraphOutcome<Shown> {
  const text = textAt(payload, 'text') ?? ''
  if (text.trim() === '')
    return refuse(invalidParameter(`Param ${where}[text] must be a non-empty UTF-8 encoded string`))
  if (text.length > BUTTON_TEXT_MAX) return refuse(tooLong(`${where}[text]`, BUTTON_TEXT_MAX))
  const buttons = checkButtons(payload['buttons'], `${where}[buttons]`)
  return buttons.ok ? accept({ ...nothingShown, text, buttons: buttons.value }) : buttons
}
