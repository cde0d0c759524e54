import { withoutPart } from './without-part.ts'

/** One defence of the desk less, and what then becomes of an agent who wants to see more than is theirs. */
export type DeskMutant = {
  readonly name: string
  /** Run by the administrator, one statement each. */
  readonly sql: readonly string[]
  readonly attack: 'take another bank’s customer' | 'read a colleague’s conversation'
  readonly expect: 'succeeds' | 'stopped'
}

const everyBanksRows = [
  'ALTER POLICY agents_see ON desk.handover USING (true)',
  `ALTER POLICY agents_work ON desk.handover USING (state IN ('waiting', 'taken')) WITH CHECK (true)`,
  'ALTER POLICY agents_look ON desk.look WITH CHECK (true)',
]
const functionsThatDoNotAsk = [
  withoutPart('desk.take(text, uuid, text, integer, integer)', ' AND desk.in_scope(x.institution)'),
  withoutPart('desk.list(text)', 'desk.in_scope(h.institution)', 'true'),
]

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
]
