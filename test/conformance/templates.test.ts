import { expect, test } from 'vitest'
import { templateKey } from '../../sandbox/messenger/apply-record.ts'
import { fillTemplate } from '../../sandbox/messenger/fill-template.ts'
import { type JsonRecord, isRecord } from '../../sandbox/messenger/json-value.ts'
import { makeTemplate } from '../../sandbox/messenger/make-template.ts'
import type { Shown } from '../../sandbox/messenger/shown-message.ts'
import { emptyState, type State } from '../../sandbox/messenger/state.ts'
import { windowlessTemplates } from '../../src/app/windowless-templates.ts'
import { sayDecided } from '../../src/cases/chat-words.ts'
import { type Language, type Reply, languages } from '../../src/channels/index.ts'
import { renderAsTemplate, templatesToCreate } from '../../src/channels/messenger/utility-templates.ts'
import { messengerProfile } from '../../src/chat/index.ts'
import { noticeKinds } from '../../src/notices/kinds.ts'

// Every template is created, filled in and sent by our code, and read by the sandbox's, which shares none with it.
const pagesUrl = 'https://parley.example'

function afterCreating(): State {
  const state = emptyState()
  for (const language of languages) {
    const { templates } = messengerProfile(windowlessTemplates).languages[language]
    for (const body of templatesToCreate(language, templates, pagesUrl)) {
      const made = makeTemplate(asRecord(body), '1')
      if (!made.ok) throw new Error(`${body.name} ${language}: ${made.error.message}`)
      state.templates.set(templateKey(made.value.name, made.value.language), made.value)
    }
  }
  return state
}

function shown(state: State, reply: Reply, language: Language): Shown {
  const filled = fillTemplate(state, asRecord(renderAsTemplate(reply, language, 'outbox-id', { pagesUrl })))
  if (!filled.ok) throw new Error(`${language}: ${filled.error.message}`)
  return filled.value
}

/** As it goes over the wire. */
function asRecord(body: object): JsonRecord {
  const read: unknown = JSON.parse(JSON.stringify(body))
  if (!isRecord(read)) throw new Error('not an object')
  return read
}

const state = afterCreating()

test('each notice has a template that says it without bank, day or name, and leads to a page of ours or keeps things safe', () => {
  for (const language of languages) {
    for (const [kind, { template }] of Object.entries(noticeKinds)) {
      const { text, buttons } = shown(state, { text: 'never sent', template: { whole: template } }, language)
      expect(text, `${language} ${kind}`).not.toMatch(/never sent|[{}]/)
      const leads = buttons.map((button) => ('url' in button ? button.url : 'payload' in button ? button.payload : ''))
      for (const lead of leads)
        expect(lead).toMatch(/^https:\/\/parley\.example\/me(\/passkeys)?$|^intent:keep_alerts$/)
    }
  }
})

test('whoever has to act on a notice can do so from its template with one tap', () => {
  const lead = (kind: keyof typeof noticeKinds) =>
    shown(state, { text: '', template: { whole: noticeKinds[kind].template } }, 'en').buttons
  expect(lead('alertsEnding')).toMatchObject([{ kind: 'postback', payload: 'intent:keep_alerts' }])
  expect(lead('passkeyAdded')).toMatchObject([{ kind: 'url', url: `${pagesUrl}/me/passkeys` }])
  expect(lead('sharingEndsInDays')).toMatchObject([{ kind: 'url', url: `${pagesUrl}/me` }])
})

test('that there is an answer to a case is said in the same words, with the same button, inside and outside the window', () => {
  for (const language of languages) {
    const reply = sayDecided(language, pagesUrl)
    const { text, buttons } = shown(state, reply, language)
    expect(text).toBe(reply.text)
    expect(buttons).toMatchObject((reply.buttons ?? []).map(({ title }) => ({ title, url: `${pagesUrl}/me/person` })))
  }
})
