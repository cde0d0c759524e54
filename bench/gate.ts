import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { Secret } from '../src/kernel/index.ts'
import {
  asLogin,
  bigintColumn,
  bytesColumn,
  createDatabase,
  createLogger,
  createMetrics,
  migrate,
  openDatabase,
  removePostgres,
  startPostgres,
} from '../src/platform/index.ts'
import type { Database } from '../src/platform/index.ts'
import { upperBoundOfMean } from './measure/upper-bound.ts'

/** With 95 % certainty the committed ticket costs at most this much more time than the leaky way. */
const budgetPercent = 20
const customers = 10_000
const pairsMin = 20

const logger = createLogger({ role: 'bench', level: 'error', destination: process.stderr })
const ambient = { logger, metrics: createMetrics({ processMetrics: false }) }

type Customer = { readonly id: string; readonly conversation: string }
type Way = { readonly name: string; readonly look: (customer: Customer) => Promise<number> }

/**
 * What it costs that a look's entry commits before the read. Two ways of looking, each a durable commit a look, over the
 * same pool, in pairs that alternate who goes first:
 * - **gate**: as the product does: `gate.open` commits, then `gate.bank_token` reads, under the row policies.
 * - **leaky**: one transaction that checks, reads and logs and could be rolled back after the data has left; the same
 *   checks and the same entry, in one statement, without row policies: the cheapest form of the mistake.
 */
async function measure(): Promise<number> {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '24' },
      seconds: { type: 'string', default: '3' },
      clients: { type: 'string', default: '8' },
    },
  })
  const [pairs, seconds, clients] = [Number(values.pairs), Number(values.seconds), Number(values.clients)]
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-gate-'))
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), logger, sharedBuffersMb: 256 })
  try {
    const admin = await createDatabase(postgres.admin, 'bench')
    const password = new Secret(randomBytes(18).toString('base64url'))
    const directory = fileURLToPath(new URL('../migrations', import.meta.url))
    await migrate({ admin, directory, passwords: { answer: password }, logger })
    const owner = openDatabase({ ...ambient, connection: admin })
    const answer = openDatabase({
      ...ambient,
      connection: asLogin(admin, 'parley_answer', password),
      poolMax: clients,
    })
    const people = await addPeople(owner)
    const [gate, leaky] = [gateWay(answer), leakyWay(answer)]
    for (const way of [gate, leaky]) await looksPerSecond(way, people, { seconds: 1, clients })
    const [loadBefore = Number.NaN] = loadavg()
    const ratios: number[] = []
    const rates: { readonly gate: number; readonly leaky: number }[] = []
    for (let pair = 0; pair < pairs; pair += 1) {
      const order = pair % 2 === 0 ? [gate, leaky] : [leaky, gate]
      const rate: Record<string, number> = {}
      for (const way of order) rate[way.name] = await looksPerSecond(way, people, { seconds, clients })
      rates.push({ gate: Math.round(rate['gate'] ?? 0), leaky: Math.round(rate['leaky'] ?? 0) })
      ratios.push((rate['leaky'] ?? Number.NaN) / (rate['gate'] ?? Number.NaN))
    }
    await Promise.all([owner.close(), answer.close()])
    const { mean, upper } = upperBoundOfMean(ratios)
    const result = {
      bench: 'gate',
      pairs,
      clients,
      costPercent: percent(mean),
      costPercentUpper95: percent(upper),
      looksPerSecond: { gate: median(rates.map((one) => one.gate)), leaky: median(rates.map((one) => one.leaky)) },
      loadBefore,
      budgetPercent,
      held: pairs >= pairsMin && percent(upper) <= budgetPercent,
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.held ? 0 : 1
  } finally {
    await removePostgres(join(folder, 'postgres'))
    rmSync(folder, { recursive: true, force: true })
  }
}

const openedRow = z.object({ ticket: bigintColumn })
const tokenRow = z.object({ version: z.number(), sealed: bytesColumn })
const looked = 'messenger'

function gateWay(database: Database): Way {
  return {
    name: 'gate',
    look: async ({ id, conversation }) => {
      const { ticket } = await database.one(openedRow, 'SELECT ticket FROM gate.open($1, $2, $3, $4, $5, $6)', [
        id,
        'north-bank',
        conversation,
        'balance',
        randomBytes(32),
        randomBytes(60),
      ])
      const { sealed } = await database.one(tokenRow, 'SELECT version, sealed FROM gate.bank_token($1)', [ticket])
      return sealed.length
    },
  }
}

function leakyWay(database: Database): Way {
  return {
    name: 'leaky',
    look: async ({ id, conversation }) => {
      const { sealed } = await database.one(
        tokenRow,
        'SELECT version, sealed FROM leaky.look($1, $2, $3, $4, $5, $6)',
        [id, 'north-bank', conversation, 'balance', randomBytes(32), randomBytes(60)],
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

/** Customers with a live grant and a token each, and the leaky way beside the gate. */
async function addPeople(owner: Database): Promise<readonly Customer[]> {
  const people = Array.from({ length: customers }, () => ({ id: randomUUID(), conversation: randomUUID() }))
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
     SELECT c, c, 'north-bank', $3, conversation, 'balance', 'answer-customer', 'sealed', clock_timestamp() + interval '90 days'
     FROM unnest($1::uuid[], $2::uuid[]) AS person (c, conversation)`,
    [ids, conversations, looked],
  )
  await owner.run(
    `INSERT INTO vault.bank_token (customer, institution, sealed) SELECT c, 'north-bank', $2 FROM unnest($1::uuid[]) c`,
    [ids, randomBytes(1500)],
  )
  await owner.run('CREATE SCHEMA leaky')
  await owner.run(`
    CREATE FUNCTION leaky.look(
      p_customer uuid, p_institution text, p_conversation uuid, p_class text, p_salt bytea, p_salt_sealed bytea
    ) RETURNS TABLE (version integer, sealed bytea)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
      opened bigint;
    BEGIN
      SELECT o.ticket INTO STRICT opened
      FROM gate.open(p_customer, p_institution, p_conversation, p_class, p_salt, p_salt_sealed) o;
      RETURN QUERY SELECT t.version, t.sealed FROM vault.bank_token t
        WHERE t.customer = p_customer AND t.institution = p_institution;
    END
    $$`)
  await owner.run('GRANT USAGE ON SCHEMA leaky TO parley_answer')
  await owner.run('VACUUM ANALYZE')
  return people
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
}

function percent(ratio: number): number {
  return Math.round((ratio - 1) * 1000) / 10
}

process.exitCode = await measure()
