import type { Language } from '../../channels/index.ts'
import { wordsOf } from './words-of.ts'

// What each language is called in the five languages, as `wordsOf` writes it.
const names: { readonly [Name in Language]: readonly string[] } = {
  en: ['english', 'ingles', 'inglesa', 'anglais', 'englisch', 'englischen'],
  es: ['spanish', 'espanol', 'espanola', 'castellano', 'espagnol', 'spanisch', 'espanhol'],
  fr: ['french', 'frances', 'francesa', 'francais', 'franzosisch', 'franzosischen'],
  de: ['german', 'aleman', 'alemana', 'allemand', 'deutsch', 'deutschen', 'alemao', 'deutsche'],
  pt: ['portuguese', 'portugues', 'portuguesa', 'portugais', 'portugiesisch', 'brazilian', 'brasileiro'],
}

/** The language that a text names, if it names exactly one of ours; the last one in "not English, German". */
export function findNamedLanguage(text: string): Language | undefined {
  const words = wordsOf(text)
  const found = (['en', 'es', 'fr', 'de', 'pt'] as const)
    .map((language) => ({ language, at: words.findLastIndex((word) => names[language].includes(word)) }))
    .filter(({ at }) => at >= 0)
    .sort((left, right) => right.at - left.at)
  return found[0]?.language
}
