import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../../test/setup/database.ts'
import type { TestDatabase } from '../../../test/setup/database.ts'
import { eventually } from '../../../test/setup/eventually.ts'
import { bigintColumn, bytesColumn, instantColumn } from './column-shapes.ts'
import type { Database } from './database.ts'
import { sqlState } from './sql-state.ts'

let clone: TestDatabase
let database: Database
beforeAll(async () => {
  clone = await cloneDatabase()
  database = clone.admin
  await database.run('CREATE TABLE public.thing (id bigint PRIMARY KEY, note text)')
})
afterAll(() => clone.drop())

const number = z.object({ n: z.number() })
const count = async (): Promise<bigint> =>
  (await database.one(z.object({ n: bigintColumn }), 'SELECT count(*) AS n FROM public.thing')).n

test('columns arrive without loss: int8 as bigint, moments as milliseconds, bytes as bytes, numeric as text', async () => {
  const shape = z.object({
    big: bigintColumn,
    bigs: z.array(bigintColumn),
    at: instantColumn,
    bytes: bytesColumn,
    exact: z.string(),
    json: z.unknown(),
    day: z.string(),
    none: instantColumn.nullable(),
    forever: instantColumn.or(z.literal(Infinity)),
    ids: z.array(z.string()),
  })
  const row = await database.one(
    shape,
    `SELECT 9007199254740993 AS big, ARRAY[1, 9223372036854775807]::int8[] AS bigs,
       '2026-02-03 04:05:06.789999+05:30'::timestamptz AS at, '\\x00ff'::bytea AS bytes, 0.10::numeric AS exact,
       '{"a":[1]}'::jsonb AS json, '2026-02-03'::date AS day, NULL::timestamptz AS none,
       'infinity'::timestamptz AS forever, ARRAY['a','b']::text[] AS ids`,
  )
  expect(row).toEqual({
    big: 9007199254740993n,
    bigs: [1n, 9223372036854775807n],
    at: Date.UTC(2026, 1, 2, 22, 35, 6, 789),
    bytes: Buffer.from([0, 255]),
    exact: '0.10',
    json: { a: [1] },
    day: '2026-02-03',
    none: null,
    forever: Infinity,
    ids: ['a', 'b'],
  })
})

test('parameters arrive as they are: bigints, bytes, lists of both, and nothing', async () => {
  const row = await database.one(
    z.object({ a: bigintColumn, b: bytesColumn, c: z.array(bigintColumn), d: z.array(bytesColumn), e: z.null() }),
    'SELECT $1::int8 AS a, $2::bytea AS b, $3::int8[] AS c, $4::bytea[] AS d, $5::text AS e',
    [2n ** 62n, new Uint8Array([1, 2]), [1n, 2n ** 62n], [new Uint8Array([3]), Buffer.from([4])], null],
  )
  expect(row).toEqual({
    a: 2n ** 62n,
    b: Buffer.from([1, 2]),
    c: [1n, 2n ** 62n],
    d: [Buffer.from([3]), Buffer.from([4])],
    e: null,
  })
})

test('a throw inside a transaction rolls it back and is thrown on as it was', async () => {
  const before = await count()
  const mine = new RangeError('mine')
  const failing = database.transaction(async (tx) => {
    await tx.run('INSERT INTO public.thing VALUES (1)')
    throw mine
  })
  await expect(failing).rejects.toBe(mine)
  expect(await count()).toBe(before)
})

test('statements of a transaction that nobody awaited one by one still run inside it', async () => {
  const before = await count()
  const failing = database.transaction(async (tx) => {
    await Promise.all([
      tx.run('INSERT INTO public.thing VALUES (2)'),
      tx.run('INSERT INTO public.thing VALUES (3)'),
      tx.run('SELECT 1 / 0'),
    ])
  })
  await expect(failing).rejects.toMatchObject({ code: 'platform/query-refused' })
  expect(await count()).toBe(before)
})

test('a transaction whose failed statement was swallowed does not pass for committed', async () => {
  const before = await count()
  const swallowing = database.transaction(async (tx) => {
    await tx.run('INSERT INTO public.thing VALUES (4)')
    await Promise.allSettled([tx.run('SELECT 1 / 0')])
  })
  await expect(swallowing).rejects.toMatchObject({ code: 'platform/transaction-aborted' })
  expect(await count()).toBe(before)
})

test('an expected refusal can be read through the fault, and the fault says nothing of the data', async () => {
  await database.run('INSERT INTO public.thing VALUES (5, $1)', ['CANARY'])
  const refused = database.run('INSERT INTO public.thing VALUES (5, $1)', ['CANARY'])
  const fault: unknown = await refused.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(sqlState(fault)).toBe('23505')
  expect(fault).toMatchObject({ code: 'platform/query-failed', message: 'platform/query-failed' })
  expect(sqlState(new Error('EPIPE'))).toBeUndefined()
})

test('rows that are missing, too many or of another shape are faults, not surprises', async () => {
  await expect(database.one(number, 'SELECT 1 AS n WHERE false')).rejects.toMatchObject({
    code: 'platform/row-missing',
  })
  await expect(database.one(number, 'SELECT generate_series(1, 2) AS n')).rejects.toMatchObject({
    code: 'platform/row-missing',
  })
  await expect(database.maybe(number, 'SELECT generate_series(1, 2) AS n')).rejects.toMatchObject({
    code: 'platform/row-missing',
  })
  expect(await database.maybe(number, 'SELECT 1 AS n WHERE false')).toBeUndefined()
  await expect(database.one(number, `SELECT 'x' AS n`)).rejects.toMatchObject({ code: 'platform/row-shape' })
})

test('after its connections were cut, the pool makes new ones', async () => {
  const cut = clone.connect('answer')
  await Promise.all([cut.one(number, 'SELECT 1 AS n'), cut.one(number, 'SELECT 2 AS n')])
  const running = cut.one(number, 'SELECT 1 AS n FROM pg_sleep(5)')
  const failed = expect(running).rejects.toMatchObject({ code: 'platform/database-unavailable', retry: 'later' })
  await eventually('it runs', async () => (await busy(cut.login)) === 1)
  await database.rows(
    z.unknown(),
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND datname = current_database()',
    [cut.login],
  )
  await failed
  // The other idle connection may be handed out before its end was noticed; that, too, is "later".
  await eventually('it answers again', () =>
    cut.one(number, 'SELECT 3 AS n').then(
      ({ n }) => n === 3,
      () => false,
    ),
  )
})

async function busy(login: string): Promise<number> {
  const row = await database.one(
    z.object({ n: bigintColumn }),
    `SELECT count(*) AS n FROM pg_stat_activity WHERE usename = $1 AND datname = current_database() AND state = 'active'`,
    [login],
  )
  return Number(row.n)
}

test('a commit whose answer was lost is told apart: it may have happened', async () => {
  const cut = clone.connect('answer', { poolMax: 1 })
  const pid = z.object({ pid: z.number() })
  const lost = cut.transaction(async (tx) => {
    const backend = await tx.one(pid, 'SELECT pg_backend_pid() AS pid')
    await database.one(z.unknown(), 'SELECT pg_terminate_backend($1)', [backend.pid])
    await eventually('it is gone', async () => {
      const row = await database.one(
        z.object({ n: bigintColumn }),
        'SELECT count(*) AS n FROM pg_stat_activity WHERE pid = $1',
        [backend.pid],
      )
      return row.n === 0n
    })
  })
  await expect(lost).rejects.toMatchObject({ code: 'platform/commit-unknown', retry: 'later' })
})

test('what a transaction announces is heard once it committed, here and in other sessions, and never after a rollback', async () => {
  const listener = clone.connect('channel')
  const session = await listener.openSession()
  let heardThere = 0
  let heardHere = 0
  await session.listen('thing', () => {
    heardThere += 1
  })
  const stop = database.onAnnounced('thing', () => {
    heardHere += 1
  })
  const rolledBack = database.transaction(async (tx) => {
    tx.announce('thing')
    throw new RangeError('no')
  })
  await expect(rolledBack).rejects.toThrow()
  expect([heardHere, heardThere]).toEqual([0, 0])
  await Promise.all(Array.from({ length: 50 }, () => database.transaction(async (tx) => tx.announce('thing'))))
  await eventually('the other heard', () => heardThere > 0)
  expect(heardHere).toBe(50)
  expect(heardThere).toBeLessThan(50)
  stop()
  await session.close()
})

test('an announcement says what it is about, once each; a session of the same origin has heard it already', async () => {
  const heard: (readonly string[])[] = []
  const elsewhere = await clone.connect('channel').openSession()
  await elsewhere.listen('thing', (about) => heard.push(about))
  const named = clone.connect('channel', { origin: 'one' })
  const own = await named.openSession()
  let heardByOwn = 0
  await own.listen('thing', () => {
    heardByOwn += 1
  })
  await named.transaction(async (tx) => {
    for (const kind of ['send', 'chat.go-on', 'send']) tx.announce('thing', kind)
  })
  await eventually('words came', () => heard.length === 1)
  expect(heard[0]?.toSorted()).toEqual(['chat.go-on', 'send'])
  await named.transaction(async (tx) => {
    tx.announce('thing', 'send')
    tx.announce('thing')
  })
  await eventually('anything came', () => heard.length === 2)
  expect(heard[1]).toEqual([])
  expect(heardByOwn).toBe(0)
  await Promise.all([own.close(), elsewhere.close()])
})

test('two customers’ settings on one pooled connection never meet', async () => {
  const one = clone.connect('answer', { poolMax: 1 })
  const shape = z.object({ is: z.string().nullable() })
  await one.transaction((tx) => tx.one(z.unknown(), `SELECT set_config('app.customer', 'anna', true)`))
  const after = await one.one(shape, `SELECT nullif(current_setting('app.customer', true), '') AS is`)
  expect(after).toEqual({ is: null })
})

test('closing waits for what is running', async () => {
  const closing = clone.connect('answer')
  const running = closing.one(number, 'SELECT 1 AS n FROM pg_sleep(0.1)')
  await eventually('it runs', async () => (await busy(closing.login)) === 1)
  await closing.close()
  expect(await running).toEqual({ n: 1 })
})
