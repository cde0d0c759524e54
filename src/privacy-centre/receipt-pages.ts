import type { FastifyReply } from 'fastify'
import { html, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import type { ReceiptId, StoredReceipt } from '../receipts/index.ts'
import { idOf, limited } from './centre-params.ts'
import { showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { bankNames } from './looks-pages.ts'
import { sendFile } from './send-file.ts'
import { bodyOf, showFacts } from './show-facts.ts'
import type { Names } from './show-facts.ts'

/** What was done for the customer, signed: listed, read in plain words, taken along. */
export function addReceiptPages(scope: HttpServer, tools: CentreTools): void {
  const { receipts, consent } = tools.deps
  const find = (call: Call): Promise<StoredReceipt | undefined> => {
    const id = idOf<ReceiptId>(call.request)
    return id === undefined
      ? Promise.resolve(undefined)
      : receipts.load(consent.database, { customer: call.customer, id })
  }

  scope.get(
    '/me/receipts',
    limited,
    signedIn(tools, async (call) => {
      const { words } = call.reader
      const [list, names] = await Promise.all([receipts.list(consent.database, call.customer), bankNames(tools)])
      return showCentre(tools, call, {
        title: words.say('receipts.title'),
        body: html`<h1>${words.say('receipts.title')}</h1>
          <p>${words.say('receipts.body')}</p>
          ${
            list.length === 0
              ? html`<p>${words.say('receipts.none')}</p>`
              : html`<ul class="rows plain">
                  ${list.map((receipt) => showRow(call, receipt, names))}
                </ul>`
          }`,
      })
    }),
  )

  scope.get(
    '/me/receipts/:id',
    limited,
    signedIn(tools, async (call) => {
      const receipt = await find(call)
      return receipt === undefined
        ? tools.showTrouble(call.request, call.reply, 'notFound')
        : showReceipt(tools, call, receipt)
    }),
  )

  scope.get(
    '/me/receipts/:id/file',
    limited,
    signedIn(tools, async (call) => {
      const receipt = await find(call)
      if (receipt === undefined) return tools.showTrouble(call.request, call.reply, 'notFound')
      return sendFile(call.reply, { name: `parley-receipt-${receipt.id}.txt`, type: 'text/plain', text: receipt.note })
    }),
  )
}

function showRow(call: Call, receipt: StoredReceipt, names: Names): Html {
  return html`<li>
    <a class="row-link" href="/me/receipts/${receipt.id}"
      ><span class="row-name">${nameOf(call, receipt, names)}</span>
      <span class="muted block">${readerTime.moment(call.reader, receipt.at)}</span></a
    >
  </li>`
}

/** Kinds with a sentence of their own; any other is a receipt all the same. */
const kinds = ['revocation', 'erasure', 'unlink', 'notice-ended', 'platform-deletion'] as const

function nameOf({ reader }: Call, receipt: StoredReceipt, names: Names): string {
  const kind = kinds.find((name) => name === receipt.kind) ?? 'other'
  const bank = bankOf(receipt)
  return reader.words.say(`receipt.${kind}`, { bank: (bank && names.get(bank)) ?? bank ?? '' })
}

function bankOf(receipt: StoredReceipt): string | undefined {
  const bank = bodyOf(receipt.note)?.['institution']
  return typeof bank === 'string' ? bank : undefined
}

async function showReceipt(tools: CentreTools, call: Call, receipt: StoredReceipt): Promise<FastifyReply> {
  const { words } = call.reader
  const names = await bankNames(tools)
  return showCentre(tools, call, {
    title: words.say('receipt.title'),
    body: html`<h1>${nameOf(call, receipt, names)}</h1>
      <p>${readerTime.moment(call.reader, receipt.at)}</p>
      <section class="card">${showFacts(call.reader, receipt.note, names)}</section>
      <p><a class="button" href="/me/receipts/${receipt.id}/file" download>${words.say('receipt.download')}</a></p>
      <p class="muted">${words.say('receipt.downloadHint')} <a href="/verify">${words.say('look.verify')}</a></p>
      <details>
        <summary>${words.say('receipt.note')}</summary>
        <pre class="document" tabindex="0">${receipt.note}</pre>
      </details>
      <p><a class="link" href="/me/receipts">${words.say('receipt.all')}</a></p>`,
  })
}
