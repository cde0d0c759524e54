import { PAYLOAD_MAX } from './check-buttons.ts'
import { accept, invalidParameter, refuse, tooLong, type GraphOutcome } from './graph-errors.ts'
import { isRecord, listAt, recordAt, textAt, type JsonRecord } from './json-value.ts'

/** What a page can set on its profile. */
const FIELDS = ['get_started', 'greeting', 'ice_breakers', 'persistent_menu', 'whitelisted_domains'] as const
const ICE_BREAKERS_MAX = 4
const MENU_ITEMS_MAX = 20
const MENU_TITLE_MAX = 30
const GREETING_MAX = 160
const LOCALES_MAX = 100

/** The profile after `POST /me/messenger_profile`, or why not. */
export function setProfile(profile: JsonRecord, body: JsonRecord): GraphOutcome<JsonRecord> {
  const wanted = Object.fromEntries(
    FIELDS.flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]])),
  )
  if (Object.keys(wanted).length === 0)
    return refuse(invalidParameter(`Requires one of the params: ${FIELDS.join(',')}`))
  const next = { ...profile, ...wanted }
  for (const check of [checkGetStarted, checkGreeting, checkIceBreakers, checkMenu]) {
    const checked = check(next)
    if (!checked.ok) return checked
  }
  return accept(next)
}

/** The profile after `DELETE /me/messenger_profile {fields}`, or why not. */
export function deleteProfile(profile: JsonRecord, body: JsonRecord): GraphOutcome<JsonRecord> {
  const fields = listAt(body, 'fields') ?? []
  if (fields.length === 0) return refuse(invalidParameter('Param fields must be a non-empty array'))
  const next = Object.fromEntries(Object.entries(profile).filter(([field]) => !fields.includes(field)))
  const checked = checkMenu(next)
  return checked.ok ? accept(next) : checked
}

/** The answer to `GET /me/messenger_profile?fields=…`. */
export function readProfile(profile: JsonRecord, fields: string): { readonly data: readonly JsonRecord[] } {
  const wanted = fields.split(',').filter((field) => profile[field] !== undefined)
  return { data: wanted.length === 0 ? [] : [Object.fromEntries(wanted.map((field) => [field, profile[field]]))] }
}

function checkGetStarted(profile: JsonRecord): GraphOutcome<true> {
  if (profile['get_started'] === undefined) return accept(true)
  const payload = textAt(recordAt(profile, 'get_started') ?? {}, 'payload') ?? ''
  if (payload === '')
    return refuse(invalidParameter('Param get_started[payload] must be a non-empty UTF-8 encoded string'))
  return payload.length > PAYLOAD_MAX ? refuse(tooLong('get_started[payload]', PAYLOAD_MAX)) : accept(true)
}

function checkGreeting(profile: JsonRecord): GraphOutcome<true> {
  if (profile['greeting'] === undefined) return accept(true)
  const list = localized(profile, 'greeting')
  if (!list) return refuse(invalidParameter('Param greeting must be an array with a default locale'))
  const long = list.some((item) => (textAt(item, 'text') ?? '').length > GREETING_MAX)
  return long ? refuse(tooLong('greeting[0][text]', GREETING_MAX)) : accept(true)
}

/** Two shapes are in use: a plain list of questions, and one list for each locale. */
function checkIceBreakers(profile: JsonRecord): GraphOutcome<true> {
  const list = profile['ice_breakers']
  if (list === undefined) return accept(true)
  if (!Array.isArray(list)) return refuse(invalidParameter('Param ice_breakers must be an array'))
  const records = list.filter(isRecord)
  const groups = records.some((item) => item['call_to_actions'] !== undefined)
    ? records.map((item) => listAt(item, 'call_to_actions') ?? [])
    : [records]
  for (const group of groups) {
    if (group.length > ICE_BREAKERS_MAX)
      return refuse(invalidParameter(`Param ice_breakers must have at most ${ICE_BREAKERS_MAX} elements`))
    const incomplete = group.some((item) => !isRecord(item) || !textAt(item, 'question') || !textAt(item, 'payload'))
    if (incomplete) return refuse(invalidParameter('Each ice breaker needs a question and a payload'))
  }
  return accept(true)
}

function checkMenu(profile: JsonRecord): GraphOutcome<true> {
  if (profile['persistent_menu'] === undefined) return accept(true)
  if (profile['get_started'] === undefined) {
    return refuse(invalidParameter('You must set a Get Started button if you also wish to use persistent menu'))
  }
  const list = localized(profile, 'persistent_menu')
  if (!list) return refuse(invalidParameter('Param persistent_menu must be an array with a default locale'))
  for (const item of list.flatMap((menu) => listAt(menu, 'call_to_actions') ?? [])) {
    const checked = checkMenuItem(item)
    if (!checked.ok) return checked
  }
  const long = list.some((menu) => (listAt(menu, 'call_to_actions') ?? []).length > MENU_ITEMS_MAX)
  return long ? refuse(invalidParameter(`A persistent menu has at most ${MENU_ITEMS_MAX} items`)) : accept(true)
}

function checkMenuItem(item: unknown): GraphOutcome<true> {
  const where = 'persistent_menu[0][call_to_actions]'
  if (!isRecord(item)) return refuse(invalidParameter(`Param ${where} must hold objects`))
  const title = textAt(item, 'title') ?? ''
  if (title === '') return refuse(invalidParameter(`Param ${where}[title] must be a non-empty UTF-8 encoded string`))
  if (title.length > MENU_TITLE_MAX) return refuse(tooLong(`${where}[title]`, MENU_TITLE_MAX))
  const type = textAt(item, 'type')
  const complete = type === 'web_url' ? textAt(item, 'url') : type === 'postback' ? textAt(item, 'payload') : undefined
  return complete
    ? accept(true)
    : refuse(invalidParameter(`Param ${where}[type] must be web_url with a url or postback with a payload`))
}

function localized(profile: JsonRecord, field: string): readonly JsonRecord[] | undefined {
  const list = (listAt(profile, field) ?? []).filter(isRecord)
  const hasDefault = list.some((item) => item['locale'] === 'default')
  return hasDefault && list.length <= LOCALES_MAX ? list : undefined
}
