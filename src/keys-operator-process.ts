import type { KeystoreConfig } from './config.ts'
import { Secret } from './kernel/index.ts'
import { keystoreTools, readKeystoreAddress } from './keystore/index.ts'
import { createLogger, createMetrics, openDatabase, systemClock, systemRandom } from './platform/index.ts'
import type { Database } from './platform/index.ts'

type Wish = { readonly json: boolean; readonly write: (text: string) => void }

/** `parley keys rotate`: a new root key now; every copy that hangs on the old one is worth nothing afterwards. */
export async function runRotate(config: KeystoreConfig, { json, write }: Wish): Promise<number> {
  const rotated = await keystoreTools.rotateNow(
    { clock: systemClock, random: systemRandom },
    { folder: config.folder, at: readKeystoreAddress(config.address) },
  )
  const { version, madeAt, isRunning } = rotated
  const at = new Date(madeAt).toISOString()
  if (json) write(`${JSON.stringify({ version, madeAt: at, running: isRunning })}\n`)
  else write(`Root key version ${version}, made ${at}; the versions before it are destroyed.\n`)
  return 0
}

/** `parley keys erase-again`: after a restore of the database, begins again the erasures that it undid. */
export async function runEraseAgain(config: KeystoreConfig, { json, write }: Wish): Promise<number> {
  const database = openKeystoreLogin(config)
  try {
    const again = await keystoreTools.eraseAgain({ database }, { folder: config.folder })
    if (json) write(`${JSON.stringify(again)}\n`)
    else
      write(
        `Erased again: ${again.customers} customers, ${again.conversations} conversations. The gateway removes the rows.\n`,
      )
    return 0
  } finally {
    await database.close()
  }
}

/** `parley keys open-hold`: prints one held record and writes down why, or lists what is held. Gives the exit code. */
export async function runOpenHold(
  config: KeystoreConfig,
  wish: Wish & { readonly record: string | undefined; readonly reason: string | undefined },
): Promise<number> {
  const database = openKeystoreLogin(config)
  try {
    const deps = { database, clock: systemClock, random: systemRandom }
    if (wish.record === undefined) return await list(deps, wish)
    return await openOne(deps, config, { ...wish, record: wish.record })
  } finally {
    await database.close()
  }
}

async function list(deps: { readonly database: Database }, { json, write }: Wish): Promise<number> {
  const held = await keystoreTools.listHeld(deps)
  const rows = held.map(({ id, item, keptUntil }) => ({ record: id, item, until: new Date(keptUntil).toISOString() }))
  if (json) write(`${JSON.stringify({ held: rows })}\n`)
  else for (const { record, item, until } of rows) write(`${record}  ${item}  until ${until.slice(0, 10)}\n`)
  return 0
}

async function openOne(
  deps: Parameters<typeof keystoreTools.openHold>[0],
  config: KeystoreConfig,
  wish: Wish & { readonly record: string; readonly reason: string | undefined },
): Promise<number> {
  const { record, reason = '' } = wish
  const opened = await keystoreTools.openHold(deps, { folder: config.folder, record, reason })
  if (!opened.ok) {
    const { min, max } = keystoreTools.reasonLength
    const why =
      opened.code === 'keystore/not-held'
        ? 'no such record is held, or its time is over'
        : `--reason says who asks and by what right, in ${min} to ${max} characters`
    process.stderr.write(`Nothing was opened: ${why}.\n`)
    return opened.code === 'keystore/not-held' ? 1 : 2
  }
  const { item, basis, keptUntil, plain } = opened.value
  const held: unknown = JSON.parse(plain.reveal())
  wish.write(
    `${JSON.stringify({ item, basis, until: new Date(keptUntil).toISOString(), record: held }, null, wish.json ? 0 : 2)}\n`,
  )
  return 0
}

function openKeystoreLogin(config: KeystoreConfig): Database {
  const metrics = createMetrics()
  const logger = createLogger({ role: 'keys', destination: process.stderr, metrics })
  const { host, port, database, prepare, passwords } = config.database
  const password = new Secret(passwords.parley_keystore ?? '')
  return openDatabase({
    connection: { host, port, database, user: 'parley_keystore', password },
    prepare,
    poolMax: 1,
    logger,
    metrics,
  })
}
