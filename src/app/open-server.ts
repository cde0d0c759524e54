import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addAlertPages, alertPageLimits } from '../alerts/index.ts'
import { addAnswerPages, answerPageLimits } from '../answers/index.ts'
import { logLimits } from '../audit/index.ts'
import type { Banks } from '../banks/index.ts'
import { platformRequests } from '../channels/index.ts'
import type { GatewayConfig } from '../config.ts'
import { type BankClock, addCasePages } from '../cases/index.ts'
import { addConsolePages, incidents } from '../console/index.ts'
import { createPlaceReports, deskPages } from '../desk/index.ts'
import { Secret } from '../kernel/index.ts'
import { linkPageLimits } from '../linking/index.ts'
import { assets } from '../pages/index.ts'
import {
  type Database,
  type HttpServer,
  createHttpClient,
  createServer,
  systemClock,
  systemRandom,
} from '../platform/index.ts'
import { centrePageLimits, createPhrases } from '../privacy-centre/index.ts'
import type { StaffSession } from '../staff/index.ts'
import { workAccounts } from '../staff/index.ts'
import { addStaffPages, staffPageLimits } from '../staff-pages/index.ts'
import { addStatisticsPages } from '../stats/index.ts'
import { addVerifyPage, verifyPageLimits } from '../verify/index.ts'
import { addConsentPages, pageDepsOf, verifierKeysOf } from './add-consent-pages.ts'
import type { Whole } from './build-modules.ts'
import type { Eyes, Logins } from './open-logins.ts'
import { statusByCode } from './status-by-code.ts'

/** The gateway's server with every page and wire of every module; it does not listen yet. */
export async function openServer(
  config: GatewayConfig,
  eyes: Eyes,
  { databases, keystores }: Logins,
  { modules, without }: Whole,
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
        ...deskPages.limits,
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
  const logins = { databases, keystores }
  const pages = pageDepsOf(config, eyes, logins, { webAssets, promises })
  await platformRequests.addPages(server, {
    ...pages,
    database: databases.consent,
    loadReceipt: async (id) => (await receipts.loadOpen(databases.consent, { id, kind: 'platform-deletion' }))?.note,
  })
  const staffPages = {
    ...pages,
    database: databases.console,
    metrics: eyes.metrics,
    timeZone: config.timeZone,
    troubles: async ({ hash }: StaffSession) => await incidents.titles(databases.console, hash),
  }
  await addStaffPages(server, { ...staffPages, ...entryOf(config, eyes, databases.console) })
  await deskPages.add(server, { ...staffPages, desk: modules.desk, live: modules.deskLive })
  await addConsolePages(server, {
    ...staffPages,
    keystore: keystores.console,
    health: banks.health,
    models: modules.models,
    settings: config.settings ?? [],
  })
  await addCasePages(server, {
    ...staffPages,
    keystore: keystores.service,
    alerts: modules.alerts.parts,
    clocks: clocksOf(config),
  })
  if (!without.has('statistics')) await addStatisticsPages(server, { ...staffPages, statistics: databases.statistics })
  await addVerifyPage(server, { ...pages, verifierKeys: verifierKeysOf(logKeys), webFolder })
  const reportPlaces = createPlaceReports({ keystore: keystores.answer, random: systemRandom })
  await addAnswerPages(server, { ...pages, phraseOf: phrases.find, reportPlaces, openNotice: notify.open })
  await addAlertPages(server, { ...pages, alerts: modules.alerts.parts, phraseOf: phrases.find })
  if (!without.has('consent')) {
    const { push } = modules
    await addConsentPages(server, config, pages, { logins, banks, linkSecret, log, logKeys, receipts, push })
  }
  return server
}

/** How each bank counts the days of its cases, where it says so. */
function clocksOf({ institutions }: GatewayConfig): { readonly [institution: string]: BankClock } {
  return Object.fromEntries(
    institutions.flatMap(({ id, caseClock }) => (caseClock === undefined ? [] : [[id, caseClock]])),
  )
}

/** How the staff gets in: by a work account where there is a provider, else by passkey. */
function entryOf(config: GatewayConfig, eyes: Eyes, database: Database) {
  const { staffSignIn: provider, staffEventsToken: token } = config
  const eventsToken = token === undefined ? undefined : new Secret(token)
  if (provider === undefined) return { work: undefined, passkeyEntry: true, eventsToken }
  const http = createHttpClient(eyes, {
    name: 'staff-provider',
    deadlineMs: 6_000,
    maxBodyBytes: 256 * 1024,
    allowedOrigins: [new URL(provider.issuer).origin],
  })
  const clientKeys: unknown = JSON.parse(readFileSync(provider.clientKeys, 'utf8'))
  const { issuer, clientId, loginClaim, maxAgeSeconds, acr } = provider
  const deps = { ...eyes, clock: systemClock, random: systemRandom, database, http }
  const about = { issuer, clientId, loginClaim, maxAgeSeconds, acr, clientKeys, allowLoopback: config.allowLoopback }
  const work = workAccounts.create(deps, about, config.publicUrl)
  return { work, passkeyEntry: provider.passkeys, eventsToken }
}

async function answers(database: Database): Promise<boolean> {
  await database.run('SELECT 1')
  return true
}
