// Threat rows 10 and 16: the locks are where they should be after every migration, and a missing one is seen.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { catalogueFlaws } from './gate-catalogue.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(async () => {
  await database.drop()
})

test('the catalogue after all migrations has every lock', async () => {
  expect(await catalogueFlaws(database.admin, database.prefix)).toEqual([])
})

/** `@` stands for the roles' prefix, `;;` for the end of a statement. */
const mutations: readonly (readonly [what: string, sql: string, flaw: RegExp])[] = [
  ['a table in the vault without row security', 'CREATE TABLE vault.note (id int)', /no forced row security: vault\.note/],
  ['row security that the owner escapes', 'ALTER TABLE vault.bank_token NO FORCE ROW LEVEL SECURITY', /no forced row security/],
  ['row security switched off', 'ALTER TABLE audit.entry DISABLE ROW LEVEL SECURITY', /no forced row security: audit\.entry/],
  ['a table owned by a superuser', 'CREATE TABLE chat.x (id int)', /owned by a login or a superuser: chat\.x/],
  ['a definer function that is not on the list', `SET LOCAL ROLE @access_gate ;; CREATE FUNCTION gate.peek() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1' ;; RESET ROLE`, /not on the list: gate\.peek/],
  ['a procedure that is not on the list', `SET LOCAL ROLE @access_gate ;; CREATE PROCEDURE gate.peek() LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS 'BEGIN END' ;; RESET ROLE`, /not on the list: gate\.peek/],
  ['the look in one call opened to statistics', 'GRANT EXECUTE ON PROCEDURE gate.look(uuid, text, uuid, text, bytea, bytea) TO @statistics', /may call gate\.look: @statistics/],
  ['the look in one call with the gate’s own rights', 'ALTER PROCEDURE gate.look(uuid, text, uuid, text, bytea, bytea) SECURITY DEFINER', /no fixed search_path: gate\.look/],
  ['a definer function without a fixed search_path', `ALTER FUNCTION gate.open(uuid, text, uuid, text, bytea, bytea) RESET search_path`, /no fixed search_path: gate\.open/],
  ['a search_path that begins elsewhere', `ALTER FUNCTION gate.bank_token(bigint) SET search_path = public, pg_catalog`, /no fixed search_path: gate\.bank_token/],
  ['a function anyone may execute', 'GRANT EXECUTE ON FUNCTION gate.open(uuid, text, uuid, text, bytea, bytea) TO PUBLIC', /anyone may execute: gate\.open/],
  ['the gate opened to statistics', 'GRANT EXECUTE ON FUNCTION gate.open(uuid, text, uuid, text, bytea, bytea) TO @statistics', /may call gate\.open: @statistics/],
  ['the keystore’s function opened to a purpose', 'GRANT EXECUTE ON FUNCTION gate.release_facts(bigint) TO @answer', /may call gate\.release_facts: @answer/],
  ['a view over the vault', 'CREATE VIEW public.tokens AS SELECT * FROM vault.bank_token', /a view over vault\.bank_token/],
  ['a materialized view over consent', 'CREATE MATERIALIZED VIEW public.grants AS SELECT * FROM consent.grant_', /a view over consent\.grant_/],
  ['a login that became a member of an owner', 'GRANT @vault_owner TO @answer', /a member of @vault_owner: @answer/],
  ['a login of another product as a member of an owner', 'CREATE ROLE passer_by LOGIN ;; GRANT @access_gate TO passer_by', /a member of @access_gate: passer_by/],
  ['a login that may read all data', 'GRANT pg_read_all_data TO @inspector', /a member of pg_read_all_data: @inspector/],
  ['a login that bypasses row security', 'ALTER ROLE @answer BYPASSRLS', /too strong a role: @answer/],
  ['a login that is superuser', 'ALTER ROLE @keystore SUPERUSER', /too strong a role: @keystore/],
  ['an owner that can log in', 'ALTER ROLE @vault_owner LOGIN', /an owner that can log in: @vault_owner/],
  ['a login without time limits', 'ALTER ROLE @fraud RESET ALL', /a login without time limits: @fraud/],
  ['SELECT on the vault for a purpose', 'GRANT SELECT ON vault.bank_token TO @answer', /holds on what is guarded: vault\.bank_token answer SELECT/],
  ['SELECT on one column of the vault', 'GRANT SELECT (sealed) ON vault.bank_token TO @answer', /holds on what is guarded: vault\.bank_token answer SELECT/],
  ['an entry that can be rewritten', 'GRANT UPDATE ON audit.entry TO @access_gate', /holds on what is guarded: audit\.entry access_gate/],
  ['an entry that its owner can delete', 'GRANT DELETE ON audit.entry TO @audit_owner', /holds on what is guarded: audit\.entry audit_owner DELETE/],
  ['TRUNCATE for a login', 'GRANT TRUNCATE ON channels.inbound_message TO @channel', /TRUNCATE on channels\.inbound_message/],
  ['REFERENCES for a login', 'GRANT REFERENCES ON customers.customer TO @answer', /REFERENCES on customers\.customer/],
  ['a policy that lets more rows through', 'CREATE POLICY peek ON vault.bank_token FOR SELECT TO @access_gate USING (true)', /not on the list: bank_token peek/],
  ['a policy for everyone', 'CREATE POLICY peek ON consent.grant_ FOR SELECT USING (true)', /a policy for everyone/],
  ['a dropped policy', 'DROP POLICY ticketed_read ON vault.bank_token', /is missing: bank_token ticketed_read/],
  ['a schema open to anyone', 'GRANT USAGE ON SCHEMA vault TO PUBLIC', /anyone may use schema vault/],
  ['a schema that a login can create in', 'GRANT CREATE ON SCHEMA gate TO @answer', /may create in schema gate/],
  ['temporary objects', 'DO $$ BEGIN EXECUTE format($f$GRANT TEMPORARY ON DATABASE %I TO @answer$f$, current_database()); END $$', /may make temporary objects/],
  ['a database open to anyone', 'DO $$ BEGIN EXECUTE format($f$GRANT CONNECT ON DATABASE %I TO PUBLIC$f$, current_database()); END $$', /anyone may use the database/],
  ['new functions executable by anyone', 'ALTER DEFAULT PRIVILEGES FOR ROLE @access_gate GRANT EXECUTE ON FUNCTIONS TO PUBLIC', /new functions are executable by anyone/],
  ['a default grant on new tables', 'ALTER DEFAULT PRIVILEGES FOR ROLE @vault_owner GRANT SELECT ON TABLES TO @answer', /a default grant to @answer/],
  ['a publication', 'CREATE PUBLICATION leak FOR ALL TABLES', /a publication: leak/],
  ['a trigger on the log', `CREATE FUNCTION public.spy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END' ;; CREATE TRIGGER spy AFTER INSERT ON audit.entry FOR EACH ROW EXECUTE FUNCTION public.spy()`, /a trigger on audit\.entry/],
  ['a child of a guarded table', 'CREATE TABLE public.copy () INHERITS (vault.bank_token)', /a child of a guarded table/],
] // prettier-ignore

test.each(mutations)('the catalogue check sees %s', async (_what, sql, flaw) => {
  const named = (pattern: string): string => pattern.replaceAll('@', database.prefix)
  const undone = new Error('undone on purpose')
  const mutated = database.admin.transaction(async (tx) => {
    // Roles belong to the whole server: nothing of this is ever committed.
    for (const statement of sql.split(' ;; ')) await tx.run(named(statement))
    const flaws = await catalogueFlaws(tx, database.prefix)
    expect(flaws.join('\n')).toMatch(new RegExp(named(flaw.source)))
    throw undone
  })
  await expect(mutated).rejects.toBe(undone)
})
