import { randomBytes, randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { openTicketWithToken } from '../src/consent/ticket-store.ts'
import type { ConversationId, CustomerId, InstitutionId } from '../src/kernel/index.ts'
import { bigintColumn, bytesColumn, instantColumn } from '../src/platform/index.ts'
import type { Database } from '../src/platform/index.ts'
import { readOwnCpu } from './measure/cpu-seconds.ts'
import { watchMachine } from './measure/machine-load.ts'
import { withDatabase } from './measure/start-database.ts'
import { upperBoundOfMean } from './measure/upper-bound.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/** With 95 % certainty the committed ticket costs at most this much more time than the leaky way. */
const budgetPercent = 20
const customers = 10_000
/**
 * Entries of other people that stand in the log before anything is measured. The first looks of a connection choose the plans that
 * it keeps; beside an empty table they would choose to read all of it, and go on so while it grows.
 */
const entriesBefore = 200_000
const pairsMin = 20

type Customer = { readonly id: CustomerId; readonly conversation: ConversationId }
type Way = { readonly name: 'gate' | 'leaky'; readonly look: (customer: Customer) => Promise<number> }

/**
 * What it costs that a look's entry commits before the read. Two ways of looking, each a durable commit a look, over the
 * same pool, in pairs that alternate who goes first, beside a log with a history:
 * - **gate**: the product's own call: `gate.look` writes the entry, commits it, then reads under the row policies.
 * - **leaky**: one transaction that checks, reads and logs and could be rolled back after the data has left; the same
 *   checks, the same entry and the same row in return, in one statement, without row policies: the cheapest form of the mistake.
 */
async function measure(): Promise<number> {
  const { pairs, seconds, clients } = readOptions({
    about: 'What it costs that a look’s entry commits before the read, in pairs that alternate who goes first.',
    options: {
      pairs: option.whole(24, 'pairs', 1),
      seconds: option.amount(3, 'how long each half of a pair takes'),
      clients: option.whole(8, 'clients that look at once', 1),
    },
  })
  const result = await withDatabase(['answer'], async ({ owner, connect, pid }) => {
    const answer = connect('answer', { poolMax: clients })
    const people = await addPeople(owner)
    const ways = { gate: gateWay(answer), leaky: leakyWay(answer) }
    for (const way of [ways.gate, ways.leaky]) await looksPerSecond(way, people, { seconds: 1, clients })
    const machine = watchMachine()
    const cpuBefore = readOwnCpu(pid)
    const rates: { gate: number; leaky: number }[] = []
    for (let pair = 0; pair < pairs; pair += 1) {
      const rate = { gate: Number.NaN, leaky: Number.NaN }
      const order = pair % 2 === 0 ? [ways.gate, ways.leaky] : [ways.leaky, ways.gate]
      for (const way of order) rate[way.name] = await looksPerSecond(way, people, { seconds, clients })
      rates.push(rate)
    }
    const { mean, upper } = upperBoundOfMean(rates.map(({ gate, leaky }) => leaky / gate))
    return {
      bench: 'gate',
      pairs,
      clients,
      costPercent: percent(mean),
      costPercentUpper95: percent(upper),
      looksPerSecond: { gate: median(rates.map(({ gate }) => gate)), leaky: median(rates.map(({ leaky }) => leaky)) },
      machine: machine(readOwnCpu(pid) - cpuBefore),
      budgetPercent,
      held: pairs >= pairsMin && percent(upper) <= budgetPercent,
    }
  })
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return result.held ? 0 : 1
}

const northBank = 'north-bank' as InstitutionId

function gateWay(database: Database): Way {
  return {
    name: 'gate',
    look: async ({ id, conversation }) => {
      const look = { customer: id, institution: northBank, conversation, dataClass: 'balance' } as const
      const opened = await openTicketWithToken(database, look, { salt: randomBytes(32), sealed: randomBytes(60) })
      return opened?.token?.sealed.length ?? 0
    },
  }
}

/** What the product's call gives, so that both ways carry the same. */
const leakyRow = z.object({
  ticket: bigintColumn,
  id: z.string(),
  at: instantColumn,
  grant_id: z.string(),
  channel: z.string(),
  disclosure: z.string(),
  commitment: bytesColumn,
  version: z.number(),
  sealed: bytesColumn,
})

function leakyWay(database: Database): Way {
  return {
    name: 'leaky',
    look: async ({ id, conversation }) => {
      const { sealed } = await database.one(
        leakyRow,
        `SELECT ticket, id, at, grant_id, channel, disclosure, commitment, version, sealed
         FROM leaky.look($1, $2, $3, $4, $5, $6)`,
        [id, northBank, conversation, 'balance', randomBytes(32), randomBytes(60)],
      )
      return sealed.length
    },
  }
}

/** Closed loop: each client looks at somebody, waits for the answer, and looks at the next. */
async function looksPerSecond(
  way: Way,
  people: readonly Customer[],
  { seconds, clients }: { readonly seconds: number; readonly clients: number },
): Promise<number> {
  const began = performance.now()
  const until = began + seconds * 1000
  let looks = 0
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const customer = people[randomBytes(4).readUInt32LE() % people.length]
      if (customer === undefined || (await way.look(customer)) === 0) throw new Error('a look gave nothing')
      looks += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return (looks * 1000) / (performance.now() - began)
}

/** Customers with a live grant and a token each, a log with a history, and the leaky way beside the gate. */
async function addPeople(owner: Database): Promise<readonly Customer[]> {
  const people = Array.from({ length: customers }, () => ({
    id: randomUUID() as CustomerId,
    conversation: randomUUID() as ConversationId,
  }))
  const [ids, conversations] = [people.map(({ id }) => id), people.map(({ conversation }) => conversation)]
  await owner.run(
    `INSERT INTO institutions.institution (id, name, issuer, fdx_url, client_id)
     VALUES ('north-bank', 'North Bank', 'https://north.test', 'https://north.test/fdx', 'parley')`,
  )
  await owner.run(
    `INSERT INTO consent.terms (id, customer, institution, document, credential_id, authenticator_data, client_data, signature)
     SELECT c, c, 'north-bank', '{}', '\\x01', '\\x01', '\\x01', '\\x01' FROM unnest($1::uuid[]) c`,
    [ids],
  )
  await owner.run(
    `INSERT INTO consent.grant_ (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at)
     SELECT c, c, 'north-bank', 'messenger', conversation, 'balance', 'answer-customer', 'sealed', clock_timestamp() + interval '90 days'
     FROM unnest($1::uuid[], $2::uuid[]) AS person (c, conversation)`,
    [ids, conversations],
  )
  await owner.run(
    `INSERT INTO vault.bank_token (customer, institution, sealed) SELECT c, 'north-bank', $2 FROM unnest($1::uuid[]) c`,
    [ids, randomBytes(1500)],
  )
  await owner.run(
    `INSERT INTO audit.entry (event, login, grant_id, customer, institution, channel, data_class, purpose, commitment, salt_sealed)
     SELECT 'opened', 'parley_answer', gen_random_uuid(), md5((n % 40000)::text)::uuid, 'north-bank', 'messenger', 'balance',
       'answer-customer', sha256(int8send(n)), sha256(int8send(n)) || sha256(int8send(-n)) FROM generate_series(1, $1::bigint) n`,
    [entriesBefore],
  )
  await owner.run('CREATE SCHEMA leaky')
  await owner.run(`
    CREATE FUNCTION leaky.look(
      p_customer uuid, p_institution text, p_conversation uuid, p_class text, p_salt bytea, p_salt_sealed bytea
    ) RETURNS TABLE (ticket bigint, id uuid, at timestamptz, grant_id uuid, channel text, disclosure text, commitment bytea,
      version integer, sealed bytea)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
      SELECT o.ticket, o.id, o.at, o.grant_id, o.channel, o.disclosure, o.commitment
      INTO STRICT ticket, id, at, grant_id, channel, disclosure, commitment
      FROM gate.open(p_customer, p_institution, p_conversation, p_class, p_salt, p_salt_sealed) o;
      SELECT t.version, t.sealed INTO version, sealed FROM vault.bank_token t
      WHERE t.customer = p_customer AND t.institution = p_institution;
      RETURN NEXT;
    END
    $$`)
  await owner.run('GRANT USAGE ON SCHEMA leaky TO parley_answer')
  await owner.run('VACUUM ANALYZE')
  return people
}

function median(values: readonly number[]): number {
  return Math.round([...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN)
}

function percent(ratio: number): number {
  return Math.round((ratio - 1) * 1000) / 10
}

process.exitCode = await measure()
