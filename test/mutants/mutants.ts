import type { AttackName } from './attacks.ts'
import type { Change } from './change.ts'
import { withoutPart } from './without-part.ts'

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

const ownRow = 'AND t.customer = e.customer AND t.institution = e.institution'

const rowsByASetting = `CREATE POLICY by_setting ON vault.bank_token FOR SELECT TO @access_gate
  USING (customer::text = current_setting('app.customer', true))`

/** `gate.bank_token` as it would be if it kept the first ticket of a connection for whoever comes next on it. */
const sessionWideTicket = `
  CREATE OR REPLACE FUNCTION gate.bank_token(p_ticket bigint) RETURNS TABLE (version integer, sealed bytea)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM set_config('gate.ticket', coalesce(nullif(current_setting('gate.ticket', true), ''), p_ticket::text), false);
    RETURN QUERY SELECT t.version, t.sealed FROM vault.bank_token t
      JOIN audit.entry e ON e.seq = current_setting('gate.ticket')::bigint
        AND t.customer = e.customer AND t.institution = e.institution;
  END
  $$`

const mayTakeBack = 'AND consent.may_take_back(p_customer, p_institution)'

// Only the keystore's report says whose conversations' keys are gone; a removal that does without it does without this too.
const removalInBetween = withoutPart(
  'erasure.remove_rows(uuid)',
  'IF NOT erasure.conversations_of(e)',
  'IF false AND NOT erasure.conversations_of(e)',
)

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
        from: 'const ticket = await commitEntry(deps, look, { auditKey, brings });',
        to: `const ticket = { ticket: 1n, id: look.customer, channel: 'messenger', grant_id: look.customer, disclosure: 'full', at: 0, commitment: new Uint8Array(32) };`,
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
    name: 'a grant that holds though what it needs is cut off',
    changes: [
      {
        sql: `CREATE OR REPLACE FUNCTION consent.holds_now(g consent.grant_) RETURNS boolean LANGUAGE sql VOLATILE
          RETURN g.revoked_at IS NULL AND NOT g.unconfirmed AND g.expires_at > pg_catalog.clock_timestamp()`,
      },
    ],
    attack: 'look at a bank that is cut off',
    expect: 'succeeds',
  },
  {
    name: 'a kill switch that is asked for channels only',
    changes: [
      {
        sql: `CREATE OR REPLACE FUNCTION consent.is_cut_off(p_channel text, p_institution text) RETURNS boolean
          LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
          AS $$ SELECT EXISTS (SELECT FROM consent.cutoff c WHERE c.lifted_at IS NULL AND c.target = p_channel) $$`,
      },
    ],
    attack: 'look at a bank that is cut off',
    expect: 'succeeds',
  },
  {
    name: 'a keystore that lifts without verifying who signed',
    changes: [
      { file: 'src/keystore/lift-cutoff.js', from: 'if (await isSigned(deps.site, claim, cutoff))', to: 'if (true)' },
    ],
    attack: 'lift a cut-off with the console’s login alone',
    expect: 'succeeds',
  },
  {
    name: 'a keystore and a function that both lift for one person',
    changes: [
      { file: 'src/keystore/lift-cutoff.js', from: 'const peopleNeeded = 2;', to: 'const peopleNeeded = 1;' },
      {
        sql: `CREATE OR REPLACE FUNCTION consent.lift_cutoff(p_cutoff uuid, p_lifts uuid[]) RETURNS timestamptz
          LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
          AS $$ UPDATE consent.cutoff SET lifted_at = clock_timestamp(), lifted_with = p_lifts WHERE id = p_cutoff RETURNING lifted_at $$`,
      },
    ],
    attack: 'lift a cut-off as one person',
    expect: { stoppedBy: 'a constraint of the table' },
  },
  {
    name: 'a database that lets anybody who may write lifts also lift',
    changes: [{ sql: 'GRANT EXECUTE ON FUNCTION consent.lift_cutoff(uuid, uuid[]) TO @console' }],
    attack: 'lift a cut-off past the keystore',
    expect: 'succeeds',
  },
  {
    name: 'a database that does not ask who may act for the staff',
    changes: [
      {
        sql: `CREATE OR REPLACE FUNCTION staff.operator_key(p_member uuid, p_credential_id bytea, p_institution text) RETURNS bytea
          LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
          AS $$ SELECT p.public_key FROM staff.passkey p WHERE p.credential_id = p_credential_id $$`,
      },
    ],
    attack: 'cut off as an auditor',
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
    name: 'a gate that asks only the row policy whose row it gives',
    changes: [{ sql: withoutPart('gate.bank_token(bigint)', ownRow) }],
    attack: 'name another customer in a setting',
    expect: { stoppedBy: 'the ticket' },
  },
  {
    name: 'such a gate, and a policy that believes a setting',
    changes: [{ sql: withoutPart('gate.bank_token(bigint)', ownRow) }, { sql: rowsByASetting }],
    attack: 'name another customer in a setting',
    expect: { stoppedBy: 'the encryption' },
  },
  {
    name: 'a gate that compares with whatever operators its caller’s search path names',
    changes: [{ sql: 'ALTER FUNCTION gate.open(uuid, text, uuid, text, bytea, bytea) RESET search_path' }],
    attack: 'put an operator of one’s own before the gate’s',
    expect: { stoppedBy: 'the keystore' },
  },
  {
    name: 'such a gate, and a keystore that releases to whoever names a ticket',
    changes: [
      { sql: 'ALTER FUNCTION gate.open(uuid, text, uuid, text, bytea, bytea) RESET search_path' },
      {
        file: 'src/keystore/release-keys.js',
        from: 'if (!isCallers(deps.database.login, caller, facts))',
        to: 'if (false)',
      },
    ],
    attack: 'put an operator of one’s own before the gate’s',
    expect: 'succeeds',
  },
  {
    name: 'a ticket that stays on the connection',
    changes: [{ sql: sessionWideTicket }],
    attack: 'read what the one before left on a connection',
    expect: { stoppedBy: 'the encryption' },
  },
  {
    name: 'a ticket that stays on the connection, and a seal that seals nothing',
    changes: [
      { sql: sessionWideTicket },
      { file: 'src/platform/seal.js', override: 'seal', to: '(key, plain) => Buffer.from(plain)' },
      { file: 'src/platform/seal.js', override: 'unseal', to: '(key, sealed) => Buffer.from(sealed)' },
    ],
    attack: 'read what the one before left on a connection',
    expect: 'succeeds',
  },
  {
    name: 'a list of purposes that takes any word',
    changes: [{ sql: 'ALTER TABLE consent.purpose DROP CONSTRAINT purpose_name_check' }],
    attack: 'look for advertising',
    expect: { stoppedBy: 'the keystore' },
  },
  {
    name: 'a database that calls everything over',
    changes: [
      {
        sql: `CREATE OR REPLACE FUNCTION consent.may_take_back(p_customer uuid, p_institution text) RETURNS boolean
          LANGUAGE sql VOLATILE BEGIN ATOMIC SELECT true; END`,
      },
    ],
    attack: 'take tokens back while they are shared',
    expect: 'succeeds',
  },
  {
    name: 'a gate that gives out revoking tickets while something is shared',
    changes: [{ sql: withoutPart('gate.open_revoking(uuid,text,bytea,bytea)', mayTakeBack) }],
    attack: 'take tokens back while they are shared',
    expect: { stoppedBy: 'the row policy' },
  },
  {
    name: 'such a gate, and row policies that let every revoking ticket through',
    changes: [
      { sql: withoutPart('gate.open_revoking(uuid,text,bytea,bytea)', mayTakeBack) },
      { sql: 'CREATE POLICY let_through ON vault.bank_token FOR SELECT TO @access_gate USING (true)' },
    ],
    attack: 'take tokens back while they are shared',
    expect: { stoppedBy: 'the keystore' },
  },
  {
    name: 'a keystore in which the caller that revokes may ask for any key',
    changes: [
      {
        file: 'src/keystore/answer-route.js',
        from: `revoke: ['/audit-key',`,
        to: `revoke: ['/release', '/audit-key',`,
      },
    ],
    attack: 'ask for a data key with a revoking ticket',
    expect: { stoppedBy: 'the keystore' },
  },
  {
    name: 'facts for the keystore that do not ask whether something is shared again',
    changes: [
      { sql: withoutPart('gate.revoking_facts(bigint)', 'AND consent.may_take_back(e.customer, e.institution)') },
    ],
    attack: 'destroy the key of what is shared again',
    expect: 'succeeds',
  },
  {
    name: 'a key that can be had while it is looked at whether it goes (slowed down, so that the two meet)',
    changes: [
      { file: 'src/keystore/key-ring.js', from: 'dropping.add(name);', to: '' },
      {
        file: 'src/keystore/key-ring.js',
        from: 'if (!(await mayDrop()))',
        to: 'const may = await mayDrop(); await new Promise((go) => setTimeout(go, 1500)); if (!may)',
      },
    ],
    attack: 'link anew while the key is being destroyed',
    expect: 'succeeds',
  },
  {
    name: 'the same slowness with the defence in place',
    changes: [
      {
        file: 'src/keystore/key-ring.js',
        from: 'if (!(await mayDrop()))',
        to: 'const may = await mayDrop(); await new Promise((go) => setTimeout(go, 1500)); if (!may)',
      },
    ],
    attack: 'link anew while the key is being destroyed',
    expect: { stoppedBy: 'the turn that a key takes' },
  },
  {
    name: 'words that end whatever a conversation shares',
    changes: [{ sql: withoutPart('consent.stop_answers(uuid)', `AND g.purpose <> ''fraud-alerts''`) }],
    attack: 'end fraud alerts by words',
    expect: 'succeeds',
  },
  {
    name: 'a database in which every login may end for every reason',
    changes: [
      {
        sql: `CREATE OR REPLACE FUNCTION consent.check_ending_right(p_because text) RETURNS void
          LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'BEGIN END'`,
      },
    ],
    attack: 'end fraud alerts from the chat for a reason of the pages',
    expect: 'succeeds',
  },
  {
    name: 'words that end fraud alerts without their day',
    changes: [{ sql: withoutPart('consent.end_alerts(uuid)', 'AND a.ends_at <= clock_timestamp()') }],
    attack: 'end fraud alerts on the day of the words',
    expect: 'succeeds',
  },
  {
    name: 'a keystore that lets go of any conversation’s key',
    changes: [{ file: 'src/keystore/forget-conversation.js', from: 'if (!gone)', to: 'if (false)' }],
    attack: 'destroy the key of a conversation that lives',
    expect: 'succeeds',
  },
  {
    name: 'a deletion that does not ask whether something is shared',
    changes: [
      {
        sql: withoutPart(
          'channels.forget_conversation(uuid)',
          'IF NOT consent.is_free_for',
          'IF false AND NOT consent.is_free_for',
        ),
      },
    ],
    attack: 'delete a conversation that shares',
    expect: 'succeeds',
  },
  {
    name: 'callbacks whose signature nobody checks',
    changes: [
      {
        file: 'src/channels/messenger/read-signed-request.js',
        from: 'if (!signatureHolds(appSecret, signature, payload))',
        to: 'if (false)',
      },
    ],
    attack: 'speak for the messenger without its secret',
    expect: 'succeeds',
  },
  {
    name: 'endings that nobody follows',
    changes: [
      { sql: withoutPart('consent.end_grants(uuid[],text)', `IF p_because <> ''replaced'' THEN`, 'IF false THEN') },
    ],
    attack: 'stop and let nobody tell the bank',
    expect: 'succeeds',
  },
  {
    name: 'a removal that does not ask whether the keys are gone',
    changes: [
      { sql: withoutPart('erasure.remove_rows(uuid)', ' OR e.keys_destroyed_at IS NULL') },
      { sql: removalInBetween },
    ],
    attack: 'remove what somebody signed while their keys live',
    expect: { stoppedBy: 'the row policy' },
  },
  {
    name: 'neither removal nor row policies ask whether the keys are gone',
    changes: [
      { sql: withoutPart('erasure.remove_rows(uuid)', ' OR e.keys_destroyed_at IS NULL') },
      { sql: removalInBetween },
      { sql: withoutPart('erasure.is_destroyed(uuid)', ' AND e.keys_destroyed_at IS NOT NULL') },
    ],
    attack: 'remove what somebody signed while their keys live',
    expect: 'succeeds',
  },
  {
    name: 'a keystore that erases for whoever writes a row',
    changes: [
      {
        file: 'src/keystore/carry-out-erasure.js',
        from: 'if (isKnown && !(await isAgreed(deps, customer, facts.approval)))',
        to: 'if (false)',
      },
    ],
    attack: 'destroy somebody’s keys for a wish they did not sign',
    expect: 'succeeds',
  },
  {
    name: 'a rotation that leaves the old root key lying about',
    changes: [{ file: 'src/keystore/rotate-root.js', from: 'await source.destroy(old.version)', to: 'void old' }],
    attack: 'put yesterday’s key files back after an erasure',
    expect: 'succeeds',
  },
]
