import type { Change } from './change.ts'

/** One lock of card events less, and what a stolen login of the purpose can then do. */
export type CardEventMutant = {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack: 'keep without a look' | 'keep behind a look that can be rolled back' | 'keep after the leave ended'
}

/** `vault.stands` and `vault.standing_among` with one of their conditions less. */
const standsWithout = (condition: string): Change => ({
  sql: `DO $do$ BEGIN
    EXECUTE replace(pg_get_functiondef('vault.stands(uuid,text)'::regprocedure), $c$${condition}$c$, '');
    EXECUTE replace(pg_get_functiondef('vault.standing_among(uuid[])'::regprocedure), $c$${condition}$c$, '');
  END $do$`,
})

/** Each of these attacks then succeeds. */
export const cardEventMutants: readonly CardEventMutant[] = [
  {
    name: 'card events that need no standing look',
    changes: [{ sql: 'ALTER POLICY standing_adds ON vault.card_event WITH CHECK (verdict IS NULL)' }],
    attack: 'keep without a look',
  },
  {
    name: 'a standing look that counts before its transaction has committed',
    changes: [
      standsWithout('AND e.xid < pg_snapshot_xmax(pg_current_snapshot())'),
      standsWithout(`AND e.xid <> coalesce(pg_current_xact_id_if_assigned(), '0'::xid8)`),
    ],
    attack: 'keep behind a look that can be rolled back',
  },
  {
    name: 'a standing look that outlives the leave',
    changes: [standsWithout('AND consent.holds_now(g)')],
    attack: 'keep after the leave ended',
  },
]
