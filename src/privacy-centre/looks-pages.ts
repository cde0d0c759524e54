import type { FastifyReply } from 'fastify'
import { showAuditLooks } from './audit-looks.ts'
import { listInstitutions } from '../banks/index.ts'
import { html, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import { isInstitutionId } from '../kernel/index.ts'
import type { AuditEntryId, InstitutionId } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { idOf, limited, queryOf } from './centre-params.ts'
import { showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { checkEntry } from './check-entry.ts'
import { dayEnd, dayStart } from './day-bounds.ts'
import { sendFile } from './send-file.ts'
import { joinLooks } from './looks.ts'
import type { OwnLook } from './looks.ts'
import { openEntry } from './open-entry.ts'
import { listOwnEntries } from './own-entries-store.ts'
import type { LooksAsked, OwnEntry } from './own-entries-store.ts'
import { showDeskLooks } from './person-pages.ts'
import { showLookRow, showProof, whatOf, whereOf, whoOf, wordsOfDisclosed } from './show-look.ts'

/** Looks on one page. */
const looksShown = 20

/** Who looked: every look, one by one, and the proof of each to take along. */
export function addLooksPages(scope: HttpServer, tools: CentreTools): void {
  scope.get(
    '/me/looks',
    limited,
    signedIn(tools, (call) => showLooks(tools, call)),
  )

  scope.get(
    '/me/looks/:id',
    limited,
    signedIn(tools, async (call) => {
      const look = await findLook(tools, call)
      return look === undefined ? tools.showTrouble(call.request, call.reply, 'notFound') : showLook(tools, call, look)
    }),
  )

  scope.get(
    '/me/looks/:id/receipt',
    limited,
    signedIn(tools, async (call) => {
      const look = await findLook(tools, call)
      if (look === undefined) return tools.showTrouble(call.request, call.reply, 'notFound')
      const key = await tools.deps.centre.keystore.auditKey(call.customer)
      const opened = await Promise.all(
        [look.opened, ...look.disclosed].map((entry) => openEntry(tools.deps, { customer: call.customer, key, entry })),
      )
      const text = `${JSON.stringify({ v: 1, entries: opened }, null, 2)}\n`
      return sendFile(call.reply, { name: `parley-look-${look.opened.id}.json`, type: 'application/json', text })
    }),
  )
}

/** The newest looks, for the first page. */
export async function newestLooks(tools: CentreTools, call: Call, count: number): Promise<readonly OwnLook[]> {
  return joinLooks(await listOwnEntries(tools.deps.centre.database, call.session.hash, { limit: count }))
}

/** Names of banks by id, once for a page. */
export async function bankNames(tools: CentreTools): Promise<ReadonlyMap<InstitutionId, string>> {
  const banks = await listInstitutions(tools.deps.consent.database)
  return new Map(banks.map(({ id, name }) => [id, name]))
}

async function findLook(tools: CentreTools, call: Call): Promise<OwnLook | undefined> {
  const look = idOf<AuditEntryId>(call.request)
  if (look === undefined) return undefined
  return joinLooks(await listOwnEntries(tools.deps.centre.database, call.session.hash, { look, limit: 1 }))[0]
}

type Filter = { readonly bank: InstitutionId | undefined; readonly from: string; readonly to: string }

async function showLooks(tools: CentreTools, call: Call): Promise<FastifyReply> {
  const { reader } = call
  const { words } = reader
  const query = queryOf(call.request)
  const bank = query.get('bank') ?? ''
  const filter: Filter = {
    bank: isInstitutionId(bank) ? bank : undefined,
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
  }
  const before = /^\d{1,18}$/.exec(query.get('before') ?? '')?.[0]
  const asked = askedOf(filter, before, reader.timeZone)
  const [entries, names, audited, people] = await Promise.all([
    listOwnEntries(tools.deps.centre.database, call.session.hash, asked),
    bankNames(tools),
    isFiltered(filter) || before !== undefined ? undefined : showAuditLooks(tools, call),
    isFiltered(filter) || before !== undefined ? undefined : showDeskLooks(tools, call),
  ])
  const looks = joinLooks(entries)
  const shown = looks.slice(0, looksShown)
  const last = shown.at(-1)
  return showCentre(tools, call, {
    title: words.say('looks.title'),
    body: html`<h1>${words.say('looks.title')}</h1>
      <p>${words.say('looks.body')}</p>
      ${showFilter(call, filter, names)}
      ${
        shown.length === 0
          ? html`<p>${words.say(isFiltered(filter) || before !== undefined ? 'looks.noneHere' : 'looks.none')}</p>`
          : html`<ul class="looks plain">
              ${shown.map((look) => showLookRow(reader, look, names.get(look.opened.institution) ?? look.opened.institution))}
            </ul>`
      }
      <nav class="pager" aria-label="${words.say('looks.pages')}">
        ${before === undefined ? undefined : html`<a class="link" href="/me/looks?${search(filter)}">${words.say('looks.newest')}</a>`}
        ${looks.length > looksShown && last !== undefined ? html`<a class="link" href="/me/looks?${search(filter, last.opened.seq)}">${words.say('looks.older')}</a>` : undefined}
      </nav>
      ${audited}${people}
      <p class="muted">${words.say('looks.checked', { time: readerTime.moment(reader, tools.deps.clock.now()) })}</p>`,
  })
}

function askedOf(filter: Filter, before: string | undefined, timeZone: string): LooksAsked {
  const from = dayStart(filter.from, timeZone)
  const to = dayEnd(filter.to, timeZone)
  return {
    limit: looksShown + 1,
    ...(before === undefined ? {} : { before: BigInt(before) }),
    ...(filter.bank === undefined ? {} : { institution: filter.bank }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

function isFiltered({ bank, from, to }: Filter): boolean {
  return bank !== undefined || from !== '' || to !== ''
}

function search(filter: Filter, before?: bigint): string {
  const pairs = { bank: filter.bank ?? '', from: filter.from, to: filter.to, before: before?.toString() ?? '' }
  return new URLSearchParams(Object.entries(pairs).filter(([, value]) => value !== '')).toString()
}

function showFilter(call: Call, filter: Filter, names: ReadonlyMap<InstitutionId, string>): Html {
  const { words } = call.reader
  return html`<details class="filter" ${isFiltered(filter) ? html` open` : undefined}>
    <summary>${words.say('looks.filter')}</summary>
    <form method="get" action="/me/looks" class="filter-form">
      <label
        >${words.say('looks.bank')}
        <select name="bank">
          <option value="">${words.say('looks.allBanks')}</option>
          ${[...names].map(([id, name]) => html`<option value="${id}" ${id === filter.bank ? html` selected` : undefined}>${name}</option>`)}
        </select></label
      >
      <label>${words.say('looks.from')} <input type="date" name="from" value="${filter.from}" /></label>
      <label>${words.say('looks.to')} <input type="date" name="to" value="${filter.to}" /></label>
      <button type="submit" class="quiet">${words.say('looks.apply')}</button>
    </form>
  </details>`
}

async function showLook(tools: CentreTools, call: Call, look: OwnLook): Promise<FastifyReply> {
  const { reader } = call
  const { words } = reader
  const { opened } = look
  const names = await bankNames(tools)
  const bank = names.get(opened.institution) ?? opened.institution
  const key = await tools.deps.centre.keystore.auditKey(call.customer)
  const receipt = await openEntry(tools.deps, { customer: call.customer, key, entry: opened })
  const checked = checkEntry(tools.deps, receipt)
  return showCentre(tools, call, {
    title: words.say('look.title'),
    body: html`<h1>${whatOf(reader, opened)} <span class="muted">· ${bank}</span></h1>
      <p>${wordsOfDisclosed(reader, look)}</p>
      <section class="card">
        <dl class="facts">
          <dt>${words.say('look.when')}</dt>
          <dd>${readerTime.moment(reader, opened.at)}</dd>
          <dt>${words.say('look.why')}</dt>
          <dd>${words.say(`purpose.${opened.purpose}`)}</dd>
          <dt>${words.say('look.who')}</dt>
          <dd>${whoOf(reader, opened)}</dd>
          <dt>${words.say('look.for')}</dt>
          <dd>${words.say(`channel.${opened.channel}`)}</dd>
          <dt>${words.say('look.proof')}</dt>
          <dd>${showProof(reader, opened)} <span class="block">${words.say(`checked.${checked}`)}</span></dd>
        </dl>
      </section>
      <h2>${words.say('look.what')}</h2>
      ${
        look.disclosed.length === 0
          ? html`<p>${words.say('look.nowhere')}</p>`
          : html`<ul class="plain steps-list">
              ${look.disclosed.map((entry) => showDisclosed(call, entry))}
            </ul>`
      }
      <p><a class="button" href="/me/looks/${opened.id}/receipt" download>${words.say('look.download')}</a></p>
      <p class="muted">${words.say('look.downloadHint')} <a href="/verify">${words.say('look.verify')}</a></p>
      <details>
        <summary>${words.say('look.fields')}</summary>
        <p class="muted">${words.say('look.fieldsHint')}</p>
        <pre class="document" tabindex="0">${opened.fields}</pre>
      </details>
      <p><a class="link" href="/me/looks">${words.say('look.all')}</a></p>`,
  })
}

function showDisclosed({ reader }: Call, entry: OwnEntry): Html {
  return html`<li>
    <span>${whereOf(reader, entry)}</span>
    <span class="muted block">${readerTime.moment(reader, entry.at)}</span>
    ${showProof(reader, entry)}
  </li>`
}
