import { withoutPart } from './without-part.ts'

/** One defence of the desk less, and what then becomes of an agent who wants to see more than is theirs. */
export type DeskMutant = {
  readonly name: string
  /** Run by the administrator, one statement each. */
  readonly sql: readonly string[]
  readonly attack:
    | 'take another bank’s customer'
    | 'read a colleague’s conversation'
    | 'look at a bank without an agent’s session'
    | 'look at a bank for another case'
    | 'look at a bank after the hand-back'
  readonly expect: 'succeeds' | 'stopped'
}

const everyBanksRows = [
  'ALTER POLICY agents_see ON desk.handover USING (true)',
  `ALTER POLICY agents_work ON desk.handover USING (state IN ('waiting', 'taken')) WITH CHECK (true)`,
  'ALTER POLICY agents_look ON desk.look WITH CHECK (true)',
]
const functionsThatDoNotAsk = [
  withoutPart('desk.take(text, uuid, text, integer, integer)', ' OR NOT desk.in_scope(h.institution)'),
  withoutPart('desk.list(text)', '(SELECT desk.serves_all()) OR h.institution IN (SELECT desk.served_banks())', 'true'),
]

// What a grant is worth without the question whether its agent still has the conversation.
const leaveThatNobodyEnds = `CREATE OR REPLACE FUNCTION consent.holds_now(g consent.grant_) RETURNS boolean LANGUAGE sql VOLATILE
  RETURN g.revoked_at IS NULL AND NOT g.unconfirmed AND g.expires_at > pg_catalog.clock_timestamp()
    AND NOT consent.is_cut_off(g.channel, g.institution)`
const handBackThatEndsNothing = withoutPart(
  'desk.give_back(text, uuid, bytea, boolean)',
  'PERFORM desk.end_leaves(p_handover);',
)

export const deskMutants: readonly DeskMutant[] = [
  {
    name: 'a queue that shows every bank’s waiting customers',
    sql: everyBanksRows,
    attack: 'take another bank’s customer',
    expect: 'stopped',
  },
  {
    name: 'a queue whose functions do not ask whose bank it is',
    sql: functionsThatDoNotAsk,
    attack: 'take another bank’s customer',
    expect: 'stopped',
  },
  {
    name: 'a queue that shows every bank’s waiting customers, by functions that do not ask',
    sql: [...everyBanksRows, ...functionsThatDoNotAsk],
    attack: 'take another bank’s customer',
    expect: 'succeeds',
  },
  {
    name: 'a desk that anybody at it may read',
    sql: [withoutPart('desk.held(text, uuid)', ' AND h.taken_by = me')],
    attack: 'read a colleague’s conversation',
    expect: 'succeeds',
  },
  {
    name: 'a look that no agent’s session stands behind',
    sql: [
      withoutPart(
        'gate.open(uuid, text, uuid, text, bytea, bytea)',
        `AND (login_purpose <> ''customer-service'' OR desk.may_look(x.terms, p_class))`,
      ),
    ],
    attack: 'look at a bank without an agent’s session',
    expect: 'succeeds',
  },
  {
    name: 'a look by the leave of another case',
    sql: [withoutPart('desk.begin_look(bytea, uuid, text, integer)', 'x.handover = p_handover AND ')],
    attack: 'look at a bank for another case',
    expect: 'succeeds',
  },
  {
    name: 'a hand-back that ends no leave',
    sql: [handBackThatEndsNothing],
    attack: 'look at a bank after the hand-back',
    expect: 'stopped',
  },
  {
    name: 'leave that does not ask who has the conversation',
    sql: [leaveThatNobodyEnds],
    attack: 'look at a bank after the hand-back',
    expect: 'stopped',
  },
  {
    name: 'leave that outlives the hand-back',
    sql: [handBackThatEndsNothing, leaveThatNobodyEnds],
    attack: 'look at a bank after the hand-back',
    expect: 'succeeds',
  },
]
