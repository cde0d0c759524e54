import { withoutPart } from './without-part.ts'

/** One defence of the cases less, and what then becomes of somebody who wants more than is theirs. */
export type CaseMutant = {
  readonly name: string
  /** Run by the administrator, one statement each. */
  readonly sql: readonly string[]
  readonly attack: 'decide alone' | 'see another bank’s case' | 'read a case without a look' | 'sign other words'
  readonly expect: 'succeeds' | 'stopped'
}

const confirm = 'cases.confirm(bytea, text, bytea, bytea, bytea, bytea)'
const functionThatTakesAnybody = withoutPart(confirm, 'IF p.proposed_by = me THEN', 'IF false THEN')
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
