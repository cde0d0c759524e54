import type { Change } from './change.ts'
import { withoutPart } from './without-part.ts'

/** One defence of the cases less, and what then becomes of somebody who wants more than is theirs. */
export type CaseMutant = {
  readonly name: string
  /** Run by the administrator, one statement each. */
  readonly sql: readonly string[]
  readonly attack:
    | 'decide alone'
    | 'decide many alone'
    | 'see another bank’s case'
    | 'open the evidence of another bank’s case'
    | 'read a case without a look'
    | 'take cases out unseen'
    | 'sign other words'
    | 'have the same worked on twice'
    | 'have the same use of a card worked on twice'
  readonly expect: 'succeeds' | 'stopped'
}

const confirm = 'cases.confirm(bytea, text, bytea, bytea, bytea, bytea)'
const functionThatTakesAnybody = withoutPart(confirm, 'IF p.proposed_by = me THEN', 'IF false THEN')
const takeOut = 'cases.take_out(bytea, uuid, text, jsonb, text, integer)'
const evidenceForAnybody = withoutPart('cases.note_evidence_opened(bytea, uuid)', 'AND cases.decides(f.institution)')
const tableThatTakesAnybody = 'ALTER TABLE cases.proposal DROP CONSTRAINT two_people'
const policiesThatShowAll = [
  'ALTER POLICY casework_sees ON desk.fraud_case USING (true)',
  'ALTER POLICY casework_looks ON desk.look WITH CHECK (true)',
  'ALTER POLICY casework_sees ON desk.look USING (true)',
]

export const caseMutants: readonly CaseMutant[] = [
  {
    name: 'a function that asks nobody who proposed',
    sql: [functionThatTakesAnybody],
    attack: 'decide alone',
    expect: 'stopped',
  },
  {
    name: 'a table that takes one person’s word twice',
    sql: [tableThatTakesAnybody],
    attack: 'decide alone',
    expect: 'stopped',
  },
  {
    name: 'a function that asks nobody, and a table that takes one person’s word twice',
    sql: [functionThatTakesAnybody, tableThatTakesAnybody],
    attack: 'decide alone',
    expect: 'succeeds',
  },
  {
    name: 'many at once: a function that asks nobody who proposed',
    sql: [functionThatTakesAnybody],
    attack: 'decide many alone',
    expect: 'stopped',
  },
  {
    name: 'many at once, without four eyes: neither the function nor the table asks who proposed',
    sql: [functionThatTakesAnybody, tableThatTakesAnybody],
    attack: 'decide many alone',
    expect: 'succeeds',
  },
  {
    name: 'evidence that a function opens for whoever sees the case, and cases that only a bank’s own people see',
    sql: [evidenceForAnybody],
    attack: 'open the evidence of another bank’s case',
    expect: 'stopped',
  },
  {
    name: 'evidence of every bank: neither the function nor the rows ask whose case it is',
    sql: [
      evidenceForAnybody,
      'ALTER POLICY people_see ON cases.file USING (true)',
      'ALTER POLICY people_add ON cases.event WITH CHECK (true)',
    ],
    attack: 'open the evidence of another bank’s case',
    expect: 'succeeds',
  },
  {
    name: 'a file of cases that leaves no look',
    sql: [withoutPart(takeOut, 'WHERE c.id = ANY (which);', 'WHERE false;')],
    attack: 'take cases out unseen',
    expect: 'succeeds',
  },
  {
    name: 'a second case of the same day that is not joined to the first',
    sql: [withoutPart('cases.begin_file()', 'ORDER BY f.opened_at LIMIT 1', 'ORDER BY f.opened_at LIMIT 0')],
    attack: 'have the same worked on twice',
    expect: 'succeeds',
  },
  {
    name: 'a second case about the same use of a card that is not joined to the first',
    sql: [
      withoutPart(
        'cases.attach(uuid, text, uuid, uuid[], bytea, smallint, text)',
        'IF first_one IS NOT NULL AND NOT EXISTS',
        'IF false AND NOT EXISTS',
      ),
    ],
    attack: 'have the same use of a card worked on twice',
    expect: 'succeeds',
  },
  {
    name: 'a signature that is compared with no finding',
    sql: [withoutPart(confirm, `OR d ->> ''finding'' <> p.finding`)],
    attack: 'sign other words',
    expect: 'succeeds',
  },
  {
    name: 'cases that every bank’s people see',
    sql: [...policiesThatShowAll, 'ALTER POLICY people_see ON cases.file USING (true)'],
    attack: 'see another bank’s case',
    expect: 'succeeds',
  },
  {
    name: 'cases of the desk that every bank’s people see, and files that they do not',
    sql: policiesThatShowAll,
    attack: 'see another bank’s case',
    expect: 'stopped',
  },
  {
    name: 'a page that opens without a look',
    sql: [
      withoutPart(
        'cases.load(bytea, uuid)',
        'AND EXISTS (SELECT FROM desk.look l',
        'OR EXISTS (SELECT FROM desk.look l',
      ),
    ],
    attack: 'read a case without a look',
    expect: 'succeeds',
  },
]

/** What the code alone decides about cases: one of it less, and what the case then comes to. */
export const caseCodeMutants: readonly {
  readonly name: string
  readonly change: Change
  readonly attack: 'be late by the bank’s own clock and not listed' | 'dispute a use and teach nothing'
}[] = [
  {
    name: 'a clock that ignores what the bank configured',
    change: {
      file: 'src/cases/regulatory-clock.js',
      from: 'bank.steps?.[kind] ?? defaultClocks[kind]',
      to: 'defaultClocks[kind]',
    },
    attack: 'be late by the bank’s own clock and not listed',
  },
  {
    name: 'a dispute whose label is not written',
    change: { file: 'src/alerts/send-dispute.js', from: 'events.map((event) => ({ ...label, event }))', to: '[]' },
    attack: 'dispute a use and teach nothing',
  },
]
