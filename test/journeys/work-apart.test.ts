// Processes that answer, processes that work, and parts with a process and credentials of their own: the same product, told apart by flags and files.
import { readFileSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { constants, getPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildFolder } from '../setup/build-folder.ts'
import { eventually } from '../setup/eventually.ts'
import { linkPerson } from '../setup/link-person.ts'
import { type ParleyProcesses, startParley } from '../setup/parley-processes.ts'
import { waitUntilQuiet } from '../setup/wait-until-quiet.ts'

let parley: ParleyProcesses

beforeAll(async () => {
  parley = await startParley({ workApart: true, partsApart: true })
})
afterAll(() => parley?.stop())

const apart = () => {
  if (parley.apart === undefined) throw new Error('no part is apart')
  return parley.apart
}
const statusOf = async (origin: string, path: string): Promise<number> =>
  (await fetch(new URL(path, origin), { redirect: 'manual' })).status

test('with `serve --no-work`, messages are accepted while nobody works, and answered once a worker is back', async () => {
  const { messengerControl, worker } = parley
  if (worker === undefined) throw new Error('no worker was started')
  const psid = await messengerControl.createPerson('Wanda')
  // Whoever waits for an acknowledgement goes before whoever waits for a reply.
  expect(getPriority(worker.pid())).toBe(constants.priority.PRIORITY_BELOW_NORMAL)
  expect(getPriority(parley.gateway.pid())).toBe(getPriority())
  await worker.kill()
  for (const words of ['hello', 'help', 'thanks']) await messengerControl.say(psid, words)
  await eventually('all acknowledged', async () => {
    const thread = await messengerControl.thread(psid)
    return thread.filter(({ acknowledged }) => acknowledged === true).length === 3
  })
  // What accepts does no work: three jobs stand there, and nothing was said.
  expect((await messengerControl.thread(psid)).filter(({ from }) => from === 'page')).toEqual([])

  await worker.start()
  await waitUntilQuiet(parley, 120_000)
  const thread = await messengerControl.thread(psid)
  expect(thread.filter(({ from }) => from === 'page')).toHaveLength(3)
})

describe('statistics and consent in processes of their own', () => {
  test('each serves its routes and no others, and the gateway none of theirs', async () => {
    const { gateway, parts } = apart()
    const served: { readonly [path: string]: readonly [gateway: number, consent: number, statistics: number] } = {
      '/livez': [200, 200, 200],
      '/readyz': [200, 200, 200],
      '/link/over': [404, 410, 404],
      '/me/sign-in': [404, 200, 404],
      '/me': [404, 303, 404],
      '/statistics': [404, 404, 303],
      '/statistics/api/catalogue': [404, 404, 401],
      '/staff/sign-in': [200, 404, 404],
      '/console': [303, 404, 404],
      '/desk': [303, 404, 404],
      '/verify': [200, 404, 404],
      '/log/checkpoint': [200, 404, 404],
    }
    const found = await Promise.all(
      Object.keys(served).map(async (path) => {
        const origins = [gateway.origin, parts.consent.origin, parts.statistics.origin]
        return [path, await Promise.all(origins.map((origin) => statusOf(origin, path)))] as const
      }),
    )
    expect(Object.fromEntries(found)).toEqual(served)
  })

  test('behind one address a person links their bank and asks, and everything of it works', async () => {
    await linkPerson(parley, 'Lena')
    // Nobody but the keystore's caller `consent` enrols passkeys, and the gateway is not that caller.
    const { count } = await parley.admin.one(z.object({ count: z.bigint() }), 'SELECT count(*) FROM customers.passkey')
    expect(count).toBe(1n)
  })

  test('a messenger’s operator asks for totals, under the one login of that process', async () => {
    const cookie = randomBytes(32).toString('base64url')
    await parley.admin.run(
      `WITH who AS (INSERT INTO staff.member (login, role, platform) VALUES ('paula', 'platform', 'meta') RETURNING id)
       INSERT INTO staff.session (id_hash, member, expires_at) SELECT $1, id, now() + interval '1 hour' FROM who`,
      [createHash('sha256').update(cookie).digest()],
    )
    const { week } = await parley.admin.one(
      z.object({ week: z.string() }),
      'SELECT (statistics.this_week() - 14)::text AS week',
    )
    const headers = { cookie: `__Host-parley-staff=${cookie}`, 'content-type': 'application/json' }
    const asked = await fetch(new URL('/statistics/api/releases', parley.addresses.gateway), {
      method: 'POST',
      headers,
      body: JSON.stringify({ question: 'alert-response', week }),
    })
    expect(asked.status).toBe(202)
    const listed = await fetch(new URL('/statistics/api/releases', parley.addresses.gateway), { headers })
    expect([listed.status, await listed.text()]).toEqual([200, expect.stringContaining(week)])
  })

  // What else is refused: src/app/parts.test.ts.
  test('no process starts with a credential that is not its own, nor a gateway with one that it leaves to another', async () => {
    const wrong = (config: string, name: string): string => {
      const shape = z.looseObject({ database: z.looseObject({ passwords: z.record(z.string(), z.string()) }) })
      const read = shape.parse(JSON.parse(readFileSync(config, 'utf8')))
      const passwords = {
        ...read.database.passwords,
        parley_console: 'x'.repeat(40),
        parley_statistics: 'x'.repeat(40),
      }
      const file = join(dirname(config), name)
      writeFileSync(file, JSON.stringify({ ...read, database: { ...read.database, passwords } }))
      return file
    }
    const part = wrong(apart().parts.statistics.config, 'wrong-statistics.json')
    const gateway = wrong(parley.folder.gatewayConfig, 'wrong-gateway.json')
    const [alone, without] = await Promise.all([
      startToFail(['--only', 'statistics', '--config', part]),
      startToFail(['--without', 'statistics', 'consent', '--config', gateway]),
    ])
    expect(alone).toEqual({
      code: 2,
      said: expect.stringContaining(
        'database.passwords.parley_console: a process for statistics alone must not have it',
      ),
    })
    expect(without).toEqual({
      code: 2,
      said: expect.stringContaining(
        'database.passwords.parley_statistics: with --without statistics this process must not',
      ),
    })
  })
})

/** Runs `parley serve` with words that it refuses. */
async function startToFail(words: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [join(buildFolder(), 'src', 'main.js'), 'serve', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}
