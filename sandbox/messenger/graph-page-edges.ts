import { templateKey } from './apply-record.ts'
import type { GraphAnswer, GraphCall } from './graph-call.ts'
import { accept, graphErrors, invalidParameter, refuse } from './graph-errors.ts'
import { makeTemplate } from './make-template.ts'
import { randomDigits } from './messenger-config.ts'
import type { ActDeps } from './messenger-deps.ts'
import { deleteProfile, readProfile, setProfile } from './messenger-profile.ts'
import { showThread } from './show-thread.ts'
import { TEMPLATES_MAX } from './state.ts'
import { WEBHOOK_FIELDS } from './webhook-events.ts'

/** An account-linking token can be asked for its person this long. */
export const LINK_TOKEN_MS = 300_000

/** `/{page}/subscribed_apps`: which events the app gets. */
export function subscribedApps(deps: ActDeps, call: GraphCall): GraphAnswer {
  const { store, clock, config } = deps
  const { subscription } = store.state
  if (call.method === 'GET') {
    const data = subscription.subscribed ? [{ id: config.appId, subscribed_fields: subscription.fields }] : []
    return accept({ body: { data } })
  }
  const fields = call.query.get('subscribed_fields')?.split(',') ?? fieldList(call.body['subscribed_fields'])
  const known: readonly string[] = WEBHOOK_FIELDS
  const { disabledAt: _, ...rest } = subscription
  const subscribed = call.method === 'POST'
  if (subscribed && fields.length === 0) return refuse(invalidParameter('The parameter subscribed_fields is required'))
  const kept = subscribed ? fields.filter((field) => known.includes(field)) : subscription.fields
  store.commit({ k: 'subscription', at: clock.now(), ...rest, subscribed, fields: kept })
  deps.deliveries.wake()
  return accept({ body: { success: true } })
}

function fieldList(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(',')
  return Array.isArray(value) ? value.map(String) : []
}

/** `/{page}/messenger_profile`: Get Started, greeting, ice breakers, menu. */
export function messengerProfile(deps: ActDeps, call: GraphCall): GraphAnswer {
  const { store, clock } = deps
  const { profile } = store.state
  if (call.method === 'GET') return accept({ body: readProfile(profile, call.query.get('fields') ?? '') })
  const next = call.method === 'POST' ? setProfile(profile, call.body) : deleteProfile(profile, call.body)
  if (!next.ok) return next
  store.commit({ k: 'profile', at: clock.now(), profile: { ...next.value } })
  for (const thread of store.state.threads.values()) showThread(deps, thread)
  return accept({ body: { result: 'success' } })
}

/** `/{page}/message_templates`: utility templates, approved at once. */
export function messageTemplates(deps: ActDeps, call: GraphCall): GraphAnswer {
  const { store, clock } = deps
  const { templates } = store.state
  if (call.method === 'GET') {
    const named = call.query.get('name')
    const list = [...templates.values()].filter(({ name }) => named === null || name === named)
    const data = list.map(({ id, name, language, category, parameterFormat, components }) => {
      return { id, name, language, category, parameter_format: parameterFormat, components, status: 'APPROVED' }
    })
    return accept({ body: { data } })
  }
  if (templates.size >= TEMPLATES_MAX) return refuse(invalidParameter(`A page has at most ${TEMPLATES_MAX} templates`))
  const made = makeTemplate(call.body, randomDigits(15))
  if (!made.ok) return made
  if (templates.has(templateKey(made.value.name, made.value.language))) {
    return refuse(invalidParameter('There is already a template with this name and language'))
  }
  store.commit({ k: 'template', at: clock.now(), template: made.value })
  return accept({ body: { id: made.value.id, status: 'APPROVED', category: 'UTILITY' } })
}

/** `/me`: the page, or the person behind an account-linking token. */
export function aboutPage(deps: ActDeps, call: GraphCall): GraphAnswer {
  const { config, store, clock } = deps
  const token = call.query.get('account_linking_token')
  if (token === null) return accept({ body: { id: config.pageId, name: config.pageName } })
  const known = store.state.linkTokens.get(token)
  if (!known || clock.now() - known.at > LINK_TOKEN_MS) return refuse(graphErrors.badLinkToken)
  return accept({ body: { id: config.pageId, recipient: known.psid } })
}
