import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { lookedClasses } from './leave-classes.ts'
import { wordsCharactersMax } from './limits.ts'
import type { Beside, Leave } from './page-store.ts'
import { timeOf } from './place-row.ts'
import { shownText } from './shown-text.ts'
import type { Suggestion } from './suggestions.ts'
import type { OpenHandover, ThreadLine } from './take-handover.ts'

/** A note, opened. */
export type ShownNote = {
  readonly by: string
  readonly at: OpenHandover['askedAt']
  readonly text: string
  readonly onReturn: boolean
}

/** A conversation in hand and what stands beside it. */
export type Talk = {
  readonly open: OpenHandover
  readonly beside: Beside
  readonly notes: readonly ShownNote[]
  readonly leaves: readonly Leave[]
  readonly suggestions: readonly Suggestion[]
  /** What was written and not sent, and why. */
  readonly draft?: string | undefined
  readonly refused?: Html | undefined
  readonly found?: Html | undefined
}

type Speech = { readonly words: Words; readonly timeZone: string }

/** The conversation itself. Everything that people wrote is inert text. */
export function showTalk({ words, timeZone }: Speech, talk: Talk): Html {
  const { open, beside, draft, refused, found } = talk
  const time = (at: OpenHandover['askedAt']): string => timeOf(words, timeZone, at)
  const because = `because.${open.because}`
  const language = words.say(`language.${open.conversation.language}`)
  const bank = open.institutionName ?? '–'
  return html`<p class="back"><a class="link" href="/desk">‹ ${words.say('back')}</a></p>
    <h2 class="first">${words.has(because) ? words.say(because) : open.because}</h2>
    <p class="muted">${words.say('talk.who', { bank, language, time: time(open.askedAt) })}</p>
    ${beside.botFailed !== undefined && html`<p class="note warn" data-bot-failed>${words.say('bot.banner', { time: time(beside.botFailed.at), reference: beside.botFailed.reference })}</p>`}
    ${beside.isElsewhere && html`<p class="note warn" data-elsewhere>${words.say('talk.elsewhere')}</p>`}
    ${open.customer === undefined && html`<p class="note">${words.say('talk.noCustomer')}</p>`}
    <form method="post" action="/desk/${open.handover}/keep" class="lease" data-lease="${String(open.leaseUntil)}">
      <p>
        <strong>${words.say('lease.left', { time: time(open.leaseUntil) })}</strong>
        <span class="left" data-left role="timer"></span>
        <span class="muted block">${words.say('lease.hint')}</span>
      </p>
      <p class="note warn" role="alert" data-soon data-words="${words.say('lease.soon')}" hidden></p>
      <button type="submit" class="quiet small">${words.say('lease.keep')}</button>
    </form>
    ${refused}${found}
    <section aria-labelledby="question">
      <h3 id="question">${words.say('talk.question')}</h3>
      ${lines(open.question.reveal(), 'said customer')}
      ${
        open.fraudCase !== undefined &&
        html`<h3>${words.say('talk.case', { number: open.fraudCase.number })}</h3>
          ${open.fraudCase.details.reveal() !== open.question.reveal() && lines(open.fraudCase.details.reveal(), 'said customer')}`
      }
    </section>
    <section aria-labelledby="thread">
      <h3 id="thread">${words.say('talk.thread')}</h3>
      <div class="thread" role="log" aria-labelledby="thread" tabindex="0">
        <ol class="plain" data-thread="${String(open.thread.length)}">
          ${open.thread.map((line) => showLine({ words, timeZone }, line))}
        </ol>
      </div>
    </section>
    <form method="post" action="/desk/${open.handover}/say" class="say">
      <label for="say">${words.say('say.label', { language })}</label>
      <textarea
        id="say"
        name="words"
        rows="4"
        maxlength="${String(wordsCharactersMax)}"
        aria-describedby="say-hint"
        required
        lang="${open.conversation.language}"
        data-say
      >
${draft ?? ''}</textarea>
      <p class="hint" id="say-hint">${words.say('say.hint')}</p>
      <button type="submit">${words.say('say.send')}</button>
    </form>
    ${showSuggestions({ words, timeZone }, talk)}`
}

/** One line of what was written, as the page and its script show it. */
export function lineOf(speech: Speech, { by, at, carried, text }: ThreadLine) {
  const { words, timeZone } = speech
  const place = carried === 'sealed-page' ? ` · ${words.say('talk.sealedPage')}` : ''
  return {
    by,
    head: `${words.say(by === 'customer' ? 'talk.customer' : 'talk.you')} · ${timeOf(words, timeZone, at)}${place}`,
    text: shownText.inert(text.reveal()),
  }
}

function showLine(speech: Speech, line: ThreadLine): Html {
  const { by, head, text } = lineOf(speech, line)
  return html`<li class="said ${by}"><span class="muted block">${head}</span><span class="text">${text}</span></li>`
}

function lines(text: string, kind: string): Html {
  return html`<p class="${kind}"><span class="text">${shownText.inert(text)}</span></p>`
}

function showSuggestions({ words }: Speech, { open, suggestions }: Talk): Html {
  return html`<details class="suggestions" ${suggestions.length > 0 && html` open`}>
    <summary>${words.say('suggest.title')}</summary>
    <ul class="plain">
      ${suggestions.map(
        ({ text, meaning }) =>
          html`<li>
            <form method="post" action="/desk/${open.handover}/say">
              <input type="hidden" name="words" value="${text}" />
              <button type="submit" class="quiet suggestion" data-suggestion>
                <span lang="${open.conversation.language}">${text}</span
                >${text !== meaning && html`<span class="muted block">${meaning}</span>`}
              </button>
            </form>
          </li>`,
      )}
    </ul>
  </details>`
}

/** What stands beside it: what may be seen, the notes, and the way back. */
export function showBeside(speech: Speech, talk: Talk): Html {
  const { words } = speech
  const { handover } = talk.open
  return html`${showMayISee(speech, talk)}
    <section class="card" aria-labelledby="notes">
      <h2 class="first" id="notes">${words.say('note.title')}</h2>
      <p class="muted">${words.say('note.body')}</p>
      ${
        talk.notes.length === 0
          ? html`<p>${words.say('note.none')}</p>`
          : html`<ul class="plain notes">
              ${talk.notes.map((note) => showNote(speech, note))}
            </ul>`
      }
      <form method="post" action="/desk/${handover}/note">
        <label for="note">${words.say('note.label')}</label>
        <textarea id="note" name="note" rows="2" maxlength="2000" required data-note></textarea>
        <button type="submit" class="quiet">${words.say('note.save')}</button>
      </form>
    </section>
    <form method="post" action="/desk/${handover}/return" class="card" data-return>
      <h2 class="first">${words.say('return.title')}</h2>
      <p class="muted">${words.say('return.hint')}</p>
      <label for="return-note">${words.say('return.note')}</label>
      <textarea id="return-note" name="note" rows="2" maxlength="1000"></textarea>
      ${talk.open.fraudCase !== undefined && html`<label class="choice"><input type="checkbox" name="close" value="on" /> <span>${words.say('return.close')}</span></label>`}
      <button type="submit" class="quiet" data-return-button>${words.say('return.button')}</button>
    </form>`
}

function showNote({ words, timeZone }: Speech, { by, at, text, onReturn }: ShownNote): Html {
  const when = timeOf(words, timeZone, at)
  return html`<li>
    <span class="muted block">${by} · ${when}${onReturn && ` · ${words.say('note.onReturn')}`}</span>
    <span class="text">${shownText.inert(text)}</span>
  </li>`
}

/** The one box that says what an agent sees, and why. */
function showMayISee({ words, timeZone }: Speech, { open, leaves }: Talk): Html {
  const named = ({ classes }: Leave): string =>
    new Intl.ListFormat(words.language).format(classes.map((name) => words.say(`class.${name}`)))
  const asked = leaves.find(({ answer, isOver }) => answer === undefined && !isOver)
  const allowed = leaves.filter(({ until }) => until !== undefined)
  const [last] = leaves
  const may = new Set(allowed.flatMap(({ classes }) => classes))
  const left = lookedClasses.filter((name) => !may.has(name))
  const time = (at: OpenHandover['askedAt']): string => timeOf(words, timeZone, at)
  return html`<section class="card see" aria-labelledby="see" tabindex="-1" data-see="${stateOf(leaves)}">
    <h2 class="first" id="see">${words.say('see.title')}</h2>
    <p>${words.say('see.words')}</p>
    ${allowed.length === 0 && html`<p>${words.say('see.nothing')}</p>`}
    ${asked !== undefined && html`<p class="note">${words.say('see.asked', { time: time(asked.askedAt), classes: named(asked) })}</p>`}
    ${last?.answer === 'refused' && html`<p class="note warn">${words.say('see.refused', { classes: named(last) })}</p>`}
    ${last?.answer === 'allowed' && last.until === undefined && html`<p class="note">${words.say('see.over', { classes: named(last) })}</p>`}
    ${allowed.map(
      (leave) =>
        html`<p class="note ok">${words.say('see.allowed', { time: time(leave.until ?? open.leaseUntil) })}</p>
          ${leave.classes.map(
            (name) =>
              html`<form method="post" action="/desk/${open.handover}/look" data-waits>
                <input type="hidden" name="class" value="${name}" />
                <button type="submit">${words.say('see.look', { class: words.say(`class.${name}`) })}</button>
                <div class="skeleton" data-skeleton hidden></div>
                <p
                  class="muted status"
                  role="status"
                  data-slow="${words.say('see.asking', { bank: open.institutionName ?? '–' })}"
                ></p>
              </form>`,
          )}
          <p class="muted">${words.say('see.logged')}</p>`,
    )}
    ${
      open.customer !== undefined && asked === undefined && left.length > 0
        ? html`<form method="post" action="/desk/${open.handover}/ask">
            <fieldset>
              <legend>${words.say('see.ask')}</legend>
              ${left.map((name, at) => html`<label class="choice"><input type="checkbox" name="class" value="${name}" ${at === 0 && allowed.length === 0 && html` checked`} /> <span>${words.say(`class.${name}`)}</span></label>`)}
            </fieldset>
            <button type="submit" class="quiet" data-ask>${words.say('see.askButton')}</button>
          </form>`
        : undefined
    }
  </section>`
}

/** How the questions stand, in a word that changes when they do. */
export function stateOf(leaves: readonly Leave[]): string {
  return leaves
    .map(({ id, answer, isOver, until }) => `${id.slice(0, 8)}${answer ?? ''}${String(isOver)}${until ?? ''}`)
    .join(',')
}
