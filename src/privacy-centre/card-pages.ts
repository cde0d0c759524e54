import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { handOff, html, passkeyForm } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limitedExport, limitedPasskey } from './centre-params.ts'
import { sendDone, showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools, Done } from './centre-route.ts'
import { type BankCards, type OwnCard, type OwnCardAct, changeOwnCard, fetchCards } from './fetch-cards.ts'
import { beginAct, finishAct } from './fresh-passkey.ts'
import { listSharing } from './list-sharing.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'

/** A card in an address; see fetch-cards.ts. */
const refShape = /^[A-Za-z0-9_-]{22}$/

/**
 * The customer's cards, live. Freezing one takes the session alone, since it makes things safer; unfreezing takes a fresh passkey over a
 * challenge that is bound to that very card (P4).
 */
export function addCardPages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools

  scope.get(
    '/me/cards',
    limitedExport,
    signedIn(tools, (call) => showCards(tools, call)),
  )

  scope.post(
    '/me/cards/:card/freeze',
    limitedExport,
    signedIn(tools, async (call) => {
      const ref = refOf(call)
      // The same button pressed twice in a minute is one act.
      const minute = Math.floor(deps.clock.now() / 60_000)
      return change(tools, call, { ref, to: 'frozen', key: keyOf(['freeze', ref, call.customer, String(minute)]) })
    }),
  )

  scope.post(
    '/me/cards/:card/unfreeze/challenge',
    limitedPasskey,
    signedIn(tools, (call) => beginAct(tools, call, 'unfreeze', { about: refOf(call) })),
  )
  scope.post(
    '/me/cards/:card/unfreeze',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const ref = refOf(call)
      const approved = await finishAct(tools, call, 'unfreeze', { about: ref })
      if (!approved.ok) return showPasskeyRefused(tools, call.request, call.reply, approved.code)
      const signature = Buffer.from(approved.value.signature).toString('base64url')
      return change(tools, call, { ref, to: 'active', key: keyOf(['unfreeze', ref, signature]) })
    }),
  )
}

async function change(tools: CentreTools, call: Call, act: OwnCardAct): Promise<FastifyReply> {
  const { deps } = tools
  const sharing = await listSharing(deps.consent.database, call.customer)
  const outcome = await changeOwnCard(deps, call.customer, sharing, act)
  deps.logger.info('centre.card-changed', { requestId: call.request.id, status: outcome })
  const done: Done = outcome !== 'done' ? 'cardUnchanged' : act.to === 'frozen' ? 'cardFrozen' : 'cardUnfrozen'
  return sendDone(call.reply, '/me/cards', done)
}

/** The card in the address; one that cannot be any where it is none. */
function refOf({ request }: Call): string {
  const text = new URL(request.url, 'http://page').pathname.split('/')[3] ?? ''
  return refShape.test(text) ? text : ''
}

function keyOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n'), 'utf8').digest('base64url')
}

async function showCards(tools: CentreTools, call: Call): Promise<FastifyReply> {
  const { words } = call.reader
  const sharing = await listSharing(tools.deps.consent.database, call.customer)
  const banks = await fetchCards(tools.deps, call.customer, sharing)
  return showCentre(tools, call, {
    title: words.say('cards.title'),
    body: html`<h1>${words.say('cards.title')}</h1>
      <p>${words.say('cards.body')}</p>
      ${banks.length === 0 ? html`<p role="status">${words.say('cards.none')}</p>` : banks.map((bank) => showBank(call, bank))}
      ${handOff(words, { hidden: true })}`,
  })
}

function showBank(call: Call, { name, cards }: BankCards): Html {
  const { words } = call.reader
  return html`<section class="card" aria-label="${name}">
    <h2 class="first">${name}</h2>
    ${
      cards === undefined
        ? html`<p class="note warn">${words.say('cards.unreached', { bank: name })}</p>`
        : cards.length === 0
          ? html`<p>${words.say('cards.noneAtBank', { bank: name })}</p>`
          : cards.map((card) => showCard(call, card))
    }
  </section>`
}

function showCard({ reader }: Call, { ref, bank, state }: OwnCard): Html {
  const { words } = reader
  const digits = state.lastDigits?.reveal() ?? ''
  const name = digits === '' ? words.say('cards.unnamed', { bank }) : words.say('cards.ending', { digits })
  const action = `/me/cards/${ref}`
  return html`<div class="row">
    <h3>${name}</h3>
    <p>${words.say(`cards.${state.status}`)}</p>
    ${
      state.status === 'active'
        ? html`<form method="post" action="${action}/freeze">
            <button type="submit" class="danger" aria-label="${words.say('cards.freeze')}: ${name}">
              ${words.say('cards.freeze')}
            </button>
          </form>`
        : undefined
    }
    ${
      state.status === 'frozen'
        ? passkeyForm(words, { kind: 'get', action: `${action}/unfreeze`, button: words.say('cards.unfreeze') })
        : undefined
    }
  </div>`
}
