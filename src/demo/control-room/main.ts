import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { assets } from '../../pages/index.ts'
import {
  catchLastResort,
  createHttpClient,
  createLogger,
  createMetrics,
  createServer,
  systemClock,
  systemRandom,
} from '../../platform/index.ts'
import { alteredLog } from './altered-log.ts'
import { bankControl } from './bank-control.ts'
import { controlRoomConfig } from './control-room-config.ts'
import { addControlRoom, sayFault } from './control-room.ts'
import { lookingAround } from './look-around.ts'
import { messengerControl } from './messenger-control.ts'
import { openOutcomes } from './outcomes.ts'
import { openRoomMemory } from './room-memory.ts'
import { runVerify } from './run-verify.ts'

// The control room is a process of its own with an attacker's powers and no more: it knows public addresses and the two
// sandboxes' switches. It has no secret of the gateway's, the keystore's or the database's, and `serve` does not start it.

/** A page or a tile of the gateway, as anybody gets it. */
const publicLimits = { deadlineMs: 5_000, maxBodyBytes: 17 * 1024 * 1024 }

const flags = new Command('control-room')
  .requiredOption('--config <file>', 'addresses of the demo (JSON)')
  .requiredOption('--port <port>', 'loopback port')
  .parse()
  .opts<{ config: string; port: string }>()

const config = controlRoomConfig.parse(JSON.parse(readFileSync(flags.config, 'utf8')))
const metrics = createMetrics()
const logger = createLogger({ role: 'control-room', destination: process.stderr, metrics })
const clients = { logger, metrics }
const bank = bankControl(clients, config.bank)
const { ui, controlSecret } = config.messenger
const messenger = controlSecret === undefined ? undefined : messengerControl(clients, { ui, controlSecret })
const http = createHttpClient({ metrics }, { ...publicLimits, allowedOrigins: [config.gateway, config.pushService] })
const altered = alteredLog({ gateway: config.gateway, http, logger })
const server = await createServer(
  { logger, metrics, random: systemRandom },
  { title: 'Parley demo control room', version: '1' },
)
await addControlRoom(server, {
  ...{ config, bank, messenger, http, logger, clock: systemClock, verify: runVerify },
  lookAround: lookingAround({ gateway: config.gateway, http, bank, messenger, pushService: config.pushService }),
  alteredLog: altered,
  memory: openRoomMemory(config.memoryFile, systemClock.now()),
  outcomes: openOutcomes((section, thrown) => {
    logger.fault(`control-room.${section}-failed`, thrown)
    return sayFault(thrown)
  }),
  assets: assets.load(join(import.meta.dirname, '..', '..', '..', 'web')),
})

const stop = async (): Promise<void> => {
  await Promise.all([server.close(), altered.stop()])
}
catchLastResort(logger, stop)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().then(() => process.exit(0)))
await server.listen({ host: '127.0.0.1', port: Number(flags.port) })
process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${flags.port}` })}\n`)
