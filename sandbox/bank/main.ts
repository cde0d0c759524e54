import { readOptions, USAGE, UsageError } from './options.ts'
import { OfxError } from './ofx/ofx-error.ts'
import { startBank } from './start-bank.ts'

/** The bank as a process: options in, one line of JSON out when ready, a clean stop on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) {
    process.stdout.write(USAGE)
    return
  }
  // Standard output carries the one line and nothing else; libraries that chat go to standard error.
  console.info = console.error
  console.log = console.error
  const bank = await startBank(options)
  const { issuer, fdxUrl, controlUrl } = bank
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    bank.stop().then(
      () => process.exit(0),
      (error: unknown) => exitBroken(error),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.stdout.write(`${JSON.stringify({ ready: true, issuer, fdxUrl, controlUrl })}\n`)
}

function exitBroken(error: unknown): void {
  const expected = error instanceof UsageError || error instanceof OfxError
  process.stderr.write(
    `${expected ? error.message : String(error instanceof Error ? (error.stack ?? error.message) : error)}\n`,
  )
  process.exit(expected ? 2 : 1)
}

main().catch(exitBroken)
