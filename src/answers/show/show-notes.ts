import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { AnswerDocument } from '../answer-document.ts'
import type { NoteBlock } from '../block.ts'
import type { AnswerReader } from './reader.ts'

/** A sentence of ours: what was not found is said large, what explains a figure small. */
export function showNote(
  reader: AnswerReader,
  note: NoteBlock,
  { institutionName, question, asked }: AnswerDocument,
): Html {
  const values = {
    bank: institutionName,
    from: note.from === undefined ? '' : reader.day(note.from),
    to: note.to === undefined ? '' : reader.day(note.to),
    count: note.count ?? 0,
    asked: asked.lastDigits?.reveal() ?? asked.words?.reveal() ?? '',
  }
  switch (note.word) {
    case 'nothing-found':
      return html`<p class="empty">${reader.say(`none.${question}`, values)}</p>`
    case 'no-accounts':
    case 'no-rates':
    case 'no-rewards':
    case 'no-numbers':
      return html`<p class="empty">${reader.say(`note.${note.word}`, values)}</p>`
    case 'no-such-account':
    case 'covered-only':
    case 'other-currency':
      return html`<p class="note">${reader.say(`note.${note.word}`, values)}</p>`
    default:
      return html`<p class="muted">${reader.say(`note.${note.word}`, values)}</p>`
  }
}
