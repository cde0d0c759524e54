import type { Language } from '../../channels/index.ts'

// Small words that one of the five languages has to itself.
const tellingWords: { readonly [Name in Language]: readonly string[] } = {
  en: ['the', 'what', 'whats', 'my', 'how', 'much', 'is', 'please', 'hello', 'hi', 'hey', 'can', 'you', 'balance', 'stop', 'help', 'account', 'thanks', 'link'],
  es: ['hola', 'cual', 'cuanto', 'tengo', 'mi', 'mis', 'cuenta', 'gracias', 'quiero', 'ayuda', 'dinero', 'puedo', 'buenas', 'buenos', 'hay', 'vincular', 'el', 'deja', 'datos', 'compartir'],
  fr: ['bonjour', 'salut', 'quel', 'combien', 'mon', 'mes', 'compte', 'merci', 'je', 'veux', 'aide', 'argent', 'solde', 'est', 'banque', 'jai', 'arrete', 'bonsoir', 'le', 'du', 'partage'],
  de: ['hallo', 'wie', 'viel', 'ist', 'mein', 'meine', 'konto', 'kontostand', 'danke', 'ich', 'hilfe', 'bitte', 'guthaben', 'geld', 'nicht', 'der', 'auf', 'guten', 'moin', 'verbinden', 'teilen', 'auf'],
  pt: ['ola', 'oi', 'qual', 'quanto', 'tenho', 'meu', 'minha', 'conta', 'obrigado', 'obrigada', 'ajuda', 'dinheiro', 'quero', 'bom', 'boa', 'nao', 'voce', 'pare', 'compartilhar', 'dados'],
} // prettier-ignore

/** The language most of the telling words belong to; undefined where none tells, or two tell the same. */
export function findLanguage(words: readonly string[]): Language | undefined {
  const counts: readonly { readonly language: Language; readonly count: number }[] = (
    ['en', 'es', 'fr', 'de', 'pt'] as const
  ).map((language) => ({ language, count: words.filter((word) => tellingWords[language].includes(word)).length }))
  const [first, second] = [...counts].sort((left, right) => right.count - left.count)
  if (first === undefined || second === undefined || first.count === 0) return undefined
  // "balance", "stop", "help": single English words are written in every language.
  if (first.language === 'en' && first.count < 2) return undefined
  return first.count > second.count ? first.language : undefined
}
