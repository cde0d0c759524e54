import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBank } from '../start-bank.ts'
import type { BankOptions } from '../options.ts'
import { loadControlSecret } from '../state/people-file.ts'
import { createOutsideClient } from './outside-client.ts'
import type { OutsideClient } from './outside-client.ts'

/** A bank in this process with its own data folder, and a client that only knows its addresses. */
export type PracticeBank = {
  readonly issuer: string
  readonly fdxUrl: string
  readonly dataDir: string
  readonly clientConfig: string
  readonly client: OutsideClient
  person(login: string): { readonly login: string; readonly password: string }
  control(method: string, path: string, body?: object): Promise<Response>
  accessLog(): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Stops the bank and starts it again on the same folder and port. */
  restart(): Promise<void>
  /** Stops the bank and removes its folder. */
  end(): Promise<void>
}

/** Starts a bank on a free port and a client for it. */
export async function startPracticeBank(
  options: Partial<BankOptions> = {},
  callbacks: readonly string[] = [],
): Promise<PracticeBank> {
  const dataDir = await mkdtemp(join(tmpdir(), 'practice-bank-'))
  const clientConfig = join(dataDir, 'clients.json')
  const all: BankOptions = {
    port: 0,
    host: '127.0.0.1',
    dataDir,
    issuer: undefined,
    seed: 'tests',
    empty: false,
    ofxFiles: [],
    clientConfig,
    ...options,
  }
  let bank = await startBank(all)
  const { issuer, fdxUrl, controlUrl } = bank
  const controlSecret = await loadControlSecret(dataDir)
  const people: unknown = JSON.parse(await readFile(join(dataDir, 'people.json'), 'utf8'))
  const client = await createOutsideClient({ issuer, fdxUrl, clientConfig, callbacks })

  return {
    issuer,
    fdxUrl,
    dataDir,
    clientConfig,
    client,
    person: (login) => findPerson(people, login),
    control: (method, path, body) =>
      fetch(`${controlUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${controlSecret}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async accessLog() {
      const text = await readFile(join(dataDir, 'access-log.jsonl'), 'utf8')
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map(parseRecord)
    },
    async restart() {
      await bank.stop()
      bank = await startBank({ ...all, port: Number(new URL(issuer).port) })
    },
    async end() {
      await bank.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function findPerson(people: unknown, login: string): { login: string; password: string } {
  const found: unknown = Array.isArray(people)
    ? people.find((each: unknown) => record(each)['login'] === login)
    : undefined
  return { login, password: String(record(found)['password']) }
}

/** A JSON object as a plain record, for looking into answers. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('not an object')
  return Object.fromEntries(Object.entries(value))
}

/** A JSON array of objects. */
export function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) throw new Error('not an array')
  return value.map(record)
}

function parseRecord(line: string): Readonly<Record<string, unknown>> {
  return record(JSON.parse(line))
}
