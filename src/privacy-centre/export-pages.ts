import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { sessions } from '../customers/index.ts'
import { addNotice } from '../notices/index.ts'
import { handOff, html, passkeyForm, sendOnward } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited, limitedExport, limitedPasskey } from './centre-params.ts'
import { showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { fetchFigures } from './fetch-figures.ts'
import { beginAct, finishAct } from './fresh-passkey.ts'
import { listSharing } from './list-sharing.ts'
import { fileHeaders, sendFile } from './send-file.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'
import { writeBundle } from './write-bundle.ts'
import { writeCsv } from './write-csv.ts'
import { writeOfx } from './write-ofx.ts'

/** Everything to take along. A fresh passkey opens the files for five minutes; figures of banks are fetched live, as looks. */
export function addExportPages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools

  scope.get(
    '/me/export',
    limited,
    signedIn(tools, (call) => showExport(tools, call)),
  )
  scope.post(
    '/me/export/challenge',
    limitedPasskey,
    signedIn(tools, (call) => beginAct(tools, call, 'export')),
  )
  scope.post(
    '/me/export',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const approved = await finishAct(tools, call, 'export')
      if (!approved.ok) return showPasskeyRefused(tools, call.request, call.reply, approved.code)
      await deps.consent.database.transaction(async (tx) => {
        await sessions.allowExport(tx, call.session)
        await addNotice(tx, { customer: call.customer, kind: 'exported' })
      })
      return sendOnward(call.reply, '/me/export')
    }),
  )

  scope.post(
    '/me/export/bundle',
    limitedExport,
    allowed(tools, (call) => {
      deps.logger.info('centre.exported', { requestId: call.request.id })
      const stream = Readable.from(writeBundle(deps, call))
      // Breaking off is all that can be done once a file is on its way; the log says why.
      stream.on('error', (thrown) => deps.logger.fault('centre.export-broken', thrown, { requestId: call.request.id }))
      return call.reply.headers(fileHeaders({ name: 'parley-export.json', type: 'application/json' })).send(stream)
    }),
  )

  for (const kind of ['ofx', 'csv'] as const) {
    scope.post(
      `/me/export/accounts.${kind}`,
      limitedExport,
      allowed(tools, async (call) => {
        const sharing = await listSharing(deps.consent.database, call.customer)
        const figures = await fetchFigures(deps, call.customer, sharing)
        if (!figures.some(({ accounts }) => accounts !== undefined)) return showNoFigures(tools, call)
        const text = kind === 'csv' ? writeCsv(figures) : writeOfx(figures, deps.clock.now())
        const type = kind === 'csv' ? 'text/csv' : 'application/x-ofx'
        return sendFile(call.reply, { name: `parley-accounts.${kind}`, type, text })
      }),
    )
  }
}

// Without the fresh passkey of the last minutes, the page that asks for it.
function allowed(tools: CentreTools, handle: (call: Call) => Promise<FastifyReply> | FastifyReply) {
  return signedIn(tools, (call) => (call.session.mayExport ? handle(call) : sendOnward(call.reply, '/me/export')))
}

async function showExport(tools: CentreTools, call: Call): Promise<FastifyReply> {
  const { words } = call.reader
  const sharing = await listSharing(tools.deps.consent.database, call.customer)
  const files = html`<p class="note done" role="status" tabindex="-1" data-done>${words.say('export.open')}</p>
    ${showFile(call, 'bundle')}
    ${
      sharing.length === 0
        ? html`<p class="muted">${words.say('export.noBanks')}</p>`
        : html`<h2>${words.say('export.bankHeading')}</h2>
            <p>
              ${words.say('export.bankBody', { banks: new Intl.ListFormat(words.language).format(sharing.map(({ name }) => name)) })}
            </p>
            ${showFile(call, 'accounts.csv')} ${showFile(call, 'accounts.ofx')}`
    }`
  const ask = html`${passkeyForm(words, { kind: 'get', action: '/me/export', button: words.say('export.button') })}
  ${handOff(words, { hidden: true })}`
  return showCentre(tools, call, {
    title: words.say('export.title'),
    body: html`<h1>${words.say('export.title')}</h1>
      <p>${words.say('export.body')}</p>
      ${call.session.mayExport ? files : ask}
      <p class="muted">${words.say('export.care')}</p>`,
  })
}

function showFile({ reader }: Call, file: 'bundle' | 'accounts.csv' | 'accounts.ofx'): Html {
  const { words } = reader
  return html`<form method="post" action="/me/export/${file}" class="file">
    <button type="submit" class="quiet">${words.say(`file.${file}`)}</button>
    <p class="hint">${words.say(`file.${file}.hint`)}</p>
  </form>`
}

function showNoFigures(tools: CentreTools, call: Call): FastifyReply {
  const { words } = call.reader
  return showCentre(tools, call, {
    title: words.say('export.noneTitle'),
    status: 502,
    body: html`<h1>${words.say('export.noneTitle')}</h1>
      <p>${words.say('export.noneBody')}</p>
      <p class="muted">${words.say('page.reference')}: <span class="reference">${call.request.id}</span></p>
      <p><a class="button" href="/me/export">${words.say('export.back')}</a></p>`,
  })
}
