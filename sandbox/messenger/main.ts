import { parseArgs } from 'node:util'
import { startMessenger, type MessengerOptions } from './start-messenger.ts'

const HELP = `The sandbox messenger: the Messenger Platform on loopback, for development and tests.

  node dist/sandbox/messenger/main.js --port N --data-dir D [options]

  --port N            port to listen on; 0 takes a free one
  --data-dir D        folder for people, threads and pending webhooks
  --webhook-url URL   the app's webhook; the messenger shakes hands with it at start
  --deauthorize-url URL, --data-deletion-url URL
                      where the app hears that a person removed it, or wants their data deleted (default: beside the
                      webhook, …/deauthorize and …/data-deletion)
  --config FILE       JSON with appId, appSecret, verifyToken, pageId, pageAccessToken, controlSecret, pageName
                      (made with random secrets when absent; default D/config.json)
  --cut-rate X        share of sends that are accepted and then cut off without an answer (default 0.05)
  --duplicate-rate X  share of webhooks that are delivered twice (default 0)
  --reorder-rate X    share of events that are held back so that others overtake them (default 0)
  --seed TEXT         decides what the rates hit; the same seed hits the same sends
  --no-previews       do not look at the links in messages
  --host NAME         127.0.0.1 (default), ::1 or localhost
  --help              this text

Prints one JSON line when it is ready. SIGTERM or SIGINT stop it.
`

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    'data-dir': { type: 'string' },
    'webhook-url': { type: 'string' },
    'deauthorize-url': { type: 'string' },
    'data-deletion-url': { type: 'string' },
    config: { type: 'string' },
    'cut-rate': { type: 'string' },
    'duplicate-rate': { type: 'string' },
    'reorder-rate': { type: 'string' },
    seed: { type: 'string' },
    'no-previews': { type: 'boolean' },
    host: { type: 'string' },
    help: { type: 'boolean' },
  },
})

if (values.help) process.stdout.write(HELP)
else await run(readOptions())

async function run(options: MessengerOptions): Promise<void> {
  const messenger = await startMessenger(options)
  const { ui, graphUrl, controlUrl } = messenger
  process.stdout.write(`${JSON.stringify({ ready: true, ui, graphUrl, controlUrl })}\n`)
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void messenger.close().then(() => process.exit(0))
    })
  }
}

function readOptions(): MessengerOptions {
  const port = Number(values.port)
  const dataDir = values['data-dir']
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || dataDir === undefined)
    usageError('--port and --data-dir are needed')
  const rates = { cutRate: rate('cut-rate'), duplicateRate: rate('duplicate-rate'), reorderRate: rate('reorder-rate') }
  const given = Object.fromEntries(Object.entries(rates).filter(([, value]) => value !== undefined))
  return {
    port,
    dataDir,
    host: values.host ?? '127.0.0.1',
    webhookUrl: values['webhook-url'],
    deauthorizeUrl: values['deauthorize-url'],
    dataDeletionUrl: values['data-deletion-url'],
    configFile: values.config,
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    switches: { ...given, ...(values['no-previews'] ? { previews: false } : {}) },
  }
}

function rate(name: 'cut-rate' | 'duplicate-rate' | 'reorder-rate'): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const value = Number(text)
  return value >= 0 && value <= 1 ? value : usageError(`--${name} is a share between 0 and 1`)
}

function usageError(reason: string): never {
  process.stderr.write(`${reason}\n\n${HELP}`)
  process.exit(2)
}
