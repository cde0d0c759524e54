import { parseArgs } from 'node:util'

/** What `--help` prints. */
export const USAGE = `Usage: parley sandbox generate --world WORLD --out FILE [options]

Invents card payments with an answer key, for training and for tests. The same seed and sizes give the same bytes.

  --world handbook      the world of the public fraud-detection handbook: CSV with TX_FRAUD and TX_FRAUD_SCENARIO
  --world lives         customers with homes, habits and journeys: card events (NDJSON, our schema v1), and beside them
                        the answer key, FILE without its ending + .labels.csv
  --out FILE            where the payments go; a name that ends in .gz is compressed
  --seed TEXT           another seed gives another world (default: 1)
  --customers N         default: 5000 in handbook, 1000 in lives
  --terminals N         default: 10000 in handbook; in lives they follow from the customers
  --start YYYY-MM-DD    the first day (default: 2018-04-01 in handbook, 2026-01-01 in lives)
  --days N              default: 183
  --json                print what was made as one JSON object
  --help                this text

Exit codes: 0 done, 1 the file cannot be written, 2 wrong usage.
`

/** The kinds of world there are. */
export type WorldKind = 'handbook' | 'lives'

/** What the command line asked for. */
export type GenerateOptions = {
  readonly world: WorldKind
  readonly out: string
  readonly seed: string
  readonly customers: number
  readonly terminals: number
  readonly startMs: number
  readonly days: number
  readonly json: boolean
}

/** A command line that cannot be followed; the message is one line for a person. */
export class GenerateMisuse extends Error {}

/** Beyond these a world does not fit into memory or into what time can be ordered by. */
const CUSTOMERS_MAX = 100_000
const TERMINALS_MAX = 1_000_000
const DAYS_MAX = 730

const DEFAULTS = {
  handbook: { customers: 5_000, start: '2018-04-01' },
  lives: { customers: 1_000, start: '2026-01-01' },
} as const

/** Reads the command line; undefined when only `--help` was asked for. */
export function readGenerateOptions(args: readonly string[]): GenerateOptions | undefined {
  const values = parse(args)
  if (values.help === true) return undefined
  const world = readWorld(values.world)
  if (world === 'lives' && values.terminals !== undefined) fail('--terminals is for --world handbook')
  return {
    world,
    out: values.out ?? fail('--out FILE is needed'),
    seed: values.seed ?? '1',
    customers: readCount('--customers', values.customers, DEFAULTS[world].customers, CUSTOMERS_MAX),
    terminals: readCount('--terminals', values.terminals, 10_000, TERMINALS_MAX),
    startMs: readDay(values.start ?? DEFAULTS[world].start),
    days: readCount('--days', values.days, 183, DAYS_MAX),
    json: values.json ?? false,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        world: { type: 'string' },
        out: { type: 'string' },
        seed: { type: 'string' },
        customers: { type: 'string' },
        terminals: { type: 'string' },
        start: { type: 'string' },
        days: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new GenerateMisuse(error instanceof Error ? error.message : String(error))
  }
}

function readWorld(text: string | undefined): WorldKind {
  return text === 'handbook' || text === 'lives' ? text : fail('--world must be handbook or lives')
}

function readCount(name: string, text: string | undefined, usual: number, max: number): number {
  const count = text === undefined ? usual : Number(text)
  return Number.isInteger(count) && count >= 1 && count <= max
    ? count
    : fail(`${name} must be a whole number from 1 to ${max}`)
}

function readDay(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // A day that no month has would otherwise become one of the next month.
  const isDay = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
  return isDay ? ms : fail('--start must be a day like 2018-04-01')
}

function fail(message: string): never {
  throw new GenerateMisuse(message)
}
