import type { AttackName } from './attacks.ts'
import type { Change } from './change.ts'

/** One defence less, and what must then happen to an attack: it succeeds, or the named next lock stops it. */
export type Mutant = {
  /** A sentence: what is missing. */
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack: AttackName
  readonly expect: 'succeeds' | { readonly stoppedBy: string }
}

/** `vault.live_ticket` as in the migration, but without asking whether an earlier transaction committed the ticket. */
const uncommittedTickets = `
  CREATE OR REPLACE FUNCTION vault.live_ticket() RETURNS TABLE
    (customer uuid, institution text, channel text, conversation uuid, data_class text)
  LANGUAGE sql STABLE
  BEGIN ATOMIC
    SELECT e.customer, e.institution, e.channel, g.conversation, e.data_class
    FROM audit.entry e
    JOIN consent.grant_ g ON g.id = e.grant_id
    WHERE e.seq = nullif(pg_catalog.current_setting('gate.ticket', true), '')::bigint
      AND e.event = 'opened'
      AND e.login = session_user
      AND e.at > pg_catalog.clock_timestamp() - interval '30 seconds'
      AND consent.holds_now(g);
  END`

/**
 * Each takes one defence away and says what must follow. To add one: name what is missing, say where it stood (`from` must
 * occur once), choose an attack, and say whether it now succeeds or which lock comes next. Run it once without the change.
 */
export const mutants: readonly Mutant[] = [
  {
    name: 'openPermit that makes a permit without asking gate or keystore',
    changes: [
      {
        file: 'src/consent/open-permit.js',
        from: 'const ticket = await openTicket(deps, look, auditKey);',
        to: `const ticket = { ticket: 1n, id: look.customer, channel: 'messenger', grant_id: look.customer, disclosure: 'full', at: 0 };`,
      },
      {
        file: 'src/consent/open-permit.js',
        from: 'const released = await deps.keystore.release(ticket.ticket);',
        to: `const released = { ok: true, value: { data: auditKey, bankToken: auditKey, disclosure: 'full', accounts: [] } };`,
      },
    ],
    attack: 'look without a grant',
    expect: { stoppedBy: 'the row policy' },
  },
  {
    name: 'a vault whose row policies let the gate read everything',
    changes: [{ sql: 'CREATE POLICY let_through ON vault.bank_token FOR SELECT TO @access_gate USING (true)' }],
    attack: 'read with a ticket whose grant ended',
    expect: { stoppedBy: 'the keystore' },
  },
  {
    name: 'a keystore that believes every signature',
    changes: [{ file: 'src/keystore/verify-assertion.js', override: 'verifyAssertion', to: 'async () => true' }],
    attack: 'forge a grant by SQL',
    expect: 'succeeds',
  },
  {
    name: 'a ticket that counts before its transaction has committed',
    changes: [{ sql: uncommittedTickets }],
    attack: 'read and log in one transaction, then roll back',
    expect: 'succeeds',
  },
  {
    name: 'a grant that holds though it was revoked',
    changes: [
      {
        sql: `CREATE OR REPLACE FUNCTION consent.holds_now(g consent.grant_) RETURNS boolean
          LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
          AS $$ SELECT NOT g.unconfirmed AND g.expires_at > clock_timestamp() $$`,
      },
    ],
    attack: 'look after "stop"',
    expect: 'succeeds',
  },
  {
    name: 'a seal that seals nothing',
    changes: [
      { file: 'src/platform/seal.js', override: 'seal', to: '(key, plain) => Buffer.from(plain)' },
      { file: 'src/platform/seal.js', override: 'unseal', to: '(key, sealed) => Buffer.from(sealed)' },
    ],
    attack: 'search the disk',
    expect: 'succeeds',
  },
  {
    name: 'a keystore that does not compare the look with what was signed',
    changes: [{ file: 'src/keystore/release-keys.js', from: 'if (!covers(terms, facts))', to: 'if (false)' }],
    attack: 'widen what was signed by SQL',
    expect: 'succeeds',
  },
  {
    name: 'a keystore that does not ask whether the person was verified',
    changes: [
      {
        file: 'src/keystore/verify-assertion.js',
        from: 'requireUserVerification: true',
        to: 'requireUserVerification: false',
      },
    ],
    attack: 'sign without being verified',
    expect: 'succeeds',
  },
  {
    name: 'a keystore that takes signatures from any page',
    changes: [
      {
        file: 'src/keystore/verify-assertion.js',
        from: 'expectedOrigin: [...site.origins]',
        to: `expectedOrigin: [...site.origins, 'https://evil.example']`,
      },
    ],
    attack: 'sign on a page of another site',
    expect: 'succeeds',
  },
  {
    name: 'a keystore that releases to whoever names a ticket',
    changes: [
      {
        file: 'src/keystore/release-keys.js',
        from: 'if (!isCallers(deps.database.login, caller, facts))',
        to: 'if (false)',
      },
    ],
    attack: 'release with the ticket of another caller',
    expect: 'succeeds',
  },
  {
    name: 'a recovered passkey that does not wait',
    changes: [
      {
        file: 'src/keystore/enrol-passkey.js',
        from: 'recovery === true ? deps.recoveryWaitMs : undefined',
        to: 'recovery === true ? 0 : undefined',
      },
    ],
    attack: 'recover a passkey at once',
    expect: 'succeeds',
  },
  {
    name: 'a further passkey that needs nobody’s leave',
    changes: [{ file: 'src/keystore/enrol-passkey.js', override: 'isApproved', to: 'async () => true' }],
    attack: 'add a passkey without leave',
    expect: 'succeeds',
  },
  {
    name: 'key files whose lines anybody can write',
    changes: [
      { file: 'src/keystore/shard-line.js', from: '!timingSafeEqual(given, markOf(root, shard, json))', to: 'false' },
    ],
    attack: 'plant a passkey in a key file',
    expect: 'succeeds',
  },
  {
    name: 'a gate that statistics may call',
    changes: [
      { sql: 'GRANT USAGE ON SCHEMA gate TO @statistics' },
      { sql: 'GRANT EXECUTE ON FUNCTION gate.open(uuid, text, uuid, text, bytea, bytea) TO @statistics' },
    ],
    attack: 'open a look as statistics',
    expect: { stoppedBy: 'the purpose in the grant' },
  },
  {
    name: 'a list of purposes that takes any word',
    changes: [{ sql: 'ALTER TABLE consent.purpose DROP CONSTRAINT purpose_name_check' }],
    attack: 'look for advertising',
    expect: { stoppedBy: 'the keystore' },
  },
]
