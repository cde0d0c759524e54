import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { alertStore } from '../../src/alerts/alert-store.ts'
import { alertWords } from '../../src/alerts/alert-words.ts'
import { createLabelFeed } from '../../src/alerts/index.ts'
import { sendDispute } from '../../src/alerts/send-dispute.ts'
import { caseActs, caseRows } from '../../src/cases/case-store.ts'
import { createLogger, createMetrics, sqlState, systemClock } from '../../src/platform/index.ts'
import type { FraudLabel } from '../../src/fraud/index.ts'
import type { FraudAlertId } from '../../src/alerts/fraud-alert.ts'
import { createCasesWorld } from '../setup/cases-world.ts'
import type { CaseWorker, CasesWorld } from '../setup/cases-world.ts'
import { textOf } from '../setup/html-forms.ts'
import { banks } from '../setup/trust-world.ts'

let world: CasesWorld
let piet: CaseWorker
let quinn: CaseWorker
let south: CaseWorker
let anna: CaseWorker
let aki: CaseWorker

beforeAll(async () => {
  world = await createCasesWorld()
  piet = await world.addWorker('piet', 'analyst')
  quinn = await world.addWorker('quinn', 'analyst', [banks.north])
  south = await world.addWorker('sofia', 'analyst', [banks.south])
  anna = await world.addWorker('anna', 'agent')
  aki = await world.addWorker('aki', 'auditor')
})
afterAll(() => world.end())

const stateOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work
    return 'done'
  } catch (thrown) {
    return sqlState(thrown)
  }
}
const looksOf = (customer: string) =>
  world.clone.admin.rows(
    z.object({ shown_as: z.string() }),
    'SELECT shown_as FROM desk.look WHERE customer = $1 AND fraud_case IS NOT NULL ORDER BY at',
    [customer],
  )
const labelsOf = (event: string) =>
  world.clone.admin.rows(
    z.object({ is_fraud: z.boolean(), informed: z.boolean(), source: z.string() }),
    'SELECT is_fraud, informed, source FROM alerts.label WHERE event = $1 ORDER BY seq',
    [event],
  )
const feedInto = (heard: FraudLabel[]) =>
  createLabelFeed({
    database: world.database,
    label: (label) => heard.push(label),
    clock: systemClock,
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  })
const propose = (who: CaseWorker, number: string, finding = 'fraud') =>
  world.post(who, `/cases/${number}/propose`, { finding, refund: 'yes' })

describe('from "Not me" to a decision', () => {
  test('two people decide, the customer is told no fact, and the label reaches the features', async () => {
    const { customer, use, number } = await world.stolenCard()
    const heard: FraudLabel[] = []
    const feed = feedInto(heard)
    const list = textOf((await world.get(piet, '/cases')).body)
    expect(list).toContain(`Case ${number}`)
    expect(list).toContain('Less than $50 at risk')
    expect(list).not.toContain('42.10')
    const page = await world.get(piet, `/cases/${number}`)
    expect(page.statusCode).toBe(200)
    expect(textOf(page.body)).toContain('Opened: A payment that was not theirs')
    expect(page.body).not.toContain('Corner Store')
    expect((await propose(piet, number)).statusCode).toBe(303)
    expect((await world.agree(quinn, number)).headers.location).toBe(`/cases/${number}?done=decided`)
    expect(await world.follow()).toBe(1)
    await feed.pull()
    const found = heard.filter((label) => label.use === use.id).map(({ isFraud, source }) => [isFraud, source])
    expect(found).toEqual([
      [true, 'customer'],
      [true, 'agent'],
    ])
    const told = (await world.waiting(customer)).map(({ reply }) => reply.text).join('\n')
    expect(told).toContain('Your bank has news for you about something you reported.')
    expect(told.split('\n').at(-1)).not.toMatch(/\d|fraud|Corner/)
    const after = textOf((await world.get(piet, `/cases/${number}`)).body)
    expect(after).toContain('quinn agreed, with a passkey: Fraud')
    expect(after).toContain('Closed')
    expect((await world.rows(customer)).map(({ state }) => state)).toEqual(['protected'])
  })

  test('what is followed twice is told, labelled and closed once', async () => {
    const { customer, use, number } = await world.stolenCard()
    await propose(piet, number, 'friendly')
    await world.agree(quinn, number)
    const again = `INSERT INTO platform.job (kind, key, payload, priority, head, due_at)
      SELECT kind, key, payload, priority, false, due_at FROM platform.job WHERE kind = 'cases.decided'`
    await world.clone.admin.run(again)
    const before = (await world.waiting(customer)).length
    expect(await world.follow()).toBe(2)
    expect((await world.waiting(customer)).length).toBe(before + 1)
    expect((await labelsOf(use.id)).filter(({ source }) => source === 'agent')).toEqual([
      { is_fraud: false, informed: true, source: 'agent' },
    ])
  })

  test('what cannot be decided teaches nothing', async () => {
    const { use, number } = await world.stolenCard()
    await propose(piet, number, 'not-decided')
    await world.agree(quinn, number)
    await world.follow()
    expect((await labelsOf(use.id)).map(({ source }) => source)).toEqual(['customer'])
  })
})

describe('a dispute that a customer sends', () => {
  test('teaches at once, with the time at which it arrived, and the finding of two people after it', async () => {
    const { customer, use, alert } = await world.stolenCard()
    const heard: FraudLabel[] = []
    const feed = feedInto(heard)
    await feed.pull()
    heard.length = 0
    const stored = await alertStore.load(world.database, alert as FraudAlertId)
    if (stored === undefined) throw new Error('no alert')
    const reader = { words: alertWords.for('en'), timeZone: 'UTC' }
    const before = await alertStore.now(world.database)
    expect(await sendDispute(world.alerts.parts, stored, reader)).toBe(true)
    expect(await sendDispute(world.alerts.parts, stored, reader)).toBe(false)
    await feed.pull()
    const after = await alertStore.now(world.database)
    expect(heard.map((label) => [label.use, label.isFraud, label.source])).toEqual([[use.id, true, 'dispute']])
    // By the database's clock, and not by when the payment was made.
    for (const { arrivedAtMs } of heard) expect(arrivedAtMs >= before && arrivedAtMs <= after).toBe(true)
    // Its case is about the same use as the first, so it is joined to that one; what is found of it counts for both, once.
    const numbers = await world.clone.admin.rows(
      z.object({ number: z.string(), kind: z.string(), joined: z.boolean() }),
      `SELECT c.number, c.kind, f.joined_to IS NOT NULL AS joined FROM desk.fraud_case c JOIN cases.file f ON f.fraud_case = c.id
       WHERE c.customer = $1 ORDER BY c.opened_at`,
      [customer.id],
    )
    expect(numbers.map(({ kind, joined }) => [kind, joined])).toEqual([
      ['fraud', false],
      ['dispute', true],
    ])
    const first = numbers[0]?.number ?? ''
    await propose(piet, first, 'genuine')
    await world.agree(quinn, first)
    await world.follow()
    await feed.pull()
    expect(heard.map((label) => [label.isFraud, label.source])).toEqual([
      [true, 'dispute'],
      [false, 'agent'],
    ])
    expect((heard[1]?.arrivedAtMs ?? 0) >= (heard[0]?.arrivedAtMs ?? 0)).toBe(true)
  })
})

describe('cases past a date of their clock', () => {
  test('are counted on the list and listed by one link, by each bank’s own clock; decided ones are not', async () => {
    const { number } = await world.stolenCard()
    const { number: fresh } = await world.stolenCard()
    const { number: decided } = await world.stolenCard()
    const age = (which: string, days: number) =>
      world.clone.admin.run(
        `UPDATE cases.file SET opened_at = opened_at - make_interval(days => $2)
         WHERE fraud_case = (SELECT id FROM desk.fraud_case WHERE number = $1)`,
        [which, days],
      )
    const lateOnes = async (who: CaseWorker) => {
      const { body } = await world.get(who, '/cases?late=yes')
      const numbers = [number, fresh, decided].filter((each) => body.includes(`/cases/${each}"`))
      return { numbers, text: textOf(body) }
    }
    // Three weeks have more than ten business days; one has five.
    await age(number, 21)
    await age(fresh, 7)
    await propose(piet, decided)
    await world.agree(quinn, decided)
    await age(decided, 21)
    const shown = await lateOnes(piet)
    expect(shown.numbers).toEqual([number])
    expect(shown.text).toMatch(/Late\. Decide, or have the money given back for now: was due by/)
    const list = await world.get(piet, '/cases')
    expect(list.body).toMatch(/href="\/cases\?state=waiting&amp;late=yes[^"]*"\s*>One is late</)
    expect((await lateOnes(south)).numbers).toEqual([])
    // A bank that promised three business days is late after one week; by then the others' case still is, too.
    world.clocks[banks.north] = {
      steps: { fraud: [{ what: 'decide', days: 3, counted: 'business', basis: 'our promise' }] },
    }
    expect((await lateOnes(piet)).numbers).toEqual([number, fresh])
    const file = await world.post(quinn, '/cases/export', { form: 'json', state: 'waiting', late: 'yes' })
    expect(file.body).toContain(fresh)
    expect(file.body).not.toContain(decided)
    const bulk = await world.post(quinn, '/cases/bulk', { state: 'waiting', late: 'yes', act: 'take' })
    expect(bulk.body).toContain('name="late" value="yes"')
    Reflect.deleteProperty(world.clocks, banks.north)
    await world.follow()
  })
})

describe('one person deciding twice', () => {
  test('is refused by the page, by the function and by the table itself', async () => {
    const { number } = await world.stolenCard()
    await propose(piet, number)
    const [waiting] = await world.clone.admin.rows(
      z.object({ id: z.string() }),
      'SELECT p.id FROM cases.proposal p JOIN desk.fraud_case c ON c.id = p.fraud_case WHERE c.number = $1 AND p.answer IS NULL',
      [number],
    )
    const id = waiting?.id ?? ''
    const page = await world.post(piet, `/cases/proposals/${id}/sign`)
    expect(page.statusCode).toBe(409)
    expect(textOf(page.body)).toContain('You proposed this yourself')
    const document = { v: 1, act: 'decide-case', id: randomUUID(), staff: piet.id, proposal: id, case: number, finding: 'fraud', refund: 'yes' } // prettier-ignore
    const bytes = new Uint8Array(8)
    const signed = (change: object) =>
      world.console.one(z.object({ step: z.string() }), 'SELECT cases.confirm($1, $2, $3, $3, $3, $3) AS step', [
        change === document ? piet.hash : quinn.hash,
        JSON.stringify(change),
        bytes,
      ])
    expect((await signed(document)).step).toBe('same-person')
    // Somebody else's words do not fit this session, and other words than what was proposed fit nobody's.
    expect((await signed({ ...document })).step).toBe('over')
    expect((await signed({ ...document, staff: quinn.id, finding: 'genuine' })).step).toBe('over')
    expect((await signed({ ...document, staff: quinn.id, case: '0000-0000' })).step).toBe('over')
    const byHand = `UPDATE cases.proposal SET answer = 'confirmed', answered_by = proposed_by, answered_at = now(), document = '{}',
      credential_id = '', authenticator_data = '', client_data = '', signature = '' WHERE id = $1`
    expect(await stateOf(world.clone.admin.run(byHand, [id]))).toBe('23514')
    const unsigned = `UPDATE cases.proposal SET answer = 'confirmed', answered_by = $2, answered_at = now() WHERE id = $1`
    expect(await stateOf(world.clone.admin.run(unsigned, [id, quinn.id]))).toBe('23514')
    expect((await world.agree(quinn, number)).statusCode).toBe(303)
    await world.follow()
  })

  test('a passkey of somebody else, or an act of before, signs nothing', async () => {
    const { number } = await world.stolenCard()
    await propose(piet, number)
    const stolen = { ...quinn, passkey: piet.passkey }
    expect((await world.agree(stolen, number)).statusCode).toBe(409)
    const thief = { ...piet, cookie: quinn.cookie }
    expect((await world.agree(thief, number)).statusCode).toBe(409)
    expect((await world.agree(quinn, number)).statusCode).toBe(303)
    await world.follow()
  })

  test('whoever proposed takes it back, another refuses it; then it is open again', async () => {
    const { number } = await world.stolenCard()
    for (const [who, words] of [
      [piet, 'piet took back'],
      [quinn, 'quinn refused'],
    ] as const) {
      await propose(piet, number)
      const page = await world.get(who, `/cases/${number}`)
      const down = /\/cases\/proposals\/[0-9a-f-]{36}\/turn-down/.exec(page.body)?.[0] ?? ''
      expect((await world.post(who, down)).statusCode).toBe(303)
      expect((await world.post(who, down)).statusCode).toBe(409)
      expect(textOf((await world.get(piet, `/cases/${number}`)).body)).toContain(words)
    }
  })
})

describe('other people’s cases', () => {
  test('a guessed number of another bank’s case is not found, whatever is done with it', async () => {
    const { number, customer } = await world.stolenCard()
    expect((await world.get(south, `/cases/${number}`)).statusCode).toBe(404)
    expect((await world.get(south, '/cases/0000-0000')).statusCode).toBe(404)
    for (const step of ['take', 'note', 'propose', 'evidence', 'unjoin']) {
      const done = await world.post(south, `/cases/${number}/${step}`, {
        finding: 'fraud',
        refund: 'no',
        note: 'hello',
      })
      expect(done.statusCode, step).toBe(404)
    }
    expect(textOf((await world.get(south, '/cases?state=all')).body)).toContain('No case waits here.')
    expect((await world.post(south, '/cases/export', { form: 'csv' })).statusCode).toBe(409)
    expect((await looksOf(customer.id)).map((row) => row.shown_as)).toEqual([])
    const [found] = await caseRows.list(world.console, piet.hash, {
      filter: { state: 'all', number },
      order: 'oldest',
      offset: 0,
      limit: 1,
    })
    const id = found?.id ?? ''
    expect(await caseRows.load(world.console, south.hash, id)).toBeUndefined()
    expect(await caseRows.timeline(world.console, south.hash, id)).toEqual([])
    expect(await caseActs.assign(world.console, south.hash, id, true)).toBe(false)
    expect(
      await caseActs.propose(world.console, south.hash, {
        fraudCase: id,
        id: randomUUID(),
        finding: 'fraud',
        refund: 'no',
      }),
    ).toBe(false)
  })

  test('an agent reads and decides nothing, an auditor and whoever has no session see nothing, and the tables are nobody’s', async () => {
    const { number } = await world.stolenCard()
    const read = await world.get(anna, `/cases/${number}`)
    expect(read.statusCode).toBe(200)
    expect(read.body).not.toContain('/propose')
    expect((await propose(anna, number)).statusCode).toBe(403)
    expect((await world.post(anna, `/cases/${number}/evidence`)).statusCode).toBe(403)
    expect((await world.get(aki, '/cases')).statusCode).toBe(403)
    expect((await world.get({ ...piet, cookie: '' }, `/cases/${number}`)).headers.location).toBe('/staff/sign-in')
    const [found] = await caseRows.list(world.console, piet.hash, {
      filter: { state: 'all', number },
      order: 'oldest',
      offset: 0,
      limit: 1,
    })
    const proposal = { fraudCase: found?.id ?? '', id: randomUUID(), finding: 'fraud', refund: 'no' } as const
    expect(await stateOf(caseActs.propose(world.console, anna.hash, proposal))).toBe('42501')
    expect(await stateOf(caseRows.timeline(world.console, aki.hash, proposal.fraudCase))).toBe('42501')
    expect(await stateOf(caseRows.timeline(world.console, Buffer.alloc(32), proposal.fraudCase))).toBe('42501')
    for (const table of ['file', 'event', 'evidence', 'proposal', 'export']) {
      expect(await stateOf(world.console.run(`SELECT FROM cases.${table}`)), table).toBe('42501')
    }
  })

  test('a page elsewhere cannot make a browser do it', async () => {
    const { number } = await world.stolenCard()
    expect((await world.post(piet, `/cases/${number}/take`, {}, 'https://evil.example')).statusCode).toBe(403)
  })
})

describe('a look at a case', () => {
  test('is a row that its customer sees, committed before any of their words are opened', async () => {
    const { number, customer } = await world.stolenCard()
    const [found] = await caseRows.list(world.console, piet.hash, {
      filter: { state: 'all', number },
      order: 'oldest',
      offset: 0,
      limit: 1,
    })
    const id = found?.id ?? ''
    expect(await caseRows.load(world.console, piet.hash, id)).toBeUndefined()
    const inOne = await world.console.transaction(async (tx) => {
      await caseRows.beginLook(tx, piet.hash, { number, shownAs: 'Piet' })
      return await caseRows.load(tx, piet.hash, id)
    })
    expect(inOne).toBeUndefined()
    expect(await caseRows.load(world.console, piet.hash, id)).toBeDefined()
    expect(await caseRows.load(world.console, quinn.hash, id)).toBeUndefined()
    await world.get(quinn, `/cases/${number}`)
    await world.get(quinn, `/cases/${number}`)
    expect((await looksOf(customer.id)).map((row) => row.shown_as)).toEqual(['Piet', 'Quinn'])
  })

  test('at the evidence is an entry of the log besides; after the leave it stays closed', async () => {
    const { number, customer } = await world.stolenCard()
    const entries = () =>
      world.clone.admin.rows(
        z.object({ event: z.string() }),
        `SELECT event FROM audit.entry WHERE customer = $1 AND place = 'agent-desk' AND level = 'full'`,
        [customer.id],
      )
    const page = await world.post(quinn, `/cases/${number}/evidence`)
    expect(page.body).toContain('Corner Store')
    expect(page.body).toContain('$42.10')
    expect(await entries()).toEqual([{ event: 'disclosed' }])
    expect(textOf((await world.get(piet, `/cases/${number}`)).body)).toContain('quinn opened the evidence')
    await world.clone.admin.run(
      `UPDATE consent.grant_ SET revoked_at = now(), revoked_because = 'customer-on-page' WHERE customer = $1`,
      [customer.id],
    )
    const closed = await world.post(quinn, `/cases/${number}/evidence`)
    expect(closed.body).not.toContain('Corner Store')
    expect(textOf(closed.body)).toContain('Parley may not open this any more')
  })

  test('what a note says is sealed: the tables have no word of it', async () => {
    const { number } = await world.stolenCard()
    await world.post(piet, `/cases/${number}/note`, { note: '<img src=x onerror=alert(1)> unmistakable' })
    const page = await world.get(quinn, `/cases/${number}`)
    expect(page.body).toContain('&lt;img src=x onerror=alert(1)&gt; unmistakable')
    const [row] = await world.clone.admin.rows(
      z.object({ found: z.boolean() }),
      `SELECT bool_or(position('unmistakable'::bytea IN words) > 0) AS found FROM cases.event WHERE words IS NOT NULL`,
    )
    expect(row?.found).toBe(false)
  })
})

describe('cases that belong together', () => {
  test('a second of the same customer, kind and day is joined, decided with the first, and parted with one press', async () => {
    const first = await world.stolenCard()
    const add = (kind: string) =>
      world.clone.admin.one(
        z.object({ number: z.string() }),
        `SELECT o.number FROM channels.conversation v, LATERAL desk.open_case($1, v.customer, v.id, $2, $3, $4, '\\x00', 3600) o WHERE v.customer = $5`,
        [randomUUID(), banks.north, kind, randomUUID(), first.customer.id],
      )
    const [one, other] = [await add('dispute'), await add('dispute')]
    const page = textOf((await world.get(piet, `/cases/${other.number}`)).body)
    expect(page).toContain(`of the same customer, kind and day as Case ${one.number}`)
    expect((await world.post(piet, `/cases/${other.number}/unjoin`)).statusCode).toBe(303)
    expect((await world.post(piet, `/cases/${other.number}/unjoin`)).statusCode).toBe(409)
    expect(textOf((await world.get(piet, `/cases/${other.number}`)).body)).toContain(
      `parted it from case ${one.number}`,
    )
    const third = await add('dispute')
    expect(textOf((await world.get(piet, `/cases/${one.number}`)).body)).toContain(`Case ${third.number}`)
    await propose(piet, one.number, 'genuine')
    await world.agree(quinn, one.number)
    await world.follow()
    const rows = await world.clone.admin.rows(
      z.object({ number: z.string(), closed: z.boolean() }),
      `SELECT number, closed_at IS NOT NULL AS closed FROM desk.fraud_case WHERE customer = $1 AND kind = 'dispute'`,
      [first.customer.id],
    )
    expect(
      rows
        .filter(({ closed }) => closed)
        .map(({ number }) => number)
        .toSorted(),
    ).toEqual([one.number, third.number].toSorted())
  })

  test('another customer’s at the same terminal is similar, and nothing of theirs is opened', async () => {
    const terminal = { id: 'm-shared', name: 'Shared Store', category: '5411', terminal: 't-shared', country: 'US' }
    const [one, other] = [
      await world.stolenCard({ merchant: terminal }),
      await world.stolenCard({ merchant: terminal }),
    ]
    const page = await world.get(piet, `/cases/${one.number}`)
    expect(textOf(page.body)).toContain(`Case ${other.number} Same terminal`)
    expect(page.body).not.toContain('Shared Store')
    expect(await looksOf(other.customer.id)).toEqual([])
  })
})

describe('many cases at once', () => {
  test('all that match are taken, also those on other pages; how many is said before, and each is written down by itself', async () => {
    const { customer } = await world.stolenCard()
    await world.clone.admin.run(
      `SELECT desk.open_case(gen_random_uuid(), v.customer, v.id, $2, 'card-lost', gen_random_uuid(), '\\x00', 3600)
       FROM channels.conversation v WHERE v.customer = $1`,
      [customer.id, banks.north],
    )
    // As if thirty customers had lost their cards on days of their own.
    for (let back = 2; back < 32; back += 1) {
      await world.clone.admin.run(
        `INSERT INTO desk.fraud_case (id, number, customer, conversation, institution, kind, asked_by, details_sealed, opened_at, deadline_at)
         SELECT gen_random_uuid(), '9${String(back).padStart(3, '0')}-0000', v.customer, v.id, $2, 'card-lost', gen_random_uuid(), '\\x00',
           now() - make_interval(days => $3), now() FROM channels.conversation v WHERE v.customer = $1`,
        [customer.id, banks.north, back],
      )
    }
    const filter = { state: 'open', kind: 'card-lost', whose: 'nobody' }
    const shown = await world.post(quinn, '/cases/bulk', { ...filter, act: 'take' })
    const count = /name="count" value="(\d+)"/.exec(shown.body)?.[1] ?? ''
    const until = /name="until" value="(\d+)"/.exec(shown.body)?.[1] ?? ''
    expect(Number(count)).toBeGreaterThan(25)
    const stale = await world.post(quinn, '/cases/bulk/do', {
      ...filter,
      act: 'take',
      count: String(Number(count) - 1),
      until,
    })
    expect(stale.statusCode).toBe(409)
    const done = await world.post(quinn, '/cases/bulk/do', { ...filter, act: 'take', count, until })
    expect(done.headers.location).toContain(`done=${count}&of=${count}`)
    const [written] = await world.clone.admin.rows(
      z.object({ events: z.bigint() }),
      `SELECT count(*) AS events FROM cases.event e JOIN cases.file f USING (fraud_case) WHERE e.kind = 'assigned' AND f.kind = 'card-lost'`,
    )
    expect(Number(written?.events)).toBe(Number(count))
    const proposed = await world.post(quinn, '/cases/bulk', {
      state: 'open',
      kind: 'card-lost',
      act: 'propose:fraud:yes',
    })
    expect(proposed.body).not.toContain('passkey"')
    expect((await world.post(quinn, '/cases/bulk', { act: 'confirm' })).statusCode).toBe(409)
    expect((await world.post(anna, '/cases/bulk', { act: 'take' })).statusCode).toBe(403)
  })

  test('a file of them has no payment and no words; who took it is on record, and each customer sees it', async () => {
    const { number, customer } = await world.stolenCard()
    const file = await world.post(quinn, '/cases/export', { form: 'csv', state: 'all', number })
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(file.headers['content-disposition']).toContain('attachment')
    expect(file.body.split('\r\n')).toHaveLength(3)
    expect(file.body).toContain(number)
    expect(file.body).not.toMatch(/Corner Store|42\.10/)
    expect((await looksOf(customer.id)).map((row) => row.shown_as)).toEqual(['Quinn'])
    const kept = await world.clone.admin.rows(
      z.object({ form: z.string(), rows: z.number() }),
      'SELECT form, rows FROM cases.export WHERE staff = $1',
      [quinn.id],
    )
    expect(kept.filter(({ form }) => form === 'csv')).toEqual([{ form: 'csv', rows: 1 }])
    expect(z.array(z.object({ case: z.string() })).parse((await world.post(quinn, '/cases/export', { form: 'json', state: 'all', number })).json())).toEqual([{ case: number }]) // prettier-ignore
  })
})
