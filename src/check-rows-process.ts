import { checkRows } from './audit/index.ts'
import { createHttpClient, createLogger, createMetrics } from './platform/index.ts'

export type RowsWish = {
  /** A login that may look, as a URL. */
  readonly databaseUrl: string
  /** The log's verifier key; without it, the key that the log at one of these addresses serves. */
  readonly key: string | undefined
  readonly what: readonly string[]
  readonly json: boolean
}

const keyMs = 10_000
const keyBytesMax = 4_096

/** `parley verify --database`: the database row by row, on standard output. Gives the exit code. */
export async function runCheckRows({ databaseUrl, key, what, json }: RowsWish): Promise<number> {
  const metrics = createMetrics({ processMetrics: false })
  const logger = createLogger({ role: 'verify', level: 'error', destination: process.stderr, metrics })
  const address = what.find((one) => /^https?:\/\//.test(one))
  const known = key ?? (address === undefined ? '' : await fetchKey(address))
  return await checkRows(
    { logger, metrics, write: (text) => void process.stdout.write(text) },
    { databaseUrl, key: known, json },
  )
}

async function fetchKey(address: string): Promise<string> {
  const http = createHttpClient(
    { metrics: createMetrics({ processMetrics: false }) },
    { name: 'log', deadlineMs: keyMs, maxBodyBytes: keyBytesMax, allowedOrigins: [new URL(address).origin] },
  )
  try {
    const answer = await http.send({ method: 'GET', url: `${address.replace(/\/+$/, '')}/vkey` })
    return answer.status === 200 ? answer.body.toString('utf8') : ''
  } finally {
    http.close()
  }
}
