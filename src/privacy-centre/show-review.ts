import type { FastifyReply } from 'fastify'
import type { SharedTerms } from '../consent/index.ts'
import { html, passkeyForm, readerTime } from '../pages/index.ts'
import type { Html, Reader } from '../pages/index.ts'
import { parseTerms, purposes, toInstant } from '../kernel/index.ts'
import type { Terms } from '../kernel/index.ts'
import { sendDone, showCentre } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { nameOfBank } from './list-sharing.ts'

type Reviewed = { readonly shared: SharedTerms; readonly document: string; readonly challenge: string }

/** The changed terms in words and word for word, to be signed. */
export async function showReview(tools: CentreTools, call: Call, reviewed: Reviewed): Promise<FastifyReply> {
  const { words } = call.reader
  const terms = parseTerms(reviewed.document)
  if (!terms.ok) return sendDone(call.reply, '/me', 'nothing')
  const bank = await nameOfBank(tools.deps.consent.database, terms.value.institution)
  const channel = words.say(`channel.${terms.value.channel}`)
  const { disclosure } = terms.value
  return showCentre(tools, call, {
    title: words.say('review.title'),
    body: html`<h1>${words.say('review.title')}</h1>
      <p>${words.say('review.body', { channel })}</p>
      <section class="card">
        ${termsInWords(call.reader, terms.value, bank)}
        <details>
          <summary>${words.say('review.document')}</summary>
          <p class="muted">${words.say('review.documentHint')}</p>
          <pre class="document" tabindex="0">${reviewed.document}</pre>
        </details>
      </section>
      ${disclosure === 'sealed' ? undefined : html`<p class="note warn">${words.say(`review.warning.${disclosure}`, { channel })}</p>`}
      <p>${words.say('review.never')}</p>
      ${passkeyForm(words, { kind: 'get', action: `/me/sign/${reviewed.challenge}`, button: words.say('review.button') })}
      <p><a class="link" href="/me/sharing/${reviewed.shared.terms.id}">${words.say('review.back')}</a></p>`,
  })
}

function termsInWords(reader: Reader, terms: Terms, bank: string): Html {
  const { words } = reader
  const channel = words.say(`channel.${terms.channel}`)
  return html`<dl class="facts">
    <dt>${words.say('review.who')}</dt>
    <dd>${words.say('review.whoValue', { channel })}</dd>
    <dt>${words.say('review.bank')}</dt>
    <dd>${bank}</dd>
    <dt>${words.say('review.accounts')}</dt>
    <dd>${words.say('sharing.accounts', { count: terms.accounts.length })}</dd>
    ${purposes.flatMap((purpose) => {
      const classes = terms.purposes[purpose]
      if (classes === undefined) return []
      return [
        html`<dt>${words.say('review.what')}</dt>
          <dd>${classes.map((name) => words.say(`class.${name}`)).join(', ')}</dd>
          <dt>${words.say('review.purpose')}</dt>
          <dd>${words.say(`purpose.${purpose}`)}</dd>`,
      ]
    })}
    <dt>${words.say('review.shown', { channel })}</dt>
    <dd>${words.say(`level.${terms.disclosure}`)}. ${words.say(`learns.${terms.disclosure}`, { channel })}</dd>
    <dt>${words.say('review.ends')}</dt>
    <dd>${readerTime.moment(reader, toInstant(Date.parse(terms.expiresAt)))}</dd>
  </dl>`
}
