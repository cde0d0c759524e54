// Threat row 23 in its places: hostile strings lie in the real database as a bank's name, a customer's words or a colleague's note, and come out of
// the staff's real pages and files by HTTP.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { caseRows } from '../../src/cases/case-store.ts'
import { sealNote } from '../../src/cases/open-words.ts'
import { handoverContext } from '../../src/chat/index.ts'
import { handoverId } from '../../src/desk/handover-id.ts'
import { sealedWords } from '../../src/desk/sealed-words.ts'
import { shownText } from '../../src/desk/shown-text.ts'
import { Secret } from '../../src/kernel/index.ts'
import { seal, systemRandom } from '../../src/platform/index.ts'
import { releaseCounts } from '../../src/stats/index.ts'
import { createDeskWorld } from '../setup/desk-world.ts'
import { hostileStrings } from '../setup/hostile-strings.ts'
import { createStaffSite } from '../setup/staff-site.ts'
import type { StaffSite, Visitor } from '../setup/staff-site.ts'
import { banks } from '../setup/trust-world.ts'

/** As a channel or a form cuts what is too long for it. */
const cut = (text: string, charactersMax: number): string => [...text].slice(0, charactersMax).join('')
const strings = hostileStrings()
const words = strings.map((text) => cut(text, 1_000))
/** What the column of a bank's name takes: 80 characters, and none that PostgreSQL cannot hold. */
const names = strings.map((text) => cut(text.replaceAll('\0', '0'), 80))

let site: StaffSite
let analyst: Visitor
let number: string
beforeAll(async () => {
  site = await createStaffSite()
  analyst = await site.person('piet', 'analyst')
  number = (await site.world.stolenCard()).number
})
afterAll(() => site.end())

const ask = async (who: Visitor, method: 'GET' | 'POST', path: string, fields = {}): Promise<string> => {
  const answer = await site.ask(who, { method, path }, { fields })
  expect([path, answer.statusCode]).toEqual([path, answer.statusCode === 303 ? 303 : 200])
  return answer.body
}

/** What a page may make of a text: the five characters of markup as entities. */
function inText(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[mark] ?? mark,
  )
}

/** Every kind of tag on a page, with its attributes; numbers and ids of rows left out. */
function tagsOf(page: string): ReadonlySet<string> {
  const varying = /nonce="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g
  return new Set((page.match(/<[^>]*>/g) ?? []).map((tag) => tag.replaceAll(varying, '#').replaceAll(/\s+/g, ' ')))
}

/** Each piece stands on the page as text, and the page has no tag that the calm one does not have. */
function expectInert(page: string, pieces: readonly string[], calm: string): void {
  const known = tagsOf(calm)
  expect([...tagsOf(page)].filter((tag) => !known.has(tag))).toEqual([])
  for (const piece of pieces) {
    if (!page.includes(piece)) expect.fail(`not on the page as it was written: ${JSON.stringify(piece.slice(0, 80))}`)
  }
}

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

/** The lines of texts as a case shows them. */
const asLines = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.split('\n').map((line) => `<span class="block">${inText(line)}</span>`))

async function openedCase() {
  const { console: database, world } = site.world
  const id = await caseRows.beginLook(database, analyst.hash, { number, shownAs: 'Piet' })
  const opened = id === undefined ? undefined : await caseRows.load(database, analyst.hash, id)
  if (opened === undefined) throw new Error('no case')
  return { opened, key: await world.keys.service.conversationKey(opened.conversation) }
}

describe('threat 23: a case', () => {
  test('what was reported: the customer’s own words are text', async () => {
    const { opened, key } = await openedCase()
    const report = async (text: string): Promise<string> => {
      const sealed = seal(key.reveal(), Buffer.from(text, 'utf8'), handoverContext(opened.conversation))
      await site.world.clone.admin.run('UPDATE desk.fraud_case SET details_sealed = $2 WHERE number = $1', [number, sealed]) // prettier-ignore
      return await ask(analyst, 'GET', `/cases/${number}`)
    }
    const calm = await report('A payment that was not mine.')
    for (const group of inGroups(words, 60)) {
      const fitting = group.map((text) => cut(text, 60))
      expectInert(await report(fitting.join('\n')), asLines(fitting), calm)
    }
  })

  test('its evidence: names of shops, places and the bank’s references are text', async () => {
    const { world } = site
    const { opened } = await openedCase()
    const customer = { id: opened.customer, conversation: opened.conversation }
    const open = async (texts: readonly string[]): Promise<string> => {
      const uses = texts.map(
        (text) =>
        // Whose passkey it is does not matter to what the event log has.
        world.use({ ...customer, passkey: world.newPasskey() }, { merchant: { id: 'm', name: text, category: '5411', city: text, country: 'US' }, reference: text }), // prettier-ignore
      )
      await world.clone.admin.run('DELETE FROM cases.evidence WHERE fraud_case = $1', [opened.id])
      await world.clone.admin.run(
        `INSERT INTO cases.evidence (fraud_case, event, alert) SELECT $1, e, gen_random_uuid() FROM unnest($2::uuid[]) e`,
        [opened.id, uses.map(({ id }) => id)],
      )
      return await ask(analyst, 'POST', `/cases/${number}/evidence`)
    }
    const calm = await open(['Corner Store'])
    for (const group of inGroups(words, 50)) {
      const shown = group.flatMap((text) => [text === '' ? '' : `<dd>${inText(text)}</dd>`, `<dd>${inText(text)}, US</dd>`]) // prettier-ignore
      expectInert(await open(group), shown, calm)
    }
  })

  test('its timeline: colleagues’ notes are text, line by line', async () => {
    const { opened, key } = await openedCase()
    const write = async (texts: readonly string[]): Promise<void> => {
      const notes = texts.map((text) => ({ id: systemRandom.uuid(), text }))
      await site.world.clone.admin.run(
        `INSERT INTO cases.event (fraud_case, kind, staff, note, words)
         SELECT $1, 'noted', $2, n.id, n.words FROM unnest($3::uuid[], $4::bytea[]) AS n(id, words)`,
        [opened.id, analyst.id, notes.map(({ id }) => id), notes.map((note) => sealNote(key, opened, note))],
      )
    }
    await write(['Called the merchant.'])
    const calm = await ask(analyst, 'GET', `/cases/${number}`)
    // The page shows the newest five hundred events.
    for (const half of inGroups(words, 300)) {
      await write(half)
      expectInert(await ask(analyst, 'GET', `/cases/${number}`), asLines(half), calm)
    }
  })
})

describe('threat 23: banks with hostile names', () => {
  const ids = names.map((_, at) => `hostile-${at}`)
  let agents: readonly Visitor[]
  const rename = async (chosen: readonly string[]): Promise<void> => {
    await site.world.clone.admin.run(
      `UPDATE institutions.institution i SET name = n.name FROM unnest($1::text[], $2::text[]) AS n(id, name) WHERE i.id = n.id`,
      [ids, chosen],
    )
  }

  beforeAll(async () => {
    const { admin } = site.world.clone
    await admin.run(
      `INSERT INTO institutions.institution (id, name, issuer, fdx_url, client_id)
       SELECT id, 'Calm Bank', 'https://' || id || '.test', 'https://' || id || '.test/fdx', 'parley' FROM unnest($1::text[]) id`,
      [ids],
    )
    await admin.run(
      `INSERT INTO desk.fraud_case (id, number, customer, conversation, institution, kind, asked_by, details_sealed, opened_at, deadline_at)
       SELECT gen_random_uuid(), to_char(n.at, 'FM0000') || '-0000', c.customer, c.conversation, n.id, 'dispute', gen_random_uuid(), '',
         clock_timestamp(), clock_timestamp() + interval '1 day'
       FROM unnest($1::text[]) WITH ORDINALITY AS n(id, at), (SELECT customer, conversation FROM desk.fraud_case LIMIT 1) c`,
      [ids],
    )
    // One place of the queue in a conversation of its own for each bank.
    const conversations = ids.map(() => systemRandom.uuid())
    await admin.run(
      `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, last_inbound_at)
       SELECT id, 'messenger', 'page', decode(md5(id::text) || md5(id::text), 'hex'), '', now() FROM unnest($1::uuid[]) id`,
      [conversations],
    )
    await admin.run(
      `INSERT INTO desk.handover (id, conversation, institution, because, priority, asked_by, question_sealed, deadline_at)
       SELECT gen_random_uuid(), c, bank, 'asked', 'normal', gen_random_uuid(), '', clock_timestamp() + interval '1 hour'
       FROM unnest($1::uuid[], $2::text[]) AS n(c, bank)`,
      [conversations, ids],
    )
    // Somebody is there for 64 banks at most, so several people serve all of them.
    agents = await Promise.all(
      inGroups(ids, 60).map((institutions, at) => site.person(`tess.${'abcdefghi'[at]}`, 'agent', { institutions })),
    )
  })

  test('the desk’s queue: names are text, on the page and in what its script is given', async () => {
    await rename(ids.map(() => 'Calm Bank'))
    const calm = await Promise.all(agents.map((agent) => ask(agent, 'GET', '/desk')))
    await rename(names)
    for (const [at, group] of inGroups(names, 60).entries()) {
      const [agent, before] = [agents[at], calm[at]]
      if (agent === undefined || before === undefined) throw new Error('nobody serves these')
      const details = group.map((name) => `<span class="row-detail">${inText(name)} · `)
      expectInert(await ask(agent, 'GET', '/desk'), details, before)
      const rows = z
        .object({ rows: z.array(z.object({ detail: z.string() })) })
        .parse(JSON.parse(await ask(agent, 'GET', '/desk/list.json')))
      const said = rows.rows.map(({ detail }) => detail)
      expect(group.filter((name) => !said.some((detail) => detail.startsWith(`${name} · `)))).toEqual([])
    }
  })

  test('the list of cases: names are text in every row and in the filter', async () => {
    await rename(ids.map(() => 'Calm Bank'))
    const calm = await ask(analyst, 'GET', '/cases?state=all')
    await rename(names)
    const pages = await Promise.all(
      Array.from({ length: Math.ceil(names.length / 25) + 1 }, (_, at) => ask(analyst, 'GET', `/cases?state=all&page=${at + 1}`)), // prettier-ignore
    )
    // Ways to the page before and to the one after are on the second of three.
    const known = `${calm}${await ask(analyst, 'GET', '/cases?state=all&page=2')}`
    const ways = [...tagsOf(known)].filter((tag) => tag.startsWith('<a class="link" href="/cases?'))
    // The filter has the first five hundred banks by name.
    const links = [...ways, `<option value="${banks.north}" >`, `<option value="${banks.south}" >`]
    for (const page of pages) expectInert(page, [], `${calm}${links.join('')}`)
    const all = pages.join('')
    expectInert(all, names.map((name) => `<span class="muted block">${inText(name)}</span>`), `${calm}${links.join('')}`) // prettier-ignore
  })

  test('the export of cases: as CSV one cell each and no formula, as JSON what it was', async () => {
    await rename(names)
    const csv = await ask(analyst, 'POST', '/cases/export', { state: 'all', form: 'csv' })
    const rows = readCsv(csv)
    expect(rows.length).toBe(names.length + 2)
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([rows[0]?.length]))
    const cells = rows.map((row) => row[2] ?? '')
    // A spreadsheet takes these for the beginning of a formula, also behind white space.
    expect(rows.flat().filter((cell) => /^\s*[=+\-@]/.test(cell) || /^[\t\r\n]/.test(cell))).toEqual([])
    expect(names.filter((name) => !cells.includes(name) && !cells.includes(`'${name}`))).toEqual([])

    const json = await ask(analyst, 'POST', '/cases/export', { state: 'all', form: 'json' })
    const banksOut = z.array(z.object({ bank: z.string() })).parse(JSON.parse(json)).map(({ bank }) => bank) // prettier-ignore
    expect(names.filter((name) => !banksOut.includes(name))).toEqual([])
  })
})

test('threat 23: a conversation at the desk and its private notes: what people write is text, and what cannot be seen is visible', async () => {
  const { world } = site
  const desk = createDeskWorld(world.clone, world.world)
  const shown = (text: string): string => inText(shownText.inert(text))
  const open = async (agent: Visitor, said: readonly string[]): Promise<string> => {
    const { conversation, id } = await world.addCustomer()
    await desk.ask({ conversation, id }, 'Is anybody there?', { institution: banks.north })
    const [place] = await world.clone.admin.rows(
      z.object({ id: handoverId }),
      'SELECT id FROM desk.handover WHERE conversation = $1',
      [conversation],
    )
    if (place === undefined) throw new Error('nothing waits')
    await ask(agent, 'POST', `/desk/${place.id}/take`)
    const key = await world.world.keys.service.conversationKey(conversation)
    const { admin } = world.clone
    const rows = said.map((text) => ({ id: systemRandom.uuid(), text }))
    const ids = rows.map((row) => row.id)
    await admin.run(
      `INSERT INTO desk.message (id, handover, conversation, said_by, message, sealed)
       SELECT gen_random_uuid(), $1, $2, 'customer', n.id, n.sealed FROM unnest($3::uuid[], $4::bytea[]) AS n(id, sealed)`,
      [place.id, conversation, ids, said.map((text) => seal(key.reveal(), Buffer.from(text, 'utf8'), handoverContext(conversation)))], // prettier-ignore
    )
    await admin.run(
      `INSERT INTO desk.note (id, handover, conversation, agent, written_as, sealed)
       SELECT n.id, $1, $2, $5, 'Una', n.sealed FROM unnest($3::uuid[], $4::bytea[]) AS n(id, sealed)`,
      [place.id, conversation, ids, rows.map((row) => sealedWords.sealPrivateNote(key, { conversation, id: row.id }, new Secret(row.text))), agent.id], // prettier-ignore
    )
    return await ask(agent, 'GET', `/desk/${place.id}`)
  }
  // One person has five at once, and a page shows a hundred notes.
  const [first, second] = await Promise.all(['una', 'vera'].map((login) => site.person(login, 'agent', { institutions: [banks.north] }))) // prettier-ignore
  if (first === undefined || second === undefined) throw new Error('nobody serves')
  // Two in one hand: one of them is open, and the other a way to it.
  const calm = `${await open(first, ['Hello.'])}${await open(first, ['Hello.'])}`
  for (const [at, group] of inGroups(words, 90).entries()) {
    const page = await open(at < 3 ? first : second, group)
    const inThread = group.map((text) => `</span><span class="text">${shown(text)}</span></li>`)
    const inNotes = group.map((text) => `<span class="text">${shown(text)}</span>\n  </li>`)
    expectInert(page, [...inThread, ...inNotes], calm)
  }
})

test('threat 23: totals as CSV: nothing that somebody sends gets in, and no cell is a formula', async () => {
  const { admin } = site.world.clone
  const pia = await site.person('pia', 'platform', { platform: 'meta' })
  const { week } = await admin.one(z.object({ week: z.string() }), `SELECT (statistics.this_week() - 14)::text AS week`)
  const asked = await site.ask(pia, { method: 'POST', path: '/statistics/ask' }, { fields: { question: 'questions-by-kind', week } }) // prettier-ignore
  await releaseCounts({ database: site.world.clone.connect('statistics'), random: systemRandom })
  const id = String(asked.headers.location).split('/').at(-1) ?? ''
  const csv = await ask(pia, 'GET', `/statistics/api/releases/${id}/csv`)
  const calm = await ask(pia, 'GET', '/statistics')
  const wish = (fields: Readonly<Record<string, string>>) =>
    site.ask(pia, { method: 'POST', path: '/statistics/api/releases' }, { fields, json: true })
  for (const group of inGroups(words, 25)) {
    const answers = await Promise.all(group.map((text) => wish({ question: text, week })))
    expect(answers.filter(({ statusCode }) => statusCode < 400)).toEqual([])
  }
  for (const text of words.slice(0, 20))
    expect((await wish({ question: 'people-answered', week: text })).statusCode).toBe(400)
  expect(await ask(pia, 'GET', `/statistics/api/releases/${id}/csv`)).toBe(csv)
  expect(await ask(pia, 'GET', '/statistics')).toContain(calm.slice(calm.indexOf('id="released"'), calm.indexOf('id="refused"'))) // prettier-ignore
  const rows = readCsv(csv)
  expect(rows.length).toBeGreaterThan(2)
  expect(rows.flat().filter((cell) => !/^(?:[a-z0-9][a-z0-9-]*|-?\d+|)$/.test(cell))).toEqual([])
})

/** Rows of a file as RFC 4180 has them. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
    if (end === '') break
  }
  return rows.filter((row) => row.length > 1)
}
