import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { startProvider } from './start-provider.ts'

const USAGE = `Usage: sandbox/staff-provider --port N --people FILE --client-config FILE

A practice OpenID provider: the work accounts of the people who run a practice Parley.

  --port N              port to listen on (0 = any free one), on 127.0.0.1 only
  --people FILE         JSON [{ login, password, role }]
  --client-config FILE  JSON { client_id, client_name, jwks, redirect_uris }
  --help                this text

Prints one line of JSON when ready. Exit codes: 0 stopped, 1 broken, 2 wrong usage or a file that cannot be read.
`

const peopleShape = z.array(z.object({ login: z.string().min(1), password: z.string().min(1), role: z.string() }))
const clientShape = z.object({
  client_id: z.string().min(1),
  client_name: z.string().min(1),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) }),
  redirect_uris: z.array(z.url()).min(1),
})

/** The provider as a process: options in, one line of JSON out when ready, a clean stop on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      people: { type: 'string' },
      'client-config': { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) return void process.stdout.write(USAGE)
  const port = Number(values.port ?? 'none')
  if (!Number.isInteger(port) || values.people === undefined || values['client-config'] === undefined) {
    process.stderr.write(USAGE)
    process.exit(2)
  }
  // Standard output carries the one line and nothing else; libraries that chat go to standard error.
  console.info = console.error
  console.log = console.error
  const people = read(peopleShape, values.people)
  const client = read(clientShape, values['client-config'])
  const provider = await startProvider({ port, people, client })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void provider.stop().then(() => process.exit(0)))
  }
  process.stdout.write(`${JSON.stringify({ ready: true, issuer: provider.issuer })}\n`)
}

function read<Value>(shape: z.ZodType<Value>, file: string): Value {
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    process.stderr.write(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
})
