import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLiveLog, readLogKeys } from '../audit/index.ts'
import { clientKeysFile, createBanks } from '../banks/index.ts'
import type { ConsentConfig } from '../config.ts'
import { Secret } from '../kernel/index.ts'
import { linkPageLimits } from '../linking/index.ts'
import { assets } from '../pages/index.ts'
import { createServer, systemClock, systemRandom } from '../platform/index.ts'
import { centrePageLimits } from '../privacy-centre/index.ts'
import { pushKeys } from '../push/index.ts'
import { createReceipts } from '../receipts/index.ts'
import { addConsentPages, pageDepsOf } from './add-consent-pages.ts'
import { createConsentRunner } from './create-consent-runner.ts'
import { keystoreFor, openLogin } from './open-logins.ts'
import type { Eyes } from './open-logins.ts'
import { statusByCode } from './status-by-code.ts'

const poolMax = 4

/** Where customers give leave, change it and take it back: `/link` and `/me`, and what follows from that, with no login of any other part. */
export async function openConsent(config: ConsentConfig, eyes: Eyes) {
  const { logger, metrics } = eyes
  const ambient = { clock: systemClock, random: systemRandom, logger, metrics }
  const databases = {
    consent: openLogin(config, eyes, 'parley_consent', poolMax),
    centre: openLogin(config, eyes, 'parley_centre', poolMax),
    answer: openLogin(config, eyes, 'parley_answer', poolMax),
    sequencer: openLogin(config, eyes, 'parley_sequencer', poolMax),
  }
  const keystores = {
    consent: keystoreFor(config, 'consent'),
    centre: keystoreFor(config, 'centre'),
    answer: keystoreFor(config, 'answer'),
  }
  const linkSecret = new Secret<Uint8Array>(Buffer.from(config.linkSecret, 'base64url'))
  const logKeys = readLogKeys(config.log)
  // Reads and promises; the gateway's processes are the ones that write the log.
  const log = createLiveLog(
    { ...ambient, database: databases.sequencer },
    {
      keys: logKeys,
      witnesses: [],
      beatMs: config.log.beatSeconds * 1000,
      retentionDays: config.log.retentionDays,
    },
  )
  const banks = createBanks(
    { ...ambient, database: databases.answer },
    {
      clientKeys: clientKeysFile.parse(readFileSync(config.bankClientKeys, 'utf8')),
      allowLoopback: config.allowLoopback,
      linkSecret,
    },
  )
  const receipts = createReceipts({ key: logKeys.receipt, published: () => log.published(), random: systemRandom })
  const server = await createServer(
    { ...eyes, random: systemRandom },
    {
      title: 'Parley consent',
      version: '1',
      limits: { ...linkPageLimits, ...centrePageLimits },
      checks: [
        { name: 'database', check: async () => (await databases.consent.run('SELECT 1')) === 1 },
        { name: 'keystore', check: () => keystores.consent.isReady() },
      ],
      statusOf: (code) => statusByCode[code],
      ...(config.metricsToken === undefined ? {} : { metricsToken: new Secret(config.metricsToken) }),
    },
  )
  const webAssets = assets.load(join(import.meta.dirname, '..', '..', 'web'))
  assets.add(server, webAssets)
  const promises = log.promisesFor(databases.answer)
  const logins = { databases, keystores }
  const { push } = config
  await addConsentPages(server, config, pageDepsOf(config, eyes, logins, { webAssets, promises }), {
    logins,
    banks,
    linkSecret,
    log,
    logKeys,
    receipts,
    push: push === undefined ? undefined : { key: pushKeys.read(push.key), practice: push.practice },
  })
  const telling = {
    database: databases.consent,
    keystore: keystores.consent,
    random: systemRandom,
    publicUrl: config.publicUrl,
  }
  const runner = createConsentRunner(eyes, telling)
  return {
    server,
    databases: Object.values(databases),
    keystores: Object.values(keystores),
    async start() {
      await runner.start()
      return {
        async stop() {
          await runner.stop()
          await log.stop()
          banks.close()
        },
      }
    },
  } as const
}
