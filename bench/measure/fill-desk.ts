import { randomBytes } from 'node:crypto'
import type { ConversationId, CustomerId } from '../../src/kernel/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { newId } from '../../test/setup/trust-world.ts'

/**
 * Conversations that wait for a person of this bank, as many with a case that is open; their words are noise, since nobody takes them.
 * By the administrator, into a database that only a benchmark uses.
 */
export async function fillDesk(admin: Database, institution: string, count: number): Promise<void> {
  if (count === 0) return
  const people = Array.from({ length: count }, () => newId<CustomerId>())
  const conversations = people.map(() => newId<ConversationId>())
  await admin.run('INSERT INTO customers.customer (id) SELECT unnest($1::uuid[])', [people])
  await admin.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer, linked_at)
     SELECT p.id, 'messenger', '1', sha256(p.id::text::bytea), '\\x00', p.customer, clock_timestamp()
     FROM unnest($1::uuid[], $2::uuid[]) AS p (id, customer)`,
    [conversations, people],
  )
  await admin.run(
    `INSERT INTO desk.fraud_case (id, number, customer, conversation, institution, kind, asked_by, details_sealed, deadline_at)
     SELECT gen_random_uuid(), to_char(p.at / 10000 + 1000, 'FM0000') || '-' || to_char(p.at % 10000, 'FM0000'), p.customer, p.id, $3, 'fraud',
       gen_random_uuid(), $4, clock_timestamp() + interval '2 days'
     FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (id, customer, at)`,
    [conversations, people, institution, randomBytes(60)],
  )
  await admin.run(
    `INSERT INTO desk.handover (id, conversation, customer, institution, because, priority, asked_by, fraud_case, question_sealed, deadline_at)
     SELECT gen_random_uuid(), f.conversation, f.customer, f.institution, 'fraud', 'urgent', f.asked_by, f.id, f.details_sealed,
       clock_timestamp() + interval '1 hour'
     FROM desk.fraud_case f WHERE f.conversation = ANY ($1::uuid[])`,
    [conversations],
  )
}
