import { join } from 'node:path'
import { addAlertPages, alertPageLimits } from '../alerts/index.ts'
import { addAnswerPages, answerPageLimits } from '../answers/index.ts'
import { type LogKeys, logLimits } from '../audit/index.ts'
import type { Banks } from '../banks/index.ts'
import { platformRequests } from '../channels/index.ts'
import type { GatewayConfig } from '../config.ts'
import { addConsolePages } from '../console/index.ts'
import { createOwnDesk, createPlaceReports } from '../desk/index.ts'
import { type ChannelName, type InstitutionId, Secret } from '../kernel/index.ts'
import { addLinkPages, linkPageLimits } from '../linking/index.ts'
import { assets } from '../pages/index.ts'
import { type Database, type HttpServer, createServer, systemClock, systemRandom } from '../platform/index.ts'
import { addCentrePages, centrePageLimits, createPhrases } from '../privacy-centre/index.ts'
import { addStaffPages, staffPageLimits } from '../staff-pages/index.ts'
import { addVerifyPage, verifyPageLimits } from '../verify/index.ts'
import type { Modules } from './build-modules.ts'
import type { Eyes, Logins } from './open-logins.ts'
import { statusByCode } from './status-by-code.ts'

/** The gateway's server with every page and wire of every module; it does not listen yet. */
export async function openServer(
  config: GatewayConfig,
  eyes: Eyes,
  { databases, keystores }: Logins,
  modules: Modules,
): Promise<HttpServer> {
  const { log, promises, messenger, linkSecret, notify, receipts, logKeys, bankNotices, cardEvents } = modules
  const centre = { database: databases.centre, keystore: keystores.centre }
  const phrases = createPhrases(centre)
  const banks: Banks = modules.banks
  const server = await createServer(
    { ...eyes, random: systemRandom },
    {
      title: 'Parley gateway',
      version: '1',
      limits: {
        ...logLimits,
        ...bankNotices.limits,
        ...cardEvents.limits,
        ...platformRequests.pageLimits,
        ...answerPageLimits,
        ...alertPageLimits,
        ...linkPageLimits,
        ...centrePageLimits,
        ...verifyPageLimits,
        ...staffPageLimits,
      },
      checks: [
        { name: 'database', check: () => answers(databases.channel) },
        { name: 'keystore', check: () => keystores.channel.isReady() },
      ],
      statusOf: (code) => statusByCode[code],
      ...(config.metricsToken === undefined ? {} : { metricsToken: new Secret(config.metricsToken) }),
    },
  )
  const webFolder = join(import.meta.dirname, '..', '..', 'web')
  const webAssets = assets.load(webFolder)
  assets.add(server, webAssets)
  log.addRoutes(server)
  await messenger.addRoutes(server)
  await bankNotices.addRoutes(server)
  await cardEvents.addRoutes(server)
  const pages = {
    random: systemRandom,
    logger: eyes.logger,
    clock: systemClock,
    assets: webAssets,
    origin: config.publicUrl,
    party: { id: config.relyingParty.id, name: config.relyingParty.name, origin: config.publicUrl },
    answer: { database: databases.answer, keystore: keystores.answer, random: systemRandom, promises },
    consent: { database: databases.consent, keystore: keystores.consent },
    sendsCardEvents: (institution: InstitutionId) =>
      config.institutions.some(({ id, cardEvents: sent }) => id === institution && sent !== undefined),
    returnUrl: (channel: ChannelName) => (channel === 'messenger' ? config.messenger.threadUrl : undefined),
  }
  await platformRequests.addPages(server, {
    ...pages,
    database: databases.consent,
    loadReceipt: async (id) => (await receipts.loadOpen(databases.consent, { id, kind: 'platform-deletion' }))?.note,
  })
  await addLinkPages(server, { ...pages, banks, linkSecret })
  const staffPages = { ...pages, database: databases.console, metrics: eyes.metrics, timeZone: config.timeZone }
  await addStaffPages(server, staffPages)
  await addConsolePages(server, { ...staffPages, keystore: keystores.console })
  await addVerifyPage(server, { ...pages, verifierKeys: verifierKeysOf(logKeys), webFolder })
  const reportPlaces = createPlaceReports({ keystore: keystores.answer, random: systemRandom })
  await addAnswerPages(server, { ...pages, phraseOf: phrases.find, reportPlaces, openNotice: notify.open })
  await addAlertPages(server, { ...pages, alerts: modules.alerts.parts, phraseOf: phrases.find })
  await addCentrePages(server, {
    ...pages,
    centre,
    phrases,
    desk: createOwnDesk({ database: databases.centre, keystore: keystores.consent }),
    banks,
    origins: config.relyingParty.origins,
    receipts,
    log: { prove: log.prove, origin: config.log.origin, keys: verifierKeysOf(logKeys) },
  })
  return server
}

function verifierKeysOf({ log, promise, receipt }: LogKeys) {
  return { log: log.verifierKey, promise: promise.verifierKey, receipt: receipt.verifierKey }
}

async function answers(database: Database): Promise<boolean> {
  await database.run('SELECT 1')
  return true
}
