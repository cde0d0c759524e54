import type { Change } from './change.ts'

/** One defence of the leave for fraud alerts less, and what then becomes of somebody who wants to silence them. */
export type LeaveMutant = {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack:
    'silence by one press' | 'silence without the passkey' | 'silence by another act' | 'silence by words'
  readonly expect: 'succeeds' | { readonly stoppedBy: string }
}

const wordsThatReachAlerts: Change = {
  sql: `CREATE OR REPLACE FUNCTION consent.stop_answers(p_conversation uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE stopped integer;
    BEGIN
      SELECT coalesce(sum(cardinality(e.grants)), 0) INTO stopped FROM consent.end_grants(ARRAY(
        SELECT g.id FROM consent.grant_ g WHERE g.conversation = p_conversation AND g.revoked_at IS NULL), 'customer-in-chat') e;
      RETURN stopped;
    END
    $$`,
}
/** `consent.end_alerts` without the day. */
const dayThatIsOver: Change = {
  sql: `DO $do$ BEGIN
    EXECUTE replace(pg_get_functiondef('consent.end_alerts(uuid)'::regprocedure), 'AND a.ends_at <= clock_timestamp()', '');
  END $do$`,
}

/** One defence of a question that is open less: what words alone then do to it. */
export type ReplyMutant = {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack:
    'put a question to rest unseen' | 'let a declined payment through by words' | 'take “not me” back by words'
}

/** Each of these attacks then succeeds. */
export const replyMutants: readonly ReplyMutant[] = [
  {
    name: 'an alert that believes a yes of who has not seen the details',
    changes: [{ file: 'src/alerts/step-alert.js', from: 'if (!alert.informed)', to: 'if (false)' }],
    attack: 'put a question to rest unseen',
  },
  {
    name: 'an alert that lets a declined payment through without the passkey',
    changes: [{ file: 'src/alerts/step-alert.js', from: 'if (alert.declined && !withPasskey)', to: 'if (false)' }],
    attack: 'let a declined payment through by words',
  },
  {
    name: 'an alert whose label words can take back',
    changes: [{ file: 'src/alerts/step-alert.js', from: 'if (!withPasskey)', to: 'if (false)' }],
    attack: 'take “not me” back by words',
  },
]

export const leaveMutants: readonly LeaveMutant[] = [
  {
    name: 'a switch of a kind of data that reaches fraud alerts too',
    changes: [
      {
        file: 'src/privacy-centre/sharing-pages.js',
        from: `grant.purpose !== 'fraud-alerts' &&`,
        to: '',
      },
    ],
    attack: 'silence by one press',
    expect: 'succeeds',
  },
  {
    name: 'a stop of everything that spares nothing',
    changes: [
      {
        file: 'src/privacy-centre/end-sharing.js',
        from: `if (spared.length === 0)`,
        to: 'if (true)',
      },
    ],
    attack: 'silence by one press',
    expect: 'succeeds',
  },
  {
    name: 'an end of fraud alerts that takes any answer for the passkey’s',
    changes: [
      {
        file: 'src/privacy-centre/alerts-pages.js',
        from: 'if (!approved.ok)',
        to: 'if (false)',
      },
    ],
    attack: 'silence without the passkey',
    expect: 'succeeds',
  },
  {
    name: 'an end of fraud alerts that takes the passkey’s word for another act',
    changes: [
      {
        file: 'src/privacy-centre/alerts-pages.js',
        from: `finishAct(tools, call, 'end-alerts', { about: bank })`,
        to: `finishAct(tools, call, 'phrase')`,
      },
    ],
    attack: 'silence by another act',
    expect: 'succeeds',
  },
  {
    name: 'words that end fraud alerts with everything else',
    changes: [wordsThatReachAlerts],
    attack: 'silence by words',
    expect: 'succeeds',
  },
  {
    name: 'words whose day is over at once',
    changes: [dayThatIsOver],
    attack: 'silence by words',
    expect: 'succeeds',
  },
]
