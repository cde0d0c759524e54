import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { catchLastResort, createLogger, createMetrics, createServer, systemRandom } from '../../platform/index.ts'
import { bankControl } from './bank-control.ts'
import { controlRoomConfig } from './control-room-config.ts'
import { addControlRoom } from './control-room.ts'

// The control room is a process of its own with an attacker's powers and no more: it knows public addresses and the two
// sandboxes' switches. It has no secret of the gateway's, the keystore's or the database's, and `serve` does not start it.

const flags = new Command('control-room')
  .requiredOption('--config <file>', 'addresses of the demo (JSON)')
  .requiredOption('--port <port>', 'loopback port')
  .parse()
  .opts<{ config: string; port: string }>()

const config = controlRoomConfig.parse(JSON.parse(readFileSync(flags.config, 'utf8')))
const metrics = createMetrics()
const logger = createLogger({ role: 'control-room', destination: process.stderr, metrics })
const server = await createServer(
  { logger, metrics, random: systemRandom },
  { title: 'Parley demo control room', version: '1' },
)
await addControlRoom(server, { config, bank: bankControl({ logger, metrics }, config.bank) })

const stop = async (): Promise<void> => {
  await server.close()
}
catchLastResort(logger, stop)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().then(() => process.exit(0)))
await server.listen({ host: '127.0.0.1', port: Number(flags.port) })
process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${flags.port}` })}\n`)
