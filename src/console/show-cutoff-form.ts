import { cutoffReasonLengths, isCutoffReason } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { NamedTarget } from './cutoff-names.ts'

/** What somebody has filled in so far; as it was sent. */
export type CutoffDraft = { readonly target: string; readonly typed: string; readonly reason: string }

/** The form to cut something off: which, its name typed out, and why. What was wrong with it stands beside the field. */
export function showCutoffForm(words: Words, targets: readonly NamedTarget[], draft: CutoffDraft | undefined): Html {
  const chosen = targets.find(({ target }) => `${target.kind}:${target.target}` === draft?.target)
  const wrong = {
    target: draft !== undefined && chosen === undefined,
    typed: draft !== undefined && chosen?.name.toLocaleLowerCase('en') !== draft.typed.trim().toLocaleLowerCase('en'),
    reason: draft !== undefined && !isCutoffReason(draft.reason),
  }
  return html`<form method="post" action="/console/cutoffs" class="card" id="new" novalidate>
    <h2 class="first">${words.say('form.title')}</h2>
    <p>${words.say('form.body')}</p>
    ${Object.values(wrong).includes(true) && html`<p class="note danger" role="alert">${words.say('form.wrong')}</p>`}
    <label for="target">${words.say('form.target')}</label>
    <select id="target" name="target" required${flaw(wrong.target, 'target')}>
      <option value="">${words.say('form.choose')}</option>
      ${(['platform', 'channel', 'institution'] as const).map((kind) => group(words, targets, kind, draft?.target))}
    </select>
    ${wrong.target && error('target', words.say('form.targetWrong'))}
    <label for="typed" class="after-field">${words.say('form.typed')}</label>
    <input
      id="typed"
      name="typed"
      value="${draft?.typed ?? ''}"
      autocomplete="off"
      spellcheck="false"
      maxlength="80"
      required${flaw(wrong.typed, 'typed')}
    />
    <p class="hint">${words.say('form.typedHint')}</p>
    ${wrong.typed && error('typed', words.say('form.typedWrong', { name: chosen?.name ?? '' }))}
    <label for="reason" class="after-field">${words.say('form.reason')}</label>
    <textarea
      id="reason"
      name="reason"
      rows="3"
      minlength="${cutoffReasonLengths.min}"
      maxlength="${cutoffReasonLengths.max}"
      required${flaw(wrong.reason, 'reason')}
    >
${draft?.reason ?? ''}</textarea>
    <p class="hint">${words.say('form.reasonHint')}</p>
    ${wrong.reason && error('reason', words.say('form.reasonWrong', { min: cutoffReasonLengths.min, max: cutoffReasonLengths.max }))}
    <button type="submit" class="danger">${words.say('form.button')}</button>
  </form>`
}

function group(
  words: Words,
  targets: readonly NamedTarget[],
  kind: NamedTarget['target']['kind'],
  chosen: string | undefined,
): Html {
  const own = targets.filter(({ target }) => target.kind === kind)
  if (own.length === 0) return html``
  return html`<optgroup label="${words.say('form.group', { kind })}">
    ${own.map(({ target, name }) => {
      const value = `${target.kind}:${target.target}`
      return html`<option value="${value}" ${value === chosen && html` selected`}>${name}</option>`
    })}
  </optgroup>`
}

function flaw(isWrong: boolean, name: string): Html | false {
  return isWrong && html` aria-invalid="true" aria-describedby="${name}-wrong"`
}

function error(name: string, sentence: string): Html {
  return html`<p class="field-error" id="${name}-wrong">${sentence}</p>`
}
