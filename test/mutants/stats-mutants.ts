import type { StatsAttack } from '../attacks/statistics-attacks.ts'
import type { Change } from './change.ts'
import { withoutPart } from './without-part.ts'

/** One defence of totals less, and what then becomes of an attack on them: it succeeds, or the named lock stops it. */
export type StatsMutant = {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack: StatsAttack
  readonly expect: string
}

const countsAgain: readonly Change[] = [
  { sql: withoutPart('statistics.take()', 'WHERE r.numbers IS NULL', 'WHERE true') },
  { sql: withoutPart('statistics.count_people(uuid)', ' AND r.numbers IS NULL') },
]
const writesAgain: readonly Change[] = [
  { sql: withoutPart('statistics.keep(uuid,bigint[])', ' AND r.numbers IS NULL') },
  { sql: 'ALTER POLICY owner_releases ON statistics.release USING (true)' },
]
const uncapped: Change = {
  sql: withoutPart('statistics.ask(bytea,text,date)', ' AND b.spent + v_question.cost <= b.cap'),
}

export const statsMutants: readonly StatsMutant[] = [
  {
    name: 'totals with half the noise that was paid for',
    changes: [
      {
        file: 'src/stats/release-counts.js',
        from: '+ drawNoise(random, noise)',
        to: '+ drawNoise(random, noise) / 2n',
      },
    ],
    attack: 'tell that people are counted, by many looks at noise',
    expect: 'succeeds',
  },
  {
    name: 'totals in which one customer counts in every cell',
    changes: [{ sql: withoutPart('statistics.count_people(uuid)', ' AND b.nth <= b.bound') }],
    attack: 'tell people who did everything',
    expect: 'succeeds',
  },
  {
    name: 'totals that are counted before their cost is spent for good',
    changes: [
      {
        sql: withoutPart('statistics.count_people(uuid)', 'AND r.spent_xid < pg_snapshot_xmax(pg_current_snapshot())'),
      },
      {
        sql: withoutPart(
          'statistics.count_people(uuid)',
          `AND r.spent_xid <> coalesce(pg_current_xact_id_if_assigned(), ''0''::xid8)`,
        ),
      },
    ],
    attack: 'count and take the spending back',
    expect: 'succeeds',
  },
  {
    name: 'totals that are counted again, with fresh noise',
    changes: countsAgain,
    attack: 'ask again and take the mean',
    expect: 'the stored numbers',
  },
  {
    name: 'totals that are counted again and written again, with fresh noise',
    changes: [...countsAgain, ...writesAgain],
    attack: 'ask again and take the mean',
    expect: 'succeeds',
  },
  {
    name: 'a budget that nobody compares with its cap',
    changes: [uncapped],
    attack: 'spend what is not there, all at once',
    expect: 'the cap',
  },
  {
    name: 'a budget that neither the question nor the row compares with its cap',
    changes: [uncapped, { sql: 'ALTER TABLE statistics.budget DROP CONSTRAINT within_the_cap' }],
    attack: 'spend what is not there, all at once',
    expect: 'succeeds',
  },
]
