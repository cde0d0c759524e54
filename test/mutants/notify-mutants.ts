import type { Change } from './change.ts'
import { withoutPart } from './without-part.ts'

/** One defence of messages that nobody asked for less, and what then becomes of an attack on them. */
export type NotifyMutant = {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack: 'tell after a stop' | 'tell a fact twice' | 'look twice a day' | 'look without leave'
  readonly expect: 'succeeds' | { readonly stoppedBy: string }
}

const grantsNotAskedAgain: Change = {
  file: 'src/notify/tell-news.js',
  from: 'if (!(await record(parts, tx, look.permits, level)))',
  to: 'await record(parts, tx, look.permits, level);\n    if (false)',
}
const rowsForAnybody: Change = {
  sql: `DO $do$ BEGIN
    ALTER POLICY wanted_adds ON notify.told WITH CHECK (true);
    ALTER POLICY wanted_reads ON notify.told USING (true);
  END $do$`,
}
const messageWithoutLeave: Change = {
  file: 'src/notify/tell-news.js',
  from: 'leave: look.permits.map(({ grantId }) => ({ grant: grantId, level })),',
  to: 'leave: [],',
}
const turnsThatNeverEnd: Change = {
  file: 'src/notify/plan-turn.js',
  override: 'planTurn',
  to: `(turn) => ({ step: 'look', next: turn.now })`,
}

export const notifyMutants: readonly NotifyMutant[] = [
  {
    name: 'notices that go out after a stop, as far as the look is concerned',
    changes: [grantsNotAskedAgain],
    attack: 'tell after a stop',
    expect: { stoppedBy: 'the row policy of what was told' },
  },
  {
    name: 'notices that go out after a stop, as far as the look and its rows are concerned',
    changes: [grantsNotAskedAgain, rowsForAnybody],
    attack: 'tell after a stop',
    expect: { stoppedBy: 'the leave, asked again when the message is sent' },
  },
  {
    name: 'notices that go out after a stop',
    changes: [grantsNotAskedAgain, rowsForAnybody, messageWithoutLeave],
    attack: 'tell after a stop',
    expect: 'succeeds',
  },
  {
    name: 'facts that are not looked up among what was told',
    changes: [
      {
        file: 'src/notify/told-store.js',
        from: 'return rows.map(({ fingerprint }) => fingerprint);\n}\n/** Notes',
        to: 'return [];\n}\n/** Notes',
      },
    ],
    attack: 'tell a fact twice',
    expect: { stoppedBy: 'the fingerprint’s primary key' },
  },
  {
    name: 'fingerprints that are never the same',
    changes: [
      { file: 'src/notify/fingerprint.js', from: '|${news.identity}`', to: '|${news.identity}|${Math.random()}`' },
    ],
    attack: 'tell a fact twice',
    expect: 'succeeds',
  },
  {
    name: 'turns that are always due, by the code',
    changes: [turnsThatNeverEnd],
    attack: 'look twice a day',
    expect: { stoppedBy: 'notify.take' },
  },
  {
    name: 'turns that are always due, by the code and the database',
    changes: [
      turnsThatNeverEnd,
      {
        sql: withoutPart(
          'notify.take(uuid, text, timestamptz)',
          "greatest(p_next, clock_timestamp() + interval ''23 hours'')",
          'p_next',
        ),
      },
      {
        sql: withoutPart(
          'notify.take(uuid, text, timestamptz)',
          "w.looked_at <= clock_timestamp() - interval ''23 hours''",
          'true',
        ),
      },
    ],
    attack: 'look twice a day',
    expect: 'succeeds',
  },
  {
    name: 'looks for whoever is named in a job',
    changes: [
      {
        file: 'src/notify/find-conversation.js',
        from: "grant.purpose === 'notify-customer'",
        to: 'grant.purpose !== undefined',
      },
    ],
    attack: 'look without leave',
    expect: { stoppedBy: 'the gate' },
  },
]
