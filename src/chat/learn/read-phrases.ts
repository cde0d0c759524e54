import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Language, languages } from '../../channels/index.ts'
import { type Intent, intents } from '../understand/understood.ts'

/** One sentence written for this project, with what it means. */
export type Phrase = { readonly language: Language; readonly intent: Intent; readonly text: string }

/**
 * Every phrase under a folder of `<language>/<intent>.txt`, one a line, in an order that is the same everywhere. Empty lines and lines
 * that begin with `# ` are left out.
 * @throws Error when a file is not named for an intent, or a phrase stands under two intents of a language
 */
export function readPhrases(folder: string): readonly Phrase[] {
  return languages.flatMap((language) => withoutConflicts(readLanguage(join(folder, language), language)))
}

function readLanguage(folder: string, language: Language): readonly Phrase[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
  return files.flatMap((name) => {
    const intent = intents.find((known) => `${known}.txt` === name)
    if (intent === undefined) throw new Error(`${language}/${name} is not named for an intent`)
    return readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('# '))
      .map((text) => ({ language, intent, text }))
  })
}

function withoutConflicts(phrases: readonly Phrase[]): readonly Phrase[] {
  const meant = new Map<string, Intent>()
  for (const { language, intent, text } of phrases) {
    const known = meant.get(text.toLowerCase())
    if (known !== undefined && known !== intent) {
      throw new Error(`${language}: "${text}" stands under ${known} and ${intent}`)
    }
    meant.set(text.toLowerCase(), intent)
  }
  return phrases
}
