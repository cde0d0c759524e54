import { z } from 'zod'
import type { Tx } from '../../src/platform/index.ts'

/** Schemas of ours; everything in them is looked at. */
const schemas = `('platform','institutions','customers','channels','chat','linking','answers','receipts','consent','audit','gate','vault','log','erasure','staff','desk','notify','alerts','rules','console','cases','statistics')`

/**
 * The definer functions and the procedures that may exist, and who may call each besides its owner. A new one is added here by
 * whoever adds it to a migration, after asking what it lets its callers do that they could not do without it.
 */
export const definerFunctions: Readonly<Record<string, readonly string[]>> = {
  'cases.add_note': ['console'],
  'cases.assign': ['console'],
  'cases.attach': ['fraud'], // names a case's uses of cards and a step of money; opens nothing
  'cases.begin_file': ['desk_owner'], // triggers of the desk's table
  'cases.begin_look': ['console'],
  'cases.confirm': ['console'],
  'cases.decided': ['fraud'],
  'cases.end_file': ['desk_owner'],
  'cases.find_proposal': ['console'],
  'cases.list': ['console'],
  'cases.load': ['console'], // only under a look of this person's that committed before
  'cases.note_evidence_opened': ['console'],
  'cases.note_told': ['fraud'],
  'cases.own_counts': ['centre'],
  'cases.own_standing': ['centre'],
  'cases.propose': ['console'],
  'cases.related': ['console'],
  'cases.sweep': ['console'],
  'cases.take_out': ['console'],
  'cases.timeline': ['console'],
  'cases.turn_down': ['console'],
  'cases.unjoin': ['console'],
  'channels.drop_held_digits': ['answer'],
  'channels.forget_conversation': ['revoker'],
  'channels.forget_strangers': ['channel'],
  'channels.is_gone': ['keystore'],
  'channels.own_held_digits': ['centre'],
  'channels.part_conversation': ['revoker'],
  'consent.ask_alerts_end': ['answer'],
  'consent.end_alerts': ['revoker'],
  'consent.forget_alerts_endings': ['revoker'],
  'consent.keep_alerts': ['answer', 'consent'],
  'consent.take_reminders': ['revoker'],
  'consent.warn_alerts_end': ['revoker'],
  'consent.count_sharing': ['console_owner'],
  'console.audit_looks': ['console'],
  'console.audit_rows': ['console'], // only what the caller's session wrote down, in an earlier transaction, that it looks at
  'console.begin_audit_look': ['console'],
  'console.budgets': ['console'],
  'console.connections': ['console'],
  'console.consent_weeks': ['console'],
  'console.consents': ['console'],
  'console.incident_notes': ['console'],
  'console.incident_titles': ['console'],
  'console.incidents': ['console'],
  'console.look_hours': ['console'],
  'console.note_incident': ['console'],
  'console.open_incident': ['console'],
  'console.own_audit_looks': ['centre'],
  'console.own_counts': ['centre'],
  'console.standing': ['console'],
  'console.sweep': ['console'],
  'institutions.add_looks': ['answer', 'fraud', 'notify', 'service'],
  'consent.all_hold': ['answer', 'channel', 'consent', 'fraud', 'notify', 'service'],
  'consent.check_ending_right': [],
  'consent.confirm_terms': ['app_owner'],
  'consent.cut_off': ['console'],
  'consent.cutoff_lifts': ['console'],
  'consent.cutoffs': ['console'],
  'consent.cut_off_since': ['answer', 'consent', 'fraud', 'inspector', 'notify', 'revoker', 'service'],
  'consent.end_grants': [],
  'consent.end_overdue': ['revoker'],
  'consent.end_where': ['answer', 'channel', 'consent', 'eraser', 'revoker'],
  'consent.is_cut_off': [
    'access_gate', 'answer', 'app_owner', 'consent', 'fraud', 'inspector', 'institution', 'notify', 'revoker', 'service', 'vault_owner',
  ], // prettier-ignore
  'consent.is_free_for': ['app_owner', 'consent'],
  'consent.lift_cutoff': ['keystore'],
  'consent.lift_facts': ['keystore'],
  'consent.note_lifted': [],
  'consent.sign_lift': ['console'],
  'gate.last_look_after': ['consent'],
  'staff.add_member': ['staff'],
  'staff.agent_scope': ['agent_owner'],
  'staff.enrol_passkey': ['console'],
  'staff.has_agent': ['desk_owner'],
  'staff.operator_key': ['consent_writer'],
  'staff.remove_member': ['staff'],
  'staff.session_members': ['desk_owner'],
  'staff.session_member': [
    'agent_owner',
    'app_owner',
    'casework_owner',
    'consent_writer',
    'console',
    'console_owner',
    'desk_owner',
    'rules_owner',
    'statistics',
    'statistics_owner',
  ],
  'staff.banks': ['console'],
  'staff.end_sessions': ['console'],
  'staff.forget_events': ['console'],
  'staff.list_events': ['console', 'staff'],
  'staff.list_sessions': ['console'],
  'staff.member_of_identity': ['console'],
  'staff.note_event': ['console', 'console_owner'],
  'staff.note_act': ['consent_writer', 'rules_owner'],
  'staff.note_member': [],
  'staff.note_not_allowed': ['console', 'statistics'],
  'staff.note_row': ['cases_owner', 'consent_writer', 'console_owner', 'desk_owner', 'rules_owner', 'statistics_owner'],
  'staff.people': ['console'],
  'staff.note_passkey': [],
  'staff.note_session': [],
  'staff.waiting_member': ['console'],
  'consent.is_unshared': ['erasure_owner'],
  'alerts.is_known': ['answer'],
  'alerts.model_counts': ['console'],
  'alerts.open_in': ['answer'],
  'alerts.own_counts': ['centre'],
  'alerts.zone_of': ['fraud'],
  'consent.end_service': ['desk_owner'],
  'consent.service_terms': ['desk_owner'],
  'consent.service_until': ['agent_owner', 'desk_owner'],
  'staff.list_agents': ['agent_owner'],
  'desk.allow_leave': ['consent'],
  'desk.ask': ['answer', 'fraud'],
  'desk.ask_leave': ['service'],
  'desk.be': ['service'],
  'desk.begin_look': ['service'],
  'desk.beside': ['service'],
  'desk.is_thread_elsewhere': ['service'],
  'desk.end_leaves': ['agent_owner'],
  'desk.end_unanswered': ['agent_owner'],
  'desk.inbox': ['service'],
  'desk.leave_holds': [
    'access_gate', 'answer', 'consent', 'consent_writer', 'fraud', 'inspector', 'institution', 'notify', 'revoker', 'service', 'vault_owner',
  ], // prettier-ignore
  'desk.leaves': ['service'],
  'desk.live_sessions': ['service'],
  'desk.may_look': ['access_gate'],
  'desk.note_bot_failed': ['answer'],
  'desk.notes': ['service'],
  'desk.own_leaves': ['centre'],
  'desk.people': ['service'],
  'desk.pulse': ['service'],
  'desk.refuse_leave': ['consent'],
  'desk.refuse_leave_here': ['answer'],
  'desk.write_note': ['service'],
  'desk.cancel': ['answer'],
  'desk.follow': ['service'],
  'desk.give_back': ['service'],
  'desk.hear': ['answer'],
  'desk.held': ['service'],
  'desk.lapse': ['service'],
  'desk.list': ['service'],
  'desk.note_joined': ['service'],
  'desk.note_late': ['service'],
  'desk.open_case': ['answer', 'fraud'],
  'desk.own_cases': ['centre'],
  'desk.own_counts': ['centre'],
  'desk.own_looks': ['centre'],
  'desk.own_messages': ['centre'],
  'desk.own_requests': ['centre'],
  'desk.say': ['service'],
  'desk.standing': ['service'],
  'desk.sweep': ['service'],
  'desk.take': ['service'],
  'desk.thread': ['service'],
  'desk.with_person': ['answer'],
  'erasure.begin_again': ['keystore'],
  'erasure.begin_conversation': ['answer'],
  'erasure.begin_customer': ['consent'],
  'erasure.conversations_of': [],
  'erasure.facts': ['keystore'],
  'erasure.finish': ['eraser'],
  'erasure.has_begun': [],
  'erasure.held': ['keystore'],
  'erasure.held_of': ['eraser'],
  'erasure.hold': ['eraser'],
  'erasure.is_destroyed': [],
  'erasure.list_held': ['keystore'],
  'erasure.list_people': ['keystore'],
  'erasure.note_opening': ['keystore'],
  'erasure.progress': ['eraser'],
  'erasure.refuse': ['eraser'],
  'erasure.remove': ['eraser'],
  'erasure.remove_rows': [],
  'erasure.report_destroyed': ['keystore'],
  'erasure.status': ['consent', 'eraser'],
  'erasure.stranded': ['eraser'],
  'erasure.summary': ['eraser'],
  'erasure.sweep': ['eraser'],
  'erasure.to_hold': ['eraser'],
  'consent.lower_disclosure': ['answer', 'consent'],
  'consent.lower_terms': ['consent'],
  'consent.own_counts': ['centre'],
  'consent.record_terms': ['consent'],
  'consent.revoke_terms': ['app_owner', 'consent'],
  'consent.seal_customer': ['consent'],
  'consent.stop_answers': ['answer', 'consent'],
  'gate.add_card_events': ['fraud'],
  'gate.card_events': ['fraud'],
  'gate.decide_card_events': ['fraud'],
  'gate.find_card_leave': ['fraud'],
  'gate.find_card_leave_of': ['fraud'],
  'gate.known_card_events': ['fraud'],
  'gate.stand': ['fraud'],
  'gate.standing_holds': ['fraud'],
  'gate.bank_token': ['answer', 'fraud', 'notify', 'revoker', 'service'],
  'gate.bank_token_of': ['answer', 'fraud', 'notify', 'service'],
  'gate.disclose': ['answer', 'fraud', 'notify', 'service'],
  'gate.forget_bank_token': ['revoker'],
  'gate.entries_to_merge': ['sequencer'],
  'gate.entry_hashes': ['console_owner', 'inspector', 'sequencer'],
  'gate.lease_refresh': ['answer', 'fraud', 'notify', 'service'],
  'customers.own_counts': ['centre'],
  'customers.of_session': [
    'cases_owner',
    'access_gate',
    'consent_writer',
    'console_owner',
    'desk_owner',
    'rules_owner',
    'statistics_owner',
    'vault_owner',
  ],
  'gate.look': ['answer', 'fraud', 'notify', 'service'], // a procedure with its caller's rights
  'gate.new_entry': [],
  'gate.open_revoking': ['revoker'],
  'gate.open': ['answer', 'fraud', 'notify', 'service'],
  'gate.own_entries': ['centre'],
  'gate.own_entry_count': ['centre'],
  'gate.release_facts': ['keystore'],
  'gate.revoking_facts': ['keystore'],
  'gate.sealed_answer': ['answer', 'notify'],
  'gate.store_bank_token': ['answer', 'fraud', 'notify', 'service'],
  'gate.store_sealed_answer': ['answer', 'notify'],
  'gate.usable_grant': [],
  'institutions.of_login': ['access_gate', 'audit_owner', 'consent_writer', 'institution'],
  'linking.confirm': ['answer'],
  'linking.waiting': ['answer'],
  'consent.wants_notices': ['app_owner'],
  'platform.withdraw': ['fraud'], // what has not gone yet, by its random id
  'notify.begin': ['consent_writer'],
  'notify.due': ['notify'],
  'notify.hasten': ['consent'],
  'notify.note_zone': ['notify'],
  'notify.own_counts': ['centre'],
  'notify.put_off': ['notify'],
  'notify.since': ['notify'],
  'notify.take': ['notify'],
  'vault.own_card_counts': ['centre'],
  'rules.add_counts': ['fraud'],
  'rules.ask_change': ['console'],
  'rules.carry_out': ['keystore'],
  'rules.change_facts': ['keystore'],
  'rules.changes': ['console'],
  'rules.counts': ['console'],
  'rules.entries': ['console'],
  'rules.latest_backtest': ['console'],
  'rules.note_done': [],
  'rules.versions': ['console'],
  'rules.note_backtest': ['console'],
  'rules.obstacle': [],
  'rules.own_counts': ['centre'],
  'rules.save_version': ['console'],
  'rules.shadow': ['console'],
  'rules.sign_change': ['console'],
  'rules.sweep': ['console'],
  'staff.rules_key': ['rules_owner'],
  'staff.works_on_rules': ['rules_owner'],
  'vault.own_count': ['centre'],
  'vault.sweep_card_events': ['fraud'],
  'consent.counted_on': ['statistics_owner'],
  'consent.keeps_counted': ['statistics_owner'],
  'consent.list_counted': ['statistics_owner'],
  'statistics.ask': ['statistics'],
  'statistics.budgets': ['statistics'],
  'statistics.count_people': ['statistics'], // a committed spend that has no numbers yet, and nothing else
  'statistics.keep': ['statistics'],
  'statistics.may_see': [],
  'statistics.note_alert': ['fraud'],
  'statistics.note_answer': ['answer'],
  'statistics.own_counts': ['centre'],
  'statistics.refusals': ['statistics'],
  'statistics.release_of': ['statistics'],
  'statistics.releases': ['statistics'],
  'statistics.sweep': ['statistics'],
  'statistics.take': ['statistics'],
  'statistics.weeks': ['statistics'],
  'vault.forget_ended': ['revoker'],
  'vault.sweep': ['answer'],
}

/** Every policy on the vault: command (r read, a add, w change, d delete) and for whom. */
const vaultPolicies: Readonly<Record<string, string>> = {
  'bank_token ticketed_read': 'r access_gate',
  'bank_token ticketed_insert': 'a access_gate',
  'bank_token ticketed_update': 'w access_gate',
  'bank_token counted': 'r vault_owner',
  'sealed_answer counted': 'r vault_owner',
  'sealed_answer ticketed_read': 'r access_gate',
  'sealed_answer ticketed_insert': 'a access_gate',
  'bank_token revoking_read': 'r access_gate',
  'bank_token revoking_delete': 'd access_gate',
  'bank_token erased': 'd erasure_owner',
  'bank_token erased_sees': 'r erasure_owner',
  'sealed_answer erased': 'd erasure_owner',
  'sealed_answer erased_sees': 'r erasure_owner',
  'sealed_answer ended': 'd vault_owner',
  'sealed_answer ended_sees': 'r vault_owner',
  'sealed_answer swept': 'd vault_owner',
  'sealed_answer swept_sees': 'r vault_owner',
  'standing gate_reads': 'r access_gate',
  'standing gate_adds': 'a access_gate',
  'standing gate_fills': 'w access_gate',
  'standing swept': 'd vault_owner',
  'standing swept_sees': 'r vault_owner',
  'standing counted': 'r vault_owner',
  'standing erased': 'd erasure_owner',
  'standing erased_sees': 'r erasure_owner',
  'card_event standing_adds': 'a access_gate',
  'card_event standing_reads': 'r access_gate',
  'card_event standing_decides': 'w access_gate',
  'card_event ticketed_read': 'r access_gate',
  'card_event swept': 'd vault_owner',
  'card_event swept_sees': 'r vault_owner',
  'card_event counted': 'r vault_owner',
  'card_event erased': 'd erasure_owner',
  'card_event erased_sees': 'r erasure_owner',
}

/** Privileges on the vault and the log, table or column, that anyone but superusers may hold. */
const guardedPrivileges: Readonly<Record<string, string>> = {
  'vault.bank_token access_gate': 'DELETE INSERT SELECT UPDATE',
  'vault.sealed_answer access_gate': 'INSERT SELECT',
  'vault.bank_token erasure_owner': 'DELETE SELECT',
  'vault.sealed_answer erasure_owner': 'DELETE SELECT',
  'vault.standing access_gate': 'INSERT SELECT UPDATE',
  'vault.card_event access_gate': 'INSERT SELECT UPDATE',
  'vault.standing erasure_owner': 'DELETE SELECT',
  'vault.card_event erasure_owner': 'DELETE SELECT',
  'audit.entry access_gate': 'INSERT SELECT',
  'audit.entry vault_owner': 'SELECT',
  'audit.entry institution': 'SELECT',
  'audit.entry inspector': 'SELECT',
  'audit.entry console_owner': 'SELECT',
  'audit.entry sequencer': 'SELECT',
  'log.leaf access_gate': 'SELECT',
  'log.leaf console_owner': 'SELECT',
  'log.checkpoint console_owner': 'SELECT',
  'log.promise console_owner': 'SELECT',
  'log.checkpoint access_gate': 'SELECT',
  'log.promise access_gate': 'SELECT',
  'log.leaf sequencer': 'INSERT SELECT',
  'log.merge sequencer': 'INSERT SELECT',
  'log.tile sequencer': 'INSERT SELECT',
  'log.checkpoint sequencer': 'INSERT SELECT',
  'log.cosignature sequencer': 'INSERT SELECT',
  'log.promise sequencer': 'SELECT',
  'log.digest sequencer': 'INSERT SELECT',
  'log.leaf inspector': 'SELECT',
  'log.merge inspector': 'SELECT',
  'log.tile inspector': 'SELECT',
  'log.checkpoint inspector': 'SELECT',
  'log.cosignature inspector': 'SELECT',
  'log.digest inspector': 'SELECT',
  'log.promise answer': 'INSERT',
  'log.promise notify': 'INSERT',
  'log.promise fraud': 'INSERT',
  'log.promise service': 'INSERT',
  'log.promise revoker': 'INSERT',
}

const text = z.object({ flaw: z.string() })

/** What is wrong with the database's catalogue, in words; empty when every lock is where it should be. */
export async function catalogueFlaws(tx: Tx, prefix: string): Promise<readonly string[]> {
  const plain = (query: string) => tx.rows(text, query.replaceAll('%SCHEMAS%', schemas).replaceAll('%PREFIX%', prefix))
  const found = [
    ...(await plain(openTables)),
    ...(await plain(looseFunctions)),
    ...(await plain(strongRoles)),
    ...(await plain(memberships)),
    ...(await plain(publicAccess)),
    ...(await plain(sidewaysViews)),
    ...(await plain(publicPolicies)),
    ...(await plain(forbiddenPrivileges)),
    ...(await plain(defaultPrivileges)),
    ...(await plain(strangeObjects)),
    ...(await plain(looseDeletes)),
  ].map((row) => row.flaw)
  return [
    ...found,
    ...(await definerFlaws(tx, prefix)),
    ...(await vaultPolicyFlaws(tx, prefix)),
    ...(await guardedPrivilegeFlaws(tx, prefix)),
  ]
}

const openTables = `
  SELECT 'no forced row security: ' || c.oid::regclass AS flaw
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    AND (n.nspname IN ('vault', 'audit', 'log', 'erasure')
      OR n.nspname IN ('staff', 'desk', 'rules', 'console', 'cases', 'statistics') OR c.oid::regclass::text IN ('institutions.look_hour', 'institutions.look_state', 'alerts.merchant_window', 'alerts.model_trial', 'alerts.model_use', 'alerts.model_count', 'alerts.model_spread', 'alerts.push_route', 'consent.terms', 'consent.grant_', 'consent.cutoff', 'consent.cutoff_lift',
        'consent.cutoff_reach', 'consent.ending', 'institutions.institution'))
  UNION ALL
  SELECT 'owned by a login or a superuser: ' || c.oid::regclass
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
  WHERE n.nspname IN %SCHEMAS% AND c.relkind IN ('r', 'p', 'S') AND (r.rolcanlogin OR r.rolsuper)
  UNION ALL
  SELECT 'a child of a guarded table: ' || i.inhrelid::regclass FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhparent JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('vault', 'audit', 'consent') AND c.relkind = 'r'`

const looseFunctions = `
  SELECT 'anyone may execute: ' || p.oid::regprocedure AS flaw
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname IN %SCHEMAS%
    AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))
  UNION ALL
  SELECT 'no fixed search_path: ' || p.oid::regprocedure
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE (p.prosecdef OR n.nspname IN ('institutions', 'consent', 'audit', 'gate', 'vault', 'log', 'desk', 'cases')) AND n.nspname IN %SCHEMAS%
    AND (p.prosecdef OR p.prosqlbody IS NULL)  -- a body in standard SQL was bound to its names when it was made
    -- One that commits may have none. This one has its caller's rights and names everything in full.
    AND NOT (p.oid::regprocedure::text LIKE 'gate.look(%' AND p.prokind = 'p' AND NOT p.prosecdef)
    AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
  UNION ALL
  SELECT 'owned by a login or a superuser: ' || p.oid::regprocedure
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner
  WHERE n.nspname IN %SCHEMAS% AND (r.rolcanlogin OR r.rolsuper)
  UNION ALL
  SELECT 'leakproof or in a language of the system: ' || p.oid::regprocedure
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
  WHERE n.nspname IN %SCHEMAS% AND (p.proleakproof OR l.lanname NOT IN ('sql', 'plpgsql'))`

const strongRoles = `
  SELECT 'too strong a role: ' || rolname AS flaw FROM pg_roles
  WHERE rolname LIKE replace('%PREFIX%', '_', '\\_') || '%'
    AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
  UNION ALL
  SELECT 'an owner that can log in: ' || rolname FROM pg_roles
  WHERE rolcanlogin AND rolname LIKE ANY (ARRAY[replace('%PREFIX%', '_', '\\_') || '%\\_owner',
    '%PREFIX%consent_writer', '%PREFIX%access_gate'])
  UNION ALL
  SELECT 'a login without time limits: ' || rolname FROM pg_roles
  WHERE rolname = ANY (SELECT '%PREFIX%' || name FROM unnest(ARRAY['answer', 'notify', 'fraud', 'service', 'statistics', 'channel',
      'consent', 'keystore', 'inspector', 'sequencer', 'revoker', 'eraser', 'centre', 'console', 'staff']) AS name)
    AND NOT (rolcanlogin AND coalesce(rolconfig::text LIKE '%statement_timeout=%'
      AND rolconfig::text LIKE '%idle_in_transaction_session_timeout=%', false))`

// A role that made another (CREATEROLE, PostgreSQL 16 and later) administers it; that is the migrating administrator.
const memberships = `
  SELECT 'a member of ' || owner.rolname || ': ' || member.rolname AS flaw
  FROM pg_auth_members m JOIN pg_roles owner ON owner.oid = m.roleid JOIN pg_roles member ON member.oid = m.member
  WHERE owner.rolname LIKE replace('%PREFIX%', '_', '\\_') || '%' AND owner.rolname <> '%PREFIX%institution'
    AND NOT member.rolsuper AND NOT member.rolcreaterole
  UNION ALL
  SELECT 'a role of ours is a member of ' || owner.rolname || ': ' || member.rolname
  FROM pg_auth_members m JOIN pg_roles owner ON owner.oid = m.roleid JOIN pg_roles member ON member.oid = m.member
  WHERE member.rolname LIKE replace('%PREFIX%', '_', '\\_') || '%' AND owner.rolname <> '%PREFIX%institution'`

const publicAccess = `
  SELECT 'anyone may use schema ' || n.nspname AS flaw FROM pg_namespace n, aclexplode(n.nspacl) a
  WHERE a.grantee = 0 AND (n.nspname IN %SCHEMAS% OR n.nspname = 'public')
  UNION ALL
  SELECT 'may create in schema ' || n.nspname || ': ' || a.grantee::regrole FROM pg_namespace n, aclexplode(n.nspacl) a
  WHERE a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner AND n.nspname IN %SCHEMAS%
  UNION ALL
  SELECT 'anyone may use the database: ' || a.privilege_type
  FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
  WHERE d.datname = current_database() AND a.grantee = 0
  UNION ALL
  SELECT 'may make temporary objects: ' || a.grantee::regrole FROM pg_database d, aclexplode(d.datacl) a
  WHERE d.datname = current_database() AND a.privilege_type <> 'CONNECT' AND a.grantee <> d.datdba
  UNION ALL
  SELECT 'anyone may use ' || c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
    aclexplode(c.relacl) a
  WHERE n.nspname IN %SCHEMAS% AND a.grantee = 0`

const sidewaysViews = `
  SELECT DISTINCT 'a view over ' || c.oid::regclass || ': ' || v.oid::regclass AS flaw
  FROM pg_rewrite w JOIN pg_class v ON v.oid = w.ev_class
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
  JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('vault', 'audit', 'consent', 'customers') AND v.oid <> c.oid
  UNION ALL
  SELECT 'a rule on ' || c.oid::regclass FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN %SCHEMAS% AND c.relkind = 'r'`

const publicPolicies = `
  SELECT 'a policy for everyone: ' || polrelid::regclass || ' ' || polname AS flaw FROM pg_policy WHERE 0 = ANY (polroles)`

// Row policies do not reach TRUNCATE and REFERENCES, and a trigger runs as whoever touches the row.
const forbiddenPrivileges = `
  SELECT a.privilege_type || ' on ' || c.oid::regclass || ': ' || a.grantee::regrole AS flaw
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
  WHERE n.nspname IN %SCHEMAS% AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner
    AND a.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
    AND NOT (c.oid::regclass::text = 'institutions.institution' AND a.privilege_type = 'REFERENCES'
      AND a.grantee::regrole::text = '%PREFIX%consent_writer')
  UNION ALL
  SELECT 'may be granted on: ' || c.oid::regclass || ' ' || a.grantee::regrole
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
  WHERE n.nspname IN %SCHEMAS% AND a.is_grantable AND a.grantee <> c.relowner`

const defaultPrivileges = `
  SELECT 'new functions are executable by anyone: ' || r.rolname AS flaw FROM pg_roles r
  WHERE r.oid IN (SELECT nspowner FROM pg_namespace WHERE nspname IN %SCHEMAS%)
    AND NOT EXISTS (SELECT FROM pg_default_acl d WHERE d.defaclrole = r.oid AND d.defaclobjtype = 'f' AND d.defaclnamespace = 0
      AND NOT EXISTS (SELECT FROM aclexplode(d.defaclacl) a WHERE a.grantee = 0))
  UNION ALL
  SELECT 'a default grant to ' || a.grantee::regrole || ' by ' || d.defaclrole::regrole FROM pg_default_acl d,
    aclexplode(d.defaclacl) a WHERE a.grantee <> d.defaclrole`

const strangeObjects = `
  SELECT 'a publication: ' || pubname AS flaw FROM pg_publication
  UNION ALL SELECT 'an event trigger: ' || evtname FROM pg_event_trigger
  UNION ALL SELECT 'a foreign table: ' || ftrelid::regclass FROM pg_foreign_table
  UNION ALL SELECT 'an extension: ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
  UNION ALL
  SELECT 'a trigger on ' || t.tgrelid::regclass FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT t.tgisinternal AND n.nspname IN ('vault', 'audit', 'consent', 'gate', 'log')
    -- What the staff did, for whoever watches over them (test/attacks/staff-acts.test.ts).
    AND (c.oid::regclass::text, t.tgname, t.tgfoid::regproc::text) NOT IN (('consent.cutoff', 'note_cut', 'staff.note_row'),
      ('consent.cutoff_lift', 'note_signed', 'staff.note_row'), ('consent.cutoff', 'note_lifted', 'consent.note_lifted'))`

// What was signed, granted and ended goes with an erasure, of a customer whose keys the keystore destroyed, and in no other way.
const looseDeletes = `
  SELECT 'may delete from ' || c.oid::regclass || ': ' || a.grantee::regrole AS flaw
  FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
  WHERE c.oid = ANY (ARRAY['consent.terms', 'consent.grant_', 'consent.ending', 'erasure.erasure', 'erasure.held_record']::regclass[])
    AND a.privilege_type IN ('DELETE', 'TRUNCATE') AND a.grantee <> c.relowner
    AND a.grantee::regrole::text <> '%PREFIX%erasure_owner'
  UNION ALL
  SELECT 'a policy that lets rows go from ' || p.polrelid::regclass || ': ' || p.polname FROM pg_policy p
  WHERE p.polrelid = ANY (ARRAY['consent.terms', 'consent.grant_', 'consent.ending', 'erasure.held_record']::regclass[])
    AND p.polcmd IN ('d', '*')
    AND NOT (p.polroles = ARRAY['%PREFIX%erasure_owner'::regrole::oid]
      AND pg_get_expr(p.polqual, p.polrelid) IN ('erasure.is_destroyed(customer)', '(kept_until <= clock_timestamp())'))`

const functionRow = z.object({ name: z.string(), owner: z.string(), callers: z.array(z.string()) })

async function definerFlaws(tx: Tx, prefix: string): Promise<readonly string[]> {
  const rows = await tx.rows(
    functionRow,
    `SELECT n.nspname || '.' || p.proname AS name, p.proowner::regrole::text AS owner,
       ARRAY(SELECT a.grantee::regrole::text FROM aclexplode(p.proacl) a WHERE a.grantee NOT IN (0, p.proowner) ORDER BY 1) AS callers
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE (p.prosecdef OR p.prokind = 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
  )
  return rows.flatMap(({ name, callers }) => {
    const allowed = definerFunctions[name]
    if (allowed === undefined) return [`a definer function or procedure that is not on the list: ${name}`]
    const extra = callers.filter((caller) => !allowed.includes(withoutPrefix(caller, prefix)))
    return extra.map((caller) => `may call ${name}: ${caller}`)
  })
}

const policyRow = z.object({ name: z.string(), command: z.string(), roles: z.array(z.string()), kind: z.string() })

async function vaultPolicyFlaws(tx: Tx, prefix: string): Promise<readonly string[]> {
  const rows = await tx.rows(
    policyRow,
    `SELECT c.relname || ' ' || p.polname AS name, p.polcmd AS command, CASE WHEN p.polpermissive THEN 'loosens' ELSE 'tightens' END AS kind,
       ARRAY(SELECT role::regrole::text FROM unnest(p.polroles) AS role ORDER BY 1) AS roles
     FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'vault'`,
  )
  const loosening = rows.filter(({ kind }) => kind === 'loosens')
  const extra = loosening
    .filter(
      ({ name, command, roles }) =>
        vaultPolicies[name] !== [command, ...roles.map((role) => withoutPrefix(role, prefix))].join(' '),
    )
    .map(({ name }) => `a policy on the vault that is not on the list: ${name}`)
  const missing = Object.keys(vaultPolicies)
    .filter((name) => !rows.some((row) => row.name === name))
    .map((name) => `a policy on the vault is missing: ${name}`)
  return [...extra, ...missing]
}

const privilegeRow = z.object({ held: z.string(), privileges: z.string() })

async function guardedPrivilegeFlaws(tx: Tx, prefix: string): Promise<readonly string[]> {
  const rows = await tx.rows(
    privilegeRow,
    `SELECT held.name || ' ' || replace(held.grantee::regrole::text, $1, '') AS held,
       string_agg(DISTINCT held.privilege_type, ' ' ORDER BY held.privilege_type) AS privileges
     FROM (
       SELECT c.oid::regclass::text AS name, c.relowner, a.grantee, a.privilege_type
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
       WHERE n.nspname IN ('vault', 'audit', 'log') AND c.relkind IN ('r', 'p', 'v', 'm')
       UNION ALL
       SELECT c.oid::regclass::text, c.relowner, a.grantee, a.privilege_type
       FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
         aclexplode(t.attacl) a
       WHERE n.nspname IN ('vault', 'audit', 'log') AND c.relkind IN ('r', 'p', 'v', 'm')
     ) AS held
     WHERE held.grantee <> held.relowner OR ((held.name = 'audit.entry' OR held.name LIKE 'log.%') AND held.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE'))
     GROUP BY held.name, held.grantee`,
    [prefix],
  )
  return rows
    .filter(({ held, privileges }) => guardedPrivileges[held] !== privileges)
    .map(({ held, privileges }) => `holds on what is guarded: ${held} ${privileges}`)
}

function withoutPrefix(role: string, prefix: string): string {
  return role.startsWith(prefix) ? role.slice(prefix.length) : role
}
