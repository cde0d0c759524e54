// Whatever the staff do, the database writes down in the transaction that does it: every act is walked under the logins that can do it, without any
// page, and its line is found. A table that lost its trigger is seen by the same walk.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { doToEach } from '../../src/cases/bulk-act.ts'
import { caseActs, caseRows } from '../../src/cases/case-store.ts'
import { beginAuditLook } from '../../src/console/audit-look-store.ts'
import { incidents } from '../../src/console/incidents-store.ts'
import { cutoffs } from '../../src/consent/index.ts'
import { giveBack } from '../../src/desk/give-back.ts'
import { takeHandover } from '../../src/desk/take-handover.ts'
import { toInstant } from '../../src/kernel/index.ts'
import { systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { ruleVersions } from '../../src/rule-book/index.ts'
import { staffAdministration, staffSessions } from '../../src/staff/index.ts'
import { releaseStore } from '../../src/stats/index.ts'
import { withoutPart } from '../mutants/without-part.ts'
import { askToSee } from '../setup/agent-leave.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createDeskWorld } from '../setup/desk-world.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import { ask, liveChange, listAdd, saveRules, shadowed, signTogether } from '../setup/rule-people.ts'
import { addStaff, cutOff, cutOffAct, liftTogether, signAct } from '../setup/staff-people.ts'
import type { StaffPerson } from '../setup/staff-people.ts'
import { beginStaffVisit } from '../setup/staff-session.ts'
import { banks, createTrustWorld } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'

const bank = banks.north

type Somebody = StaffPerson & { readonly hash: Buffer }
type Scene = {
  readonly database: TestDatabase
  readonly world: TrustWorld
  /** Login `parley_console`. */
  readonly pages: Database
  readonly olivia: Somebody
  readonly omar: Somebody
}

/** What is to be found after an act: `kind about`. */
type Act = { readonly name: string; do(scene: Scene): Promise<unknown>; readonly lines: readonly string[] }

async function withScene<Found>(changes: readonly string[], act: (scene: Scene) => Promise<Found>): Promise<Found> {
  const database = await cloneDatabase()
  const world = await createTrustWorld(database)
  try {
    const pages = database.connect('console')
    const [olivia, omar] = await Promise.all(
      ['olivia', 'omar'].map(async (login) => {
        const person = await addStaff(database, login)
        return { ...person, ...(await beginStaffVisit(pages, person)) }
      }),
    )
    if (olivia === undefined || omar === undefined) throw new Error('nobody')
    for (const change of changes) await database.admin.run(change)
    return await act({ database, world, pages, olivia, omar })
  } finally {
    await world.end()
    await database.drop()
  }
}

const acts: readonly Act[] = [
  {
    name: 'a cut-off and its lift by two',
    async do({ pages, world, olivia, omar }) {
      const cutoff = await cutOff(pages, olivia, { kind: 'platform', target: 'meta' })
      await liftTogether(pages, world.keys.console, [olivia, omar], cutoff)
    },
    lines: ['acted cut-off/platform', 'acted lift/signed', 'acted lift/signed', 'acted lift/done', 'acted lift/done'],
  },
  {
    name: 'rules: a draft, its shadow, live by two, and back by one',
    async do({ database, pages, world, olivia, omar }) {
      const both = { console: pages, admin: database.admin }
      const keys = world.keys.console
      const promote = async (sentence: string) => {
        const version = await saveRules(pages, olivia, bank, sentence)
        await shadowed(both, olivia, version)
        const asked = await ask(pages, olivia, liveChange('promote', version))
        if (!(await signTogether(pages, keys, [olivia, omar], asked))) throw new Error('not live')
        return version
      }
      const first = await promote('night: review when at_night\n')
      await promote('day: review when not at_night\n')
      const back = await ask(pages, omar, liveChange('roll-back', first))
      if (!(await signTogether(pages, keys, [omar], back))) throw new Error('not back')
    },
    lines: [
      ...['saved', 'tested', 'shadow/begun', 'asked/promote', 'signed', 'signed', 'done/promote', 'done/promote'],
      ...['saved', 'tested', 'shadow/begun', 'asked/promote', 'signed', 'signed', 'done/promote', 'done/promote'],
      ...['asked/roll-back', 'signed', 'done/roll-back'],
    ].map((step) => `acted rules/${step}`),
  },
  {
    name: 'rules: a shadow that is ended, and an entry of a list',
    async do({ database, pages, world, olivia }) {
      const version = await saveRules(pages, olivia, bank, 'dusk: review when at_night\n')
      await shadowed({ console: pages, admin: database.admin }, olivia, version)
      await ruleVersions.shadow(pages, { version: version.id, begin: false, member: olivia.id })
      const wish = listAdd(bank, { purpose: 'block', list: 'countries', key: 'XX' })
      const asked = await ask(pages, olivia, wish.change, wish.key)
      if (!(await signTogether(pages, world.keys.console, [olivia], asked))) throw new Error('not listed')
    },
    lines: [...['saved', 'tested', 'shadow/begun', 'shadow/ended', 'asked/list-add', 'signed', 'done/list-add']].map(
      (step) => `acted rules/${step}`,
    ),
  },
  {
    name: 'cases: many at once, a proposal taken back, a decision of two, a note, the evidence, a file',
    async do({ database, pages, olivia, omar }) {
      const [one, other] = [await openCase(database, '0001-0001'), await openCase(database, '0001-0002')]
      await doToEach({ database: pages, random: systemRandom }, olivia.hash, { do: 'take' }, [
        { id: one },
        { id: other },
      ])
      await doToEach({ database: pages, random: systemRandom }, olivia.hash, { do: 'release' }, [{ id: other }])
      const propose = async () => {
        const id = randomUUID()
        await caseActs.propose(pages, olivia.hash, { fraudCase: one, id, finding: 'fraud', refund: 'yes' })
        return id
      }
      await caseActs.turnDown(pages, olivia.hash, await propose())
      await caseActs.turnDown(pages, omar.hash, await propose())
      await confirm(pages, omar, { proposal: await propose(), number: '0001-0001' })
      await caseActs.addNote(pages, olivia.hash, { fraudCase: other, id: randomUUID(), sealed: new Uint8Array(8) })
      await caseActs.noteEvidenceOpened(pages, olivia.hash, other)
      await caseRows.beginLook(pages, olivia.hash, { number: '0001-0002', shownAs: 'Olivia' })
      const filter = { state: 'open', number: '0001-0002' } as const
      await caseActs.takeOut(pages, olivia.hash, { id: randomUUID(), form: 'csv', filter, shownAs: 'Olivia', limit: 9 })
    },
    lines: [
      ...[
        'assigned',
        'assigned',
        'released',
        'proposed',
        'withdrawn',
        'proposed',
        'refused',
        'proposed',
        'decided',
        'noted',
      ],
      ...['evidence-opened', 'export/csv'],
    ]
      .map((step) => `acted cases/${step}`)
      // The page of a case, and the file: each customer sees both.
      .concat('looked desk', 'looked desk'),
  },
  {
    name: 'an incident: told, added to, ended',
    async do({ pages, olivia }) {
      const [session, id] = [olivia.hash, randomUUID()]
      const told = { session, id, institution: undefined, title: 'Slow looks', what: 'They take long.' }
      await incidents.open(pages, { ...told, since: toInstant(0) })
      await incidents.note(pages, { session, id, note: 'Still slow', resolve: false })
      await incidents.note(pages, { session, id, note: 'Over', resolve: true })
    },
    lines: ['told', 'noted', 'noted', 'resolved'].map((step) => `acted incidents/${step}`),
  },
  {
    name: 'a page of the record of looks',
    do: ({ pages, olivia }) => beginAuditLook(pages, { id: randomUUID(), session: olivia.hash, filter: {} }),
    lines: ['looked console/audit'],
  },
  {
    name: 'people added and removed, and their sessions ended',
    async do({ database, pages, olivia }) {
      const staff = database.connect('staff', { poolMax: 1 })
      for (const login of ['nora', 'nils']) {
        await staffAdministration.add({ random: systemRandom }, staff, {
          login,
          role: 'agent',
          institutions: undefined,
          platform: undefined,
        })
      }
      const [nora] = await database.admin.rows(
        z.object({ id: z.custom<StaffPerson['id']>() }),
        `SELECT id FROM staff.member WHERE login = 'nora'`,
      )
      if (nora === undefined) throw new Error('nobody')
      await beginStaffVisit(pages, nora)
      const listed = await staffSessions.list(pages, olivia)
      const hers = listed.find(({ login }) => login === 'nora')
      await staffSessions.endListed(pages, olivia, hers?.handle ?? '')
      await staffAdministration.remove(staff, 'nils')
    },
    lines: [
      'member-added agent',
      'member-added agent',
      'signed-in',
      'session-ended',
      'acted sessions/ended',
      'member-removed agent',
    ],
  },
  {
    name: 'a conversation taken, leave asked for, handed back',
    async do({ database, world, pages }) {
      const desk = createDeskWorld(database, world)
      await desk.addAgent('anna', { institutions: [bank] })
      const session = await desk.signIn('anna')
      const maya = await createErasureWorld(database, world).addCustomer()
      await desk.ask(maya, 'how much?')
      const taken = await takeHandover(desk.deps, { agent: 'anna', handover: undefined, name: 'Anna' })
      if (!taken.ok) throw new Error(taken.code)
      const { handover } = taken.value
      await askToSee(desk, { session, handover })
      await giveBack(desk.deps, { agent: 'anna', handover, note: undefined, closesCase: false })
      return pages
    },
    lines: [
      'member-added agent',
      'signed-in',
      'acted desk/taken',
      'looked desk',
      'acted desk/leave-asked',
      'acted desk/returned',
    ],
  },
  {
    name: 'totals asked for',
    async do({ database, pages }) {
      const paul = await addStaff(database, 'paul', { role: 'platform', platform: 'meta' })
      const { hash } = await beginStaffVisit(pages, paul)
      const { week } = await database.admin.one(
        z.object({ week: z.string() }),
        'SELECT (statistics.this_week() - 14)::text AS week',
      )
      const asked = await releaseStore.ask(database.connect('statistics'), {
        session: hash,
        question: 'alert-response',
        week,
      })
      if (asked.code !== 'stats/asked') throw new Error(asked.code)
    },
    lines: ['member-added platform', 'passkey-made', 'signed-in', 'acted statistics/asked'],
  },
]

async function openCase({ admin }: TestDatabase, number: string): Promise<string> {
  const [customer, id] = [randomUUID(), randomUUID()]
  await admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer])
  await admin.run(
    `INSERT INTO desk.fraud_case (id, number, customer, conversation, institution, kind, asked_by, details_sealed, deadline_at)
     VALUES ($1, $2, $3, $4, $5, 'fraud', $4, '\\x00', now() + interval '1 day')`,
    [id, number, customer, randomUUID(), bank],
  )
  return id
}

async function confirm(
  pages: Database,
  who: Somebody,
  { proposal, number }: { readonly proposal: string; readonly number: string },
): Promise<void> {
  const document = { v: 1, act: 'decide-case', id: randomUUID(), staff: who.id, proposal, case: number, finding: 'fraud', refund: 'yes' } // prettier-ignore
  const query = 'SELECT cases.confirm($1, $2, $3, $3, $3, $3) AS step'
  const { step } = await pages.one(z.object({ step: z.string() }), query, [
    who.hash,
    JSON.stringify(document),
    new Uint8Array(8),
  ])
  if (step !== 'decided') throw new Error(step)
}

/** Sessions that the helpers of these tests begin for themselves are no part of any act. */
const sessionsOfHelpers = new Set(['signed-in'])

/** The acts whose lines are not those that they are to leave, with what is lacking and what is too much. */
async function walk(scene: Scene): Promise<readonly string[]> {
  const wrong: string[] = []
  const after = (place: bigint) =>
    scene.database.admin.rows(
      z.object({ line: z.string(), seq: z.bigint() }),
      `SELECT e.seq, concat_ws(' ', e.kind, e.about) AS line FROM staff.event e WHERE e.seq > $1 ORDER BY e.seq`,
      [place],
    )
  let place = (await after(0n)).at(-1)?.seq ?? 0n
  for (const act of acts) {
    await act.do(scene)
    const rows = await after(place)
    place = rows.at(-1)?.seq ?? place
    const left = rows.map(({ line }) => line)
    for (const line of act.lines) {
      const at = left.indexOf(line)
      if (at < 0) wrong.push(`${act.name}: no ${line}`)
      else left.splice(at, 1)
    }
    const strange = left.filter((line) => !sessionsOfHelpers.has(line))
    if (strange.length > 0) wrong.push(`${act.name}: also ${strange.join(', ')}`)
  }
  return wrong
}

test('every act of the staff leaves its line, under the logins that do it and without any page', async () => {
  expect(await withScene([], walk)).toEqual([])
})

test('the line stands in the transaction of the act: neither is there without the other', async () => {
  const lines = (database: TestDatabase) =>
    database.admin.rows(
      z.object({ together: z.boolean() }),
      `SELECT e.xid = c.xmin::text::bigint AS together FROM staff.event e LEFT JOIN consent.cutoff c ON c.cut_by = e.member
       WHERE e.kind = 'acted'`,
    )
  await withScene([], async ({ database, pages, olivia }) => {
    const undone = new Error('undone')
    const act = cutOffAct(olivia, { kind: 'platform', target: 'meta' })
    const taken = pages.transaction(async (tx) => {
      await cutoffs.cutOff(tx, signAct(olivia, act))
      throw undone
    })
    await expect(taken).rejects.toBe(undone)
    expect(await lines(database)).toEqual([])
    await cutOff(pages, olivia, { kind: 'platform', target: 'meta' })
    expect(await lines(database)).toEqual([{ together: true }])
  })
})

test('what left no line any more is found by the walk', async () => {
  const changes = [
    'DROP TRIGGER note_cut ON consent.cutoff',
    'DROP TRIGGER note_done ON rules.change',
    'DROP TRIGGER note_file ON cases.export',
    'DROP TRIGGER note_look ON desk.look',
    'DROP TRIGGER note_resolved ON console.incident',
    withoutPart('staff.end_sessions(bytea, text)', 'IF ended > 0 THEN', 'IF false THEN'),
  ]
  expect(await withScene(changes, walk)).toEqual([
    'a cut-off and its lift by two: no acted cut-off/platform',
    ...['promote', 'promote', 'promote', 'promote', 'roll-back'].map(
      (kind) => `rules: a draft, its shadow, live by two, and back by one: no acted rules/done/${kind}`,
    ),
    'rules: a shadow that is ended, and an entry of a list: no acted rules/done/list-add',
    ...['acted cases/export/csv', 'looked desk', 'looked desk'].map(
      (line) =>
        `cases: many at once, a proposal taken back, a decision of two, a note, the evidence, a file: no ${line}`,
    ),
    'an incident: told, added to, ended: no acted incidents/resolved',
    'people added and removed, and their sessions ended: no acted sessions/ended',
    'a conversation taken, leave asked for, handed back: no looked desk',
  ])
})
