import { completeSentences } from './complete-sentences.ts'

// Without a script the editor is a field like any other.
for (const field of document.querySelectorAll<HTMLTextAreaElement>('textarea[data-complete]')) completeSentences(field)
