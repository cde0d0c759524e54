import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { purposes } from '../kernel/index.ts'
import type { Terms } from '../kernel/index.ts'
import { offeredClasses } from './build-terms.ts'
import { channelName } from './link-route.ts'

/** What the words need besides the terms: names that the terms do not hold. */
export type TermsNames = {
  readonly bank: string
  /** How each account is called, as far as we know; the others are counted. */
  readonly accounts: ReadonlyMap<string, string>
}

/** Signed or to be signed terms, in words: one line for each thing the document says, and the document itself. */
export function showTerms(words: Words, terms: Terms, document: string, names: TermsNames): Html {
  const channel = channelName(words, terms.channel)
  return html`<dl class="facts">
      <dt>${words.say('terms.who')}</dt>
      <dd>${words.say('terms.whoValue', { channel })}</dd>
      <dt>${words.say('terms.bank')}</dt>
      <dd>${names.bank}</dd>
      <dt>${words.say('terms.accounts')}</dt>
      <dd>${showAccountNames(words, terms, names)}</dd>
      ${purposes.flatMap((purpose) => {
        const classes = terms.purposes[purpose]
        if (classes === undefined) return []
        const what = classes.map((name) => words.say(`class.${name}.name`)).join(', ')
        return [
          html`<dt>${words.say('terms.what')}</dt>
            <dd>${what}</dd>
            <dt>${words.say('terms.purpose')}</dt>
            <dd>${words.say(`purpose.${purpose}.name`)}</dd>`,
        ]
      })}
      ${showNotShared(words, terms)}
      <dt>${words.say('terms.shown', { channel })}</dt>
      <dd>
        ${words.say(`level.${terms.disclosure}.name`)}. ${words.say(`level.${terms.disclosure}.learns`, { channel })}
      </dd>
      <dt>${words.say('terms.ends')}</dt>
      <dd>${formatEnd(words, terms)}</dd>
    </dl>
    <details>
      <summary>${words.say('terms.document')}</summary>
      <p class="muted">${words.say('terms.documentHint')}</p>
      <pre class="document" tabindex="0">${document}</pre>
    </details>`
}

// What was offered and left off, so that nobody has to find out by comparing.
function showNotShared(words: Words, terms: Terms): Html | undefined {
  const asked = new Set(Object.values(terms.purposes).flat())
  const left = offeredClasses.filter((name) => !asked.has(name))
  if (terms.kind !== 'sharing' || left.length === 0) return undefined
  return html`<dt>${words.say('terms.notShared')}</dt>
    <dd>${left.map((name) => words.say(`class.${name}.name`)).join(', ')}</dd>`
}

function showAccountNames(words: Words, terms: Terms, names: TermsNames): string {
  const known = terms.accounts.map((id) => names.accounts.get(id)).filter((name) => name !== undefined)
  if (known.length < terms.accounts.length) return words.say('terms.accountsCount', { count: terms.accounts.length })
  return known.join(', ')
}

/** The moment the terms end, spelled out; they end in UTC, so that is said. */
function formatEnd(words: Words, terms: Terms): string {
  return new Intl.DateTimeFormat(words.language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
    .format(Date.parse(terms.expiresAt))
    .concat(' UTC')
}
