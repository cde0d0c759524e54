import { isWebUrl, PAYLOAD_MAX } from './check-buttons.ts'
import { accept, invalidParameter, refuse, type GraphOutcome } from './graph-errors.ts'
import { isRecord, listAt, textAt, type JsonRecord } from './json-value.ts'
import type { Template } from './records.ts'

const NAME = /^[a-z0-9_]{1,512}$/
const BODY_MAX = 1_024
const HEADER_MAX = 60
const BUTTONS_MAX = 3
const BUTTON_TITLE_MAX = 20

/** Reads the body of `POST /{page}/message_templates` into an approved utility template. */
export function makeTemplate(body: JsonRecord, id: string): GraphOutcome<Template> {
  const name = textAt(body, 'name') ?? ''
  const language = textAt(body, 'language') ?? ''
  const components = (listAt(body, 'components') ?? []).filter(isRecord)
  if (!NAME.test(name)) return refuse(invalidParameter('Param name must be lower case letters, digits and underscores'))
  if (!/^[a-z]{2,3}([_-][A-Za-z]{2,4})?$/.test(language))
    return refuse(invalidParameter('Param language must be a locale like en or en_US'))
  if (textAt(body, 'category') !== 'UTILITY') return refuse(invalidParameter('Param category must be UTILITY'))
  const format = textAt(body, 'parameter_format')?.toUpperCase() ?? 'POSITIONAL'
  if (format !== 'NAMED' && format !== 'POSITIONAL')
    return refuse(invalidParameter('Param parameter_format must be one of {NAMED, POSITIONAL}'))
  const text = partText(components, 'BODY')
  if (text === '' || text.length > BODY_MAX)
    return refuse(invalidParameter(`A template needs a BODY with a text of up to ${BODY_MAX} characters`))
  const header = partText(components, 'HEADER')
  if (header.length > HEADER_MAX) return refuse(invalidParameter(`A HEADER has up to ${HEADER_MAX} characters`))
  const buttons = makeButtons(components)
  if (!buttons.ok) return buttons
  return accept({
    id,
    name,
    language,
    category: 'UTILITY',
    parameterFormat: format,
    header,
    body: text,
    buttons: buttons.value,
    components,
  })
}

function partText(components: readonly JsonRecord[], type: string): string {
  const part = components.find((component) => textAt(component, 'type')?.toUpperCase() === type)
  return part ? (textAt(part, 'text') ?? '') : ''
}

function makeButtons(components: readonly JsonRecord[]): GraphOutcome<Template['buttons']> {
  const part = components.find((component) => textAt(component, 'type')?.toUpperCase() === 'BUTTONS')
  const list = part ? (listAt(part, 'buttons') ?? []) : []
  if (list.length > BUTTONS_MAX) return refuse(invalidParameter(`A template has up to ${BUTTONS_MAX} buttons`))
  const buttons: Template['buttons'] = []
  for (const item of list) {
    const button = makeButton(item)
    if (!button.ok) return button
    buttons.push(button.value)
  }
  return accept(buttons)
}

function makeButton(item: unknown): GraphOutcome<Template['buttons'][number]> {
  const title = isRecord(item) ? (textAt(item, 'text') ?? '') : ''
  if (!isRecord(item) || title === '' || title.length > BUTTON_TITLE_MAX) {
    return refuse(invalidParameter(`A template button needs a text of up to ${BUTTON_TITLE_MAX} characters`))
  }
  const type = textAt(item, 'type')?.toUpperCase()
  const url = textAt(item, 'url') ?? ''
  const payload = textAt(item, 'payload') ?? ''
  if (type === 'URL') {
    return isSuffixedUrl(url)
      ? accept({ kind: 'url', title, url })
      : refuse(invalidParameter('A URL button needs an http(s) url; its variable may stand only at the end'))
  }
  if (type !== 'POSTBACK') return refuse(invalidParameter('A template button is of type URL or POSTBACK'))
  if (payload === '' || payload.length > PAYLOAD_MAX)
    return refuse(invalidParameter(`A POSTBACK button needs a payload of up to ${PAYLOAD_MAX} characters`))
  return accept({ kind: 'postback', title, payload })
}

/** The variable is a suffix: a template cannot choose another host. */
function isSuffixedUrl(url: string): boolean {
  const fixed = url.replace(/\{\{\s*[A-Za-z0-9_]+\s*\}\}$/, '')
  return !fixed.includes('{{') && isWebUrl(fixed) && /^https?:\/\/[^/]+\//.test(fixed)
}
