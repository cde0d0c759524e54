import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessions } from '../customers/index.ts'
import { beginErasure, loadEraseStatus } from '../erasure/index.ts'
import type { EraseStatus, ErasureId } from '../erasure/index.ts'
import { eraseChallenge } from '../keystore/index.ts'
import { handOff, html, passkeyForm, readerTime, sendOnward } from '../pages/index.ts'
import type { Html, Reader } from '../pages/index.ts'
import { unreachable } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { idOf, limited, limitedPasskey } from './centre-params.ts'
import { showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { beginAct, finishAct } from './fresh-passkey.ts'
import { bankNames } from './looks-pages.ts'
import { sendFile } from './send-file.ts'
import { showFacts } from './show-facts.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'

/**
 * Erasing: what it does and cannot do, the passkey's word over the keystore's own challenge, and the page at its end. That page
 * needs no session, for nobody has one any more; whoever knows its random address sees how far it is, and the receipt.
 */
export function addErasePages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.get(
    '/me/erase',
    limited,
    signedIn(tools, (call) => showErase(tools, call)),
  )
  scope.post(
    '/me/erase/challenge',
    limitedPasskey,
    signedIn(tools, (call) => beginAct(tools, call, 'erase', { challenge: eraseChallenge(call.customer) })),
  )
  scope.post(
    '/me/erase',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const { customer, request, reply } = call
      const approved = await finishAct(tools, call, 'erase')
      if (!approved.ok) return showPasskeyRefused(tools, request, reply, approved.code)
      const begun = await beginErasure(
        { database, random: deps.random },
        { customer, approval: approved.value.response },
      )
      if (!begun.ok) return showPasskeyRefused(tools, request, reply, 'keystore/erased')
      await sessions.end(database, call.session)
      sessions.dropCookie(reply, 'me')
      deps.logger.info('centre.erasing', { requestId: request.id })
      const zone = new URLSearchParams({ zone: call.reader.timeZone }).toString()
      return sendOnward(reply, `/me/erased/${begun.value}?${zone}`)
    }),
  )

  scope.get('/me/erased/:id', limited, async (request, reply) => {
    const found = await findStatus(tools, request)
    return found === undefined
      ? tools.showTrouble(request, reply, 'notFound')
      : showErased(tools, request, reply, found)
  })

  scope.get('/me/erased/:id/receipt', limited, async (request, reply) => {
    const found = await findStatus(tools, request)
    if (found?.status.state !== 'done') return tools.showTrouble(request, reply, 'notFound')
    const { receipt, note } = found.status
    return sendFile(reply, { name: `parley-receipt-${receipt}.txt`, type: 'text/plain', text: note })
  })
}

type Found = { readonly id: ErasureId; readonly status: EraseStatus }

async function findStatus(tools: CentreTools, request: FastifyRequest): Promise<Found | undefined> {
  const id = idOf<ErasureId>(request)
  const status = id && (await loadEraseStatus(tools.deps.consent.database, id))
  return id === undefined || status === undefined ? undefined : { id, status }
}

function showErase(tools: CentreTools, call: Call): FastifyReply {
  const { words } = call.reader
  const list = (keys: readonly string[]): Html =>
    html`<ul>
      ${keys.map((key) => html`<li>${words.say(`erase.${key}`)}</li>`)}
    </ul>`
  return showCentre(tools, call, {
    title: words.say('erase.title'),
    body: html`<h1>${words.say('erase.title')}</h1>
      <p>${words.say('erase.body')}</p>
      <section class="card">
        <h2 class="first">${words.say('erase.goes')}</h2>
        ${list(['goes.now', 'goes.keys', 'goes.bank', 'goes.rows'])}
        <h2>${words.say('erase.stays')}</h2>
        ${list(['stays.law', 'stays.log', 'stays.messenger'])}
      </section>
      <p><a class="link" href="/me/export">${words.say('erase.export')}</a></p>
      <p class="note danger">${words.say('erase.final')}</p>
      <div class="grave">
        ${passkeyForm(words, { kind: 'get', action: '/me/erase', button: words.say('erase.button') })}
      </div>
      ${handOff(words, { hidden: true })}
      <p><a class="link" href="/me">${words.say('erase.leave')}</a></p>`,
  })
}

async function showErased(
  tools: CentreTools,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, status }: Found,
): Promise<FastifyReply> {
  const words = tools.words(request)
  const asked = new URL(request.url, 'http://page').searchParams.get('zone')
  const reader = { words, timeZone: readerTime.zone(asked) }
  const isOver = status.state === 'done' || status.state === 'refused'
  const names = await bankNames(tools)
  return tools.show(request, reply, {
    title: words.say('erased.title'),
    script: 'me',
    style: 'me',
    body: html`<h1>${words.say(`erased.${status.state}.title`)}</h1>
      <p role="status" ${isOver ? undefined : html` data-look-again`}>${stateText(reader, status)}</p>
      ${isOver ? undefined : html`<p><a class="button quiet" href="${request.url}">${words.say('erased.again')}</a></p>`}
      ${
        status.state !== 'done'
          ? undefined
          : html`<section class="card">${showFacts(reader, status.note, names)}</section>
              <p><a class="button" href="/me/erased/${id}/receipt" download>${words.say('receipt.download')}</a></p>
              <p class="muted">${words.say('erased.keep')}</p>
              <details>
                <summary>${words.say('receipt.note')}</summary>
                <pre class="document" tabindex="0">${status.note}</pre>
              </details>`
      }`,
  })
}

function stateText(reader: Reader, status: EraseStatus): string {
  const { words } = reader
  switch (status.state) {
    case 'begun':
      return words.say('erased.begun.body')
    case 'destroyed':
      return words.say('erased.destroyed.body', { day: readerTime.day(reader, status.lastCopyAt) })
    case 'done':
      return words.say('erased.done.body', { day: readerTime.day(reader, status.lastCopyAt) })
    case 'refused':
      return words.say('erased.refused.body')
    default:
      return unreachable(status)
  }
}
