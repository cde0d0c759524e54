import { type Language, languages } from '../channel.ts'
import { type GraphClient, expectOk } from './graph-client.ts'
import type { UtilityTemplate } from './utility-templates.ts'

/** What the messenger shows beside the messages, in each language. Written by `chat`, whose catalogues hold the words. */
export type MessengerProfile = {
  /** The payload that "Get started" sends. */
  readonly getStarted: string
  readonly languages: { readonly [Name in Language]: LanguageProfile }
}

export type LanguageProfile = {
  /** Before the first message: at most 160 characters, and says that this is automated. */
  readonly greeting: string
  /** The menu beside the composer; a tap sends the payload. Titles have 30 characters at most. */
  readonly menu: readonly { readonly title: string; readonly payload: string }[]
  /** What may be sent when the window is closed. Each carries the safety sentence. */
  readonly templates: readonly UtilityTemplate[]
}

const subscribedFields = [
  'messages',
  'messaging_postbacks',
  'message_echoes',
  'message_edits',
  'messaging_account_linking',
  'messaging_handovers',
  'standby',
].join(',')

/** A language as the messenger names a locale of the profile; its other locales get `default`. */
const profileLocales = {
  en: 'default',
  es: 'es_ES',
  fr: 'fr_FR',
  de: 'de_DE',
  pt: 'pt_BR',
} as const satisfies Record<Language, string>

/**
 * Makes the page say what we want it to say: subscription, Get started, greeting, menu. Safe to repeat. Throws `channels/graph-refused` when the messenger does not take a part of it.
 */
export async function setUpProfile(graph: GraphClient, profile: MessengerProfile): Promise<void> {
  expectOk(await graph.post(`/me/subscribed_apps?subscribed_fields=${subscribedFields}`, {}))
  expectOk(await graph.post('/me/messenger_profile', profileBody(profile)))
}

function profileBody(profile: MessengerProfile): object {
  return {
    get_started: { payload: profile.getStarted },
    greeting: languages.map((language) => ({
      locale: profileLocales[language],
      text: profile.languages[language].greeting,
    })),
    persistent_menu: languages.map((language) => ({
      locale: profileLocales[language],
      composer_input_disabled: false,
      call_to_actions: profile.languages[language].menu.map(({ title, payload }) => ({
        type: 'postback',
        title,
        payload,
      })),
    })),
  }
}
