import type { Language, Reply, UtilityTemplate } from '../channels/index.ts'
import { loadWords } from '../pages/index.ts'

const book = loadWords(new URL('./chat-words/', import.meta.url))

/** Where customers read how their cases stand. */
const casesPage = '/me/person'
const newsTemplate = 'case_news'

/** That there is an answer to a case, and where to read it. No fact: not which case, not what was found, in no channel. */
export function sayDecided(language: Language, publicUrl: string): Reply {
  const { body, title } = said(language)
  return {
    text: body,
    buttons: [{ kind: 'link', title, url: `${publicUrl}${casesPage}` }],
    unasked: true,
    template: { whole: newsTemplate },
  }
}

/** The same for when the messenger's window is closed: it never said more. */
export function caseTemplates(language: Language): readonly UtilityTemplate[] {
  const { body, title } = said(language)
  return [{ name: newsTemplate, body, buttons: [{ kind: 'link', title, page: casesPage }] }]
}

function said(language: Language): { readonly body: string; readonly title: string } {
  const words = book.for(language)
  return { body: `${words.say('told.text')} ${words.say('safety')}`, title: words.say('told.button') }
}
