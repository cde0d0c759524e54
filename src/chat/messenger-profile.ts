import type { Language, LanguageProfile, MessengerProfile, UtilityTemplate } from '../channels/index.ts'
import { choices, getStartedPayload } from './choices.ts'
import { type Words, createWords } from './words.ts'

/** What the messenger shows beside the messages, from the catalogues; and templates of modules above the chat. */
export function messengerProfile(
  others: (language: Language) => readonly UtilityTemplate[] = () => [],
): MessengerProfile {
  const words = createWords('UTC')
  const of = (language: Language): LanguageProfile => profileIn(words, language, others(language))
  const languages = { en: of('en'), es: of('es'), fr: of('fr'), de: of('de'), pt: of('pt') }
  return { getStarted: getStartedPayload, languages }
}

function profileIn(words: Words, language: Language, others: readonly UtilityTemplate[]): LanguageProfile {
  const say = (key: Parameters<Words['say']>[1]): string => words.say(language, key)
  const safety = say('safety')
  return {
    greeting: say('profile.greeting'),
    menu: [
      { title: say('choice.balance'), payload: choices.balance.payload },
      { title: say('choice.link_bank'), payload: choices.linkBank.payload },
      { title: say('menu.change_disclosure'), payload: choices.changeDisclosure.payload },
      { title: say('choice.warn_me'), payload: choices.warnMe.payload },
      { title: say('choice.stop_sharing'), payload: choices.stopSharing.payload },
      { title: say('choice.talk_to_person'), payload: choices.talkToPerson.payload },
    ],
    // We start these: the window is closed, so they carry the safety sentence.
    templates: [
      {
        name: 'answer_ready',
        body: `${say('template.answer_ready')} ${safety}`,
        buttons: [{ kind: 'link', title: say('sealed.button'), path: '/a/' }],
      },
      {
        name: 'notice_ready',
        body: `${say('template.notice_ready')} ${safety}`,
        buttons: [{ kind: 'link', title: say('notice.button'), path: '/a/' }],
      },
      { name: 'reply_waiting', body: `${say('template.reply_waiting')} ${safety}`, buttons: [] },
      ...others,
    ],
  }
}
