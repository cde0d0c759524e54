import { parseArgs } from 'node:util'
import { startPushService } from './start-push-service.ts'

const HELP = `The sandbox push service: Web Push (RFC 8030, RFC 8292) on loopback, for demos and tests.

  node dist/sandbox/push/main.js --port N

  --port N   port to listen on; 0 takes a free one
  --help     this text

POST /push/<browser> takes a push, GET /received tells what came. Prints one JSON line when it is ready. SIGTERM or SIGINT stop it.
`

const { values } = parseArgs({ options: { port: { type: 'string' }, help: { type: 'boolean' } } })
const port = Number(values.port)

if (values.help) process.stdout.write(HELP)
else if (values.port === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) usageError()
else await run()

async function run(): Promise<void> {
  const service = await startPushService({ port })
  process.stdout.write(`${JSON.stringify({ ready: true, origin: service.origin })}\n`)
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void service.close().then(() => process.exit(0))
    })
  }
}

function usageError(): never {
  process.stderr.write(`--port is needed\n\n${HELP}`)
  process.exit(2)
}
