import { html } from '../../pages/index.ts'
import type { Html, Reader } from '../../pages/index.ts'
import type { AnswerDocument } from '../answer-document.ts'
import type { OpenedAnswer } from '../open-answer.ts'
import { answerReader } from './reader.ts'
import type { AnswerReader } from './reader.ts'
import { showBlocks } from './show-blocks.ts'
import type { AnswerView } from './view.ts'

/** The headline of an answer to a question. */
export function answerTitle(reader: Pick<Reader, 'words'>, opened: readonly OpenedAnswer[]): string {
  return reader.words.say(`title.${opened[0]?.document.question ?? 'balance'}`)
}

/** The opened page: what was asked first, the rest on request; and once more who was not told. */
export function showAnswer(plain: Reader, opened: readonly OpenedAnswer[], view: AnswerView): Html {
  const reader = answerReader(plain)
  const channel = reader.say(`channel.${view.channel}`)
  return html`<h1>${answerTitle(reader, opened)}</h1>
    ${opened.map(({ document }) => showBank(reader, document, view))}
    <p class="note">${reader.say('open.fact', { channel })}</p>
    <p class="muted">${reader.say('open.once')}</p>
    ${showRecord(reader, opened)}`
}

function showBank(reader: AnswerReader, document: AnswerDocument, view: AnswerView): Html {
  const bank = document.institutionName
  const time = reader.moment(document.checkedAt)
  if (!document.result.ok) {
    return html`<section aria-label="${bank}">
      <h2>${bank}</h2>
      <p class="note warn">${reader.say(`missing.${document.result.reason}`, { bank, time })}</p>
    </section>`
  }
  const { blocks, complete } = document.result
  return html`<section aria-label="${bank}">
    <p class="muted">${reader.say('open.checked', { time, bank })}</p>
    ${complete ? undefined : html`<p class="note warn">${reader.say('open.partial', { bank })}</p>`}
    ${showBlocks(reader, blocks.reveal(), { ...view, document })}
  </section>`
}

/** That this look is on record, with what proves it: a promise for each look, signed by the log. */
function showRecord(reader: AnswerReader, opened: readonly OpenedAnswer[]): Html {
  const promises = opened.flatMap((answer) => answer.promises)
  return html`<details class="record">
    <summary>${reader.say('record.summary')}</summary>
    <p>${reader.say('record.body', { count: promises.length })}</p>
    ${promises.map((promise) => html`<pre class="document" tabindex="0">${promise}</pre>`)}
    <p><a href="/verify">${reader.say('record.verify')}</a> · <a href="/me">${reader.say('record.all')}</a></p>
  </details>`
}
