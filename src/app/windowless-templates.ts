import { alertTemplates } from '../alerts/index.ts'
import { caseTemplates } from '../cases/index.ts'
import type { Language, UtilityTemplate } from '../channels/index.ts'
import { noticeTemplates } from '../notices/index.ts'

/** What modules above the chat may say when the messenger's window is closed, in one language. */
export function windowlessTemplates(language: Language): readonly UtilityTemplate[] {
  return [...alertTemplates(language), ...noticeTemplates(language), ...caseTemplates(language)]
}
