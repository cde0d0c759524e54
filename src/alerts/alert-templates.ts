import type { Language, UtilityTemplate } from '../channels/index.ts'
import { alertWords, questionTemplate, receiptTemplate } from './alert-words.ts'

/** The templates under which a question and a receipt may go when the messenger's window is closed: sealed words, and the same buttons. */
export function alertTemplates(language: Language): readonly UtilityTemplate[] {
  const words = alertWords.for(language)
  const body = (key: string): string => `${words.say(key)} ${words.say('safety')}`
  const notMe = { kind: 'postback', title: words.say('button.not-me') } as const
  const details = { kind: 'link', title: words.say('button.details'), path: '/alert/' } as const
  return [
    {
      name: questionTemplate,
      body: body('question.sealed'),
      buttons: [notMe, { kind: 'postback', title: words.say('button.it-was-me') }, details],
    },
    { name: receiptTemplate, body: body('receipt.sealed'), buttons: [notMe, details] },
  ]
}
