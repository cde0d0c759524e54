import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { z } from 'zod'
import { partCredentials, partNames, partSecrets } from '../../src/app/parts.ts'
import type { PartName } from '../../src/app/parts.ts'
import { freePort } from './free-port.ts'

/** Where each process answers behind the one address that everybody knows, and with which file it starts. */
export type PartsApart = {
  readonly gateway: { readonly origin: string }
  readonly parts: { readonly [Name in PartName]: { readonly origin: string; readonly config: string } }
  /** The proxy in front, as docs/operations.md tells it. */
  readonly proxy: Server
}

const fileShape = z.looseObject({
  listen: z.object({ host: z.string(), port: z.number() }),
  database: z.looseObject({ passwords: z.record(z.string(), z.string()) }),
  keystore: z.looseObject({ secrets: z.record(z.string(), z.string()) }),
  messenger: z.looseObject({ threadUrl: z.string().optional() }),
})

/** What of the gateway's configuration each part knows. */
const settings: { readonly [Name in PartName]: readonly string[] } = {
  statistics: ['mode', 'publicUrl', 'relyingParty', 'metricsToken', 'timeZone'],
  consent: [
    ...['mode', 'publicUrl', 'relyingParty', 'linkSecret', 'bankClientKeys', 'institutions', 'log', 'push'],
    ...['allowLoopback', 'metricsToken'],
  ],
}

/** Divides a gateway's configuration: each process gets what it needs and no credential more. Its address becomes that of a proxy in front. */
export async function splitConfig(gatewayConfig: string, folder: string): Promise<PartsApart> {
  const whole = fileShape.parse(JSON.parse(readFileSync(gatewayConfig, 'utf8')))
  const listenAt = async () => ({ host: '127.0.0.1', port: await freePort() })
  const keep = <Value>(all: Readonly<Record<string, Value>>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
  const written = await Promise.all(
    partNames.map(async (part) => {
      const { logins, callers } = partCredentials[part]
      const listen = await listenAt()
      const config = join(folder, `${part}.json`)
      const own = {
        ...keep(whole, settings[part]),
        listen,
        database: { ...whole.database, passwords: keep(whole.database.passwords, logins) },
        ...(part === 'statistics'
          ? {}
          : {
              keystore: { ...whole.keystore, secrets: keep(whole.keystore.secrets, callers) },
              messenger: { threadUrl: whole.messenger.threadUrl },
            }),
      }
      writeFileSync(config, JSON.stringify(own), { mode: 0o600 })
      return [part, { origin: `http://127.0.0.1:${listen.port}`, config }] as const
    }),
  )
  const parts = Object.fromEntries(written) as PartsApart['parts']
  const dropped = (kind: 'logins' | 'callers') => partNames.flatMap((part) => [...partSecrets[part][kind]] as string[])
  const without = <Value>(all: Readonly<Record<string, Value>>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
  const listen = await listenAt()
  const rest = {
    ...whole,
    listen,
    database: { ...whole.database, passwords: without(whole.database.passwords, dropped('logins')) },
    keystore: { ...whole.keystore, secrets: without(whole.keystore.secrets, dropped('callers')) },
  }
  writeFileSync(gatewayConfig, JSON.stringify(rest), { mode: 0o600 })
  const gateway = { origin: `http://127.0.0.1:${listen.port}` }
  const proxy = await startProxy(whole.listen, ({ path }) => {
    if (/^\/(link|me)(\/|\?|$)/.test(path)) return parts.consent.origin
    return /^\/statistics(\/|\?|$)/.test(path) ? parts.statistics.origin : gateway.origin
  })
  return { gateway, parts, proxy }
}

async function startProxy(
  at: { readonly host: string; readonly port: number },
  originOf: (asked: { readonly path: string }) => string,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/'
    const onward = request(
      new URL(path, originOf({ path })),
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(outgoing)
      },
    )
    onward.once('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, resolve)
  })
  return server
}
