import { templateKey } from './apply-record.ts'
import { nothingShown } from './check-message.ts'
import { accept, graphErrors, invalidParameter, refuse, tooLong, type GraphOutcome } from './graph-errors.ts'
import { isRecord, listAt, recordAt, textAt, type JsonRecord } from './json-value.ts'
import type { Template } from './records.ts'
import type { Button, Shown } from './shown-message.ts'
import type { State } from './state.ts'

const METADATA_LIMIT = 1_000
/** A parameter with one of these was refused by the platform with 1893043 (third-party observation). */
const FORBIDDEN = /[#%$]|\p{Extended_Pictographic}|\p{Regional_Indicator}/u
const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g

type Parameters = ReadonlyMap<string, string>

/** Fills a utility template with the parameters of a `message.template`; refuses what the platform would refuse. */
export function fillTemplate(state: State, message: JsonRecord): GraphOutcome<Shown> {
  const wanted = recordAt(message, 'template')
  if (!wanted) return refuse(invalidParameter('Param message[template] is required with messaging_type UTILITY'))
  if ((textAt(message, 'metadata') ?? '').length >= METADATA_LIMIT)
    return refuse(tooLong('message[metadata]', METADATA_LIMIT - 1))
  const language = textAt(recordAt(wanted, 'language') ?? {}, 'code') ?? ''
  const template = state.templates.get(templateKey(textAt(wanted, 'name') ?? '', language))
  if (!template)
    return refuse(invalidParameter('Param message[template]: no approved template has this name and language'))
  return fillParts(template, listAt(wanted, 'components') ?? [])
}

function fillParts(template: Template, components: readonly unknown[]): GraphOutcome<Shown> {
  const header = parametersOf(template, components, 'header')
  if (!header.ok) return header
  const body = parametersOf(template, components, 'body')
  if (!body.ok) return body
  const head = fill(template.header, header.value)
  const text = fill(template.body, body.value)
  if (head === undefined || text === undefined)
    return refuse(invalidParameter('Number of parameters does not match the template'))
  const buttons = fillButtons(template, components)
  if (!buttons.ok) return buttons
  return accept({ ...nothingShown, text: head === '' ? text : `${head}\n${text}`, buttons: buttons.value })
}

function parametersOf(template: Template, components: readonly unknown[], type: string): GraphOutcome<Parameters> {
  const component = components.filter(isRecord).find((item) => textAt(item, 'type')?.toLowerCase() === type)
  return readParameters(component, template.parameterFormat === 'NAMED')
}

function readParameters(component: JsonRecord | undefined, named: boolean): GraphOutcome<Parameters> {
  const values = new Map<string, string>()
  for (const [index, item] of (component ? (listAt(component, 'parameters') ?? []) : []).entries()) {
    if (!isRecord(item)) return refuse(invalidParameter('A template parameter must be an object'))
    const name = named ? textAt(item, 'parameter_name') : String(index + 1)
    const value = textAt(item, 'text') ?? textAt(item, 'payload')
    if (name === undefined || value === undefined)
      return refuse(invalidParameter('A template parameter needs a text (and a parameter_name in a NAMED template)'))
    if (FORBIDDEN.test(value)) return refuse(graphErrors.badTemplateParameter)
    values.set(name, value)
  }
  return accept(values)
}

/** The text with every placeholder filled; undefined when one has no value. */
function fill(text: string, parameters: Parameters): string | undefined {
  let missing = false
  const filled = text.replace(PLACEHOLDER, (_, name: string) => {
    const value = parameters.get(name)
    missing ||= value === undefined
    return value ?? ''
  })
  return missing ? undefined : filled
}

/** Buttons take their one parameter by index: `{type:"button", sub_type, index, parameters:[{text|payload}]}`. */
function fillButtons(template: Template, components: readonly unknown[]): GraphOutcome<readonly Button[]> {
  const buttons: Button[] = []
  for (const [index, button] of template.buttons.entries()) {
    const component = components
      .filter(isRecord)
      .find((item) => textAt(item, 'type')?.toLowerCase() === 'button' && String(item['index']) === String(index))
    const parameters = readParameters(component, false)
    if (!parameters.ok) return parameters
    const text = fillOne(button.kind === 'url' ? button.url : button.payload, parameters.value.get('1'))
    if (text === undefined) return refuse(invalidParameter(`Button ${index} of the template needs a parameter`))
    buttons.push(button.kind === 'url' ? { ...button, url: text } : { ...button, payload: text })
  }
  return accept(buttons)
}

/** A button has one variable at most, whatever its name. */
function fillOne(text: string, value: string | undefined): string | undefined {
  const names = [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '')
  return fill(text, new Map(value === undefined ? [] : names.map((name) => [name, value])))
}
