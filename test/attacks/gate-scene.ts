import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ConversationId, CustomerId, DataClass, GrantId, InstitutionId, TermsId } from '../../src/kernel/index.ts'
import { bigintColumn, bytesColumn, sqlState } from '../../src/platform/index.ts'
import type { Tx } from '../../src/platform/index.ts'

/** A grant as rows alone make it, the way a test of the database's own locks needs it: without keystore or passkey. */
export type BareGrant = {
  readonly id: GrantId
  readonly terms: TermsId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly conversation: ConversationId
  readonly dataClass: DataClass
}

/** Writes terms and one grant straight into the tables. `change` overrides columns of the grant with SQL expressions. */
export async function addBareGrant(
  admin: Tx,
  institution: InstitutionId,
  change: Readonly<Record<string, string>> = {},
): Promise<BareGrant> {
  const grant: BareGrant = {
    id: randomUUID() as GrantId,
    terms: randomUUID() as TermsId,
    customer: randomUUID() as CustomerId,
    institution,
    conversation: randomUUID() as ConversationId,
    dataClass: 'balance',
  }
  await admin.run(
    `INSERT INTO consent.terms (id, customer, institution, document, credential_id, authenticator_data, client_data, signature)
     VALUES ($1, $2, $3, '{}', $4, $4, $4, $4)`,
    [grant.terms, grant.customer, institution, randomBytes(16)],
  )
  const columns: Readonly<Record<string, string>> = {
    id: quote(grant.id),
    terms: quote(grant.terms),
    customer: quote(grant.customer),
    institution: quote(institution),
    channel: quote('messenger'),
    conversation: quote(grant.conversation),
    data_class: quote('balance'),
    purpose: quote('answer-customer'),
    disclosure: quote('sealed'),
    expires_at: `clock_timestamp() + interval '90 days'`,
    ...change,
  }
  const names = Object.keys(columns)
  await admin.run(
    `INSERT INTO consent.grant_ (${names.join(', ')}) VALUES (${names.map((name) => columns[name]).join(', ')})`,
  )
  return grant
}

function quote(text: string): string {
  return `'${text}'`
}

const ticketRow = z.object({ ticket: bigintColumn })

/** `gate.open` as this connection's login; undefined when it says no. */
export async function openTicket(
  tx: Tx,
  grant: BareGrant,
  dataClass: string = grant.dataClass,
): Promise<bigint | undefined> {
  const row = await tx.maybe(ticketRow, 'SELECT ticket FROM gate.open($1, $2, $3, $4, $5, $6)', [
    grant.customer,
    grant.institution,
    grant.conversation,
    dataClass,
    randomBytes(32),
    randomBytes(60),
  ])
  return row?.ticket
}

/** As {@link openTicket}, for where it must work. */
export async function mustOpen(tx: Tx, grant: BareGrant): Promise<bigint> {
  const ticket = await openTicket(tx, grant)
  if (ticket === undefined) throw new Error('the honest path is broken: no ticket')
  return ticket
}

/** Stores sealed bytes as a bank's token through the gate. */
export async function storeToken(tx: Tx, ticket: bigint, sealed: Uint8Array): Promise<void> {
  await tx.one(z.object({ stored: z.literal(true) }), 'SELECT gate.store_bank_token($1, 0, $2) AS stored', [
    ticket,
    sealed,
  ])
}

const lookRow = z.object({ ticket: bigintColumn.nullable(), sealed: bytesColumn.nullable() })

/** `gate.look` as this connection's login: the ticket and the token's bytes in hex, each only where there is one. */
export async function lookInOneCall(tx: Tx, grant: BareGrant): Promise<{ ticket?: bigint; token?: string }> {
  const row = await tx.one(
    lookRow,
    'CALL gate.look($1, $2, $3, $4, $5, $6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)',
    [grant.customer, grant.institution, grant.conversation, grant.dataClass, randomBytes(32), randomBytes(60)],
  )
  return {
    ...(row.ticket === null ? {} : { ticket: row.ticket }),
    ...(row.sealed === null ? {} : { token: row.sealed.toString('hex') }),
  }
}

const sealedRow = z.object({ sealed: bytesColumn })

/** What the gate gives for a ticket: the token's bytes, in hex, or nothing. */
export async function readToken(tx: Tx, ticket: bigint): Promise<readonly string[]> {
  const rows = await tx.rows(sealedRow, 'SELECT sealed FROM gate.bank_token($1)', [ticket])
  return rows.map((row) => row.sealed.toString('hex'))
}

/** The SQLSTATE with which the work was refused; `done` when it was not. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (thrown) {
    return sqlState(thrown) ?? String(thrown)
  }
}

const countRow = z.object({ count: bigintColumn })

/** `SELECT count(*) …` as a number. */
export async function countOf(tx: Tx, from: string): Promise<number> {
  return Number((await tx.one(countRow, `SELECT count(*) AS count FROM ${from}`)).count)
}
