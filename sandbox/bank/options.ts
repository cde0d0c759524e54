import { parseArgs } from 'node:util'

/** What `--help` prints. */
export const USAGE = `Usage: sandbox bank --port N --data-dir D [options]

A practice bank: FAPI 2.0 login and consent, an FDX 6.4-shaped API, card controls, people with a year of history.

  --port N              port to listen on (0 = any free one)
  --data-dir D          folder for keys, tokens, consents, access log (made if missing)
  --issuer URL          public origin of the bank (default: http://127.0.0.1:N)
  --seed TEXT           another seed gives other histories (default: first-valley)
  --no-seed             people with empty accounts
  --ofx FILE ...        real statements (OFX 1.x, 2.x, QFX) become the first person's accounts
  --client-config FILE  JSON with the clients that may ask: { "clients": [{ client_id, jwks, redirect_uris, client_name }] }
  --host ADDRESS        loopback address to listen on (default: 127.0.0.1)
  --help                this text

Prints one line of JSON when ready. Exit codes: 0 stopped, 1 broken, 2 wrong usage or a file that cannot be read.
`

/** Addresses this bank may listen on: it holds practice passwords, so never beyond this machine. */
const LOOPBACK_HOSTS = ['127.0.0.1', '::1', 'localhost']

/** What the command line asked for. */
export type BankOptions = {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly issuer: string | undefined
  readonly seed: string
  readonly empty: boolean
  readonly ofxFiles: readonly string[]
  readonly clientConfig: string | undefined
}

/** A command line that cannot be followed; the message is one line for a person. */
export class UsageError extends Error {}

/** Reads the command line; undefined when only `--help` was asked for. `--ofx` takes every file up to the next option. */
export function readOptions(args: readonly string[]): BankOptions | undefined {
  const { values } = parse(spreadOfx(args))
  if (values.help === true) return undefined
  return {
    port: readPort(values.port),
    host: readHost(values.host ?? '127.0.0.1'),
    dataDir: values['data-dir'] ?? fail('--data-dir is needed'),
    issuer: values.issuer === undefined ? undefined : readIssuer(values.issuer),
    seed: values.seed ?? 'first-valley',
    empty: values['no-seed'] ?? false,
    ofxFiles: values.ofx ?? [],
    clientConfig: values['client-config'],
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'data-dir': { type: 'string' },
        issuer: { type: 'string' },
        seed: { type: 'string' },
        'no-seed': { type: 'boolean' },
        ofx: { type: 'string', multiple: true },
        'client-config': { type: 'string' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** `--ofx a b --port 1` becomes `--ofx a --ofx b --port 1`. */
function spreadOfx(args: readonly string[]): string[] {
  let inOfx = false
  return args.flatMap((arg, at) => {
    if (arg.startsWith('--')) {
      inOfx = arg === '--ofx'
      return [arg]
    }
    return inOfx && args[at - 1] !== '--ofx' ? ['--ofx', arg] : [arg]
  })
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? fail('--port is needed'))
  return Number.isInteger(port) && port >= 0 && port <= 65_535
    ? port
    : fail('--port must be a whole number from 0 to 65535')
}

function readHost(host: string): string {
  return LOOPBACK_HOSTS.includes(host) ? host : fail('--host must be a loopback address: 127.0.0.1, ::1 or localhost')
}

function readIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : fail('--issuer must be a URL')
  const plain = url.pathname === '/' && url.search === '' && url.hash === '' && /^https?:$/.test(url.protocol)
  return plain ? url.origin : fail('--issuer must be an origin like https://bank.example')
}

function fail(message: string): never {
  throw new UsageError(message)
}
