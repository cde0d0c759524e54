import type { Plan, PlanInput } from '../plan.ts'

/** From now on in the language that was named; where none of ours was, they are offered. */
export function planChangeLanguage({ understood }: PlanInput): Plan {
  const { named } = understood
  if (named !== undefined) return { do: 'change-language', language: named }
  const choices = [
    'languageEnglish',
    'languageSpanish',
    'languageFrench',
    'languageGerman',
    'languagePortuguese',
  ] as const
  return { do: 'say', words: ['language.which'], choices }
}
