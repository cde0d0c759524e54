import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOutsideClient } from './test-support/outside-client.ts'
import { record, records } from './test-support/practice-bank.ts'

/** Processes start several times in one test, on a machine with other work to do. */
const PROCESS_MS_MAX = 60_000

describe('the sandbox bank as a process', { timeout: PROCESS_MS_MAX }, () => {
  let folder: string
  let program: string
  const running: ChildProcess[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bank-process-'))
    program = join(folder, 'main.mjs')
    await symlink(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'))
    await build({
      entryPoints: [join(import.meta.dirname, 'main.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    })
  })
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  function run(...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    running.push(child)
    return child
  }

  /** Starts a bank and reads its one line. */
  async function start(
    ...args: readonly string[]
  ): Promise<{ child: ChildProcess; issuer: string; fdxUrl: string; line: string }> {
    const child = run(...args)
    let line = ''
    for await (const chunk of child.stdout ?? []) {
      line += String(chunk)
      if (line.includes('\n')) break
    }
    const ready = record(JSON.parse(line))
    return { child, line, issuer: String(ready['issuer']), fdxUrl: String(ready['fdxUrl']) }
  }

  async function outcome(child: ChildProcess): Promise<{ code: number; out: string; err: string }> {
    const texts = { out: '', err: '' }
    child.stdout?.on('data', (chunk) => (texts.out += String(chunk)))
    child.stderr?.on('data', (chunk) => (texts.err += String(chunk)))
    const [code] = await once(child, 'close')
    return { code: Number(code), ...texts }
  }

  test('prints one line when ready, keeps secrets to itself, and stops cleanly', async () => {
    const dataDir = join(folder, 'clean')
    const { child, line, issuer } = await start('--port', '0', '--data-dir', dataDir)
    expect(record(JSON.parse(line))).toMatchObject({
      ready: true,
      issuer,
      fdxUrl: `${issuer}/fdx/v6`,
      controlUrl: `${issuer}/control`,
    })
    const modes = await Promise.all(
      ['people.json', 'control.json', 'keys.json', 'state.jsonl', 'access-log.jsonl'].map(
        async (name) => (await stat(join(dataDir, name))).mode & 0o777,
      ),
    )
    expect(modes).toEqual(modes.map(() => 0o600))
    const ended = outcome(child)
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: 0, out: '', err: '' })
  })

  test('kill -9: links, refresh tokens, card states, logins and the access log are there afterwards', async () => {
    const dataDir = join(folder, 'killed')
    const clientConfig = join(folder, 'killed-clients.json')
    const args = ['--data-dir', dataDir, '--client-config', clientConfig]
    const first = await start('--port', '0', ...args)
    const people = records(JSON.parse(await readFile(join(dataDir, 'people.json'), 'utf8')))
    const client = await createOutsideClient({ ...first, clientConfig })
    let tokens = await client.link({ login: 'maya', password: String(people[0]?.['password']) })
    const accounts = records(record(await (await client.fdx('/accounts', tokens.access_token)).json())['accounts'])
    const card = String(accounts.find((each) => each['accountType'] === 'CREDITCARD')?.['accountId'])
    let { child } = first
    let calls = 1
    for (let round = 0; round < 3; round += 1) {
      tokens = await client.refresh(tokens.refresh_token ?? '')
      await client.fdx(`/cards/${card}/${round % 2 === 0 ? 'freeze' : 'unfreeze'}`, tokens.access_token, {
        method: 'POST',
        headers: { 'idempotency-key': `round-${round}` },
      })
      calls += 1
      const dead = once(child, 'exit')
      child.kill('SIGKILL')
      await dead
      child = (await start('--port', new URL(first.issuer).port, ...args)).child
      const status = record(await (await client.fdx(`/cards/${card}/status`, tokens.access_token)).json())
      calls += 1
      expect(status).toMatchObject({ status: round % 2 === 0 ? 'FROZEN' : 'ACTIVE', changes: round + 1 })
    }
    const log = (await readFile(join(dataDir, 'access-log.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => record(JSON.parse(line)))
    expect(log.filter((line) => line['status'] === 200)).toHaveLength(calls)
    const again = await client.link({ login: 'maya', password: String(people[0]?.['password']) })
    expect((await client.fdx('/accounts', again.access_token)).status).toBe(200)
    child.kill('SIGKILL')
  })

  test('a client that registers its key after the bank is up is found', async () => {
    const dataDir = join(folder, 'late')
    const clientConfig = join(folder, 'late-clients.json')
    const bank = await start('--port', '0', '--data-dir', dataDir, '--client-config', clientConfig)
    const client = await createOutsideClient({ ...bank, clientConfig })
    expect((await client.begin()).url).toContain('request_uri')
    bank.child.kill('SIGKILL')
  })

  test('real statements become the first person’s accounts', async () => {
    const dataDir = join(folder, 'ofx')
    const clientConfig = join(folder, 'ofx-clients.json')
    const statement = join(folder, 'statement.ofx')
    await writeFile(
      statement,
      '<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>778899<ACCTTYPE>SAVINGS</BANKACCTFROM><LEDGERBAL><BALAMT>4321.09<DTASOF>20260301</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>',
    )
    const bank = await start('--ofx', statement, '--port', '0', '--data-dir', dataDir, '--client-config', clientConfig)
    const people = records(JSON.parse(await readFile(join(dataDir, 'people.json'), 'utf8')))
    const client = await createOutsideClient({ ...bank, clientConfig })
    const tokens = await client.link({ login: String(people[0]?.['login']), password: String(people[0]?.['password']) })
    const text = await (await client.fdx('/accounts?resultType=details', tokens.access_token)).text()
    expect(text).toContain('"currentBalance":4321.09')
    expect(records(record(JSON.parse(text))['accounts'])).toHaveLength(1)
    bank.child.kill('SIGKILL')
  })

  test.each([
    ['no folder', ['--port', '0'], '--data-dir is needed'],
    ['no port', ['--data-dir', '/nowhere'], '--port is needed'],
    ['an address that is not loopback', ['--port', '0', '--data-dir', 'x', '--host', '0.0.0.0'], 'loopback'],
    ['an issuer with a path', ['--port', '0', '--data-dir', 'x', '--issuer', 'https://bank.example/x'], 'origin'],
    ['an unknown option', ['--explode'], 'explode'],
    [
      'a statement that is not there',
      ['--port', '0', '--data-dir', 'DATA', '--ofx', 'absent.ofx'],
      'absent.ofx: unreadable: ENOENT',
    ],
  ])('%s: one line and exit code 2', async (_name, args, message) => {
    const { code, err, out } = await outcome(
      run(...args.map((arg) => (arg === 'DATA' ? join(folder, 'refused') : arg))),
    )
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err.trimEnd()).not.toContain('\n')
  })

  test('--help tells how to use it', async () => {
    expect(await outcome(run('--help'))).toMatchObject({ code: 0, out: expect.stringContaining('--client-config') })
  })
})
