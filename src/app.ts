import { readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { addAnswerPages, answerLinks, answerPageLimits, answersCodes } from './answers/index.ts'
import { type LogKeys, auditCodes, createLiveLog, logLimits, readLogKeys } from './audit/index.ts'
import {
  type Banks,
  bankCodes,
  bankJobs,
  bankNoticeLimits,
  createBankNotices,
  createBanks,
  clientKeysFile,
} from './banks/index.ts'
import {
  channelsCodes,
  conversations,
  createEchoBoard,
  createMessenger,
  createSender,
  inbound,
  platformRequests,
  sentMessages,
} from './channels/index.ts'
import { chatCodes, closeQuestions, createChat, messengerProfile, sweepQuestions } from './chat/index.ts'
import type { DatabaseLogin, GatewayConfig, KeystoreCaller } from './config.ts'
import { consentCodes, endings, leaveHolds, sealedAnswers } from './consent/index.ts'
import { createDeskPort, createOwnDesk, createPlaceReports, deskCodes, deskJobs, sweepDesk } from './desk/index.ts'
import { addConsolePages, consoleCodes, consolePageLimits, followCutoff, tellOfCutoff } from './console/index.ts'
import { customersCodes, sessions, sweepChallenges } from './customers/index.ts'
import { erasureCodes, erasureJobs, erasureRetry, messageWaitMs, sweepErasures } from './erasure/index.ts'
import { assets } from './pages/index.ts'
import { noticeJobs, noticesCodes } from './notices/index.ts'
import { createNotify, hasten, notifyCodes } from './notify/index.ts'
import { addCentrePages, centreCodes, centrePageLimits, createPhrases } from './privacy-centre/index.ts'
import { createReceipts } from './receipts/index.ts'
import {
  alertsEndingJobs,
  platformRequestJobs,
  remindOfExpiry,
  revocationCodes,
  revocationJobs,
  revocationRetry,
  sweepEndings,
} from './revocation/index.ts'
import { type ChannelName, type InstitutionId, Secret, isInstitutionId } from './kernel/index.ts'
import { type KeystoreClient, connectKeystore, readKeystoreAddress, keystoreCodes } from './keystore/index.ts'
import { addLinkPages, linkPageLimits, linkingCodes, linkingJobs, sweepLinks } from './linking/index.ts'
import {
  type Database,
  type HttpServer,
  type JobRunner,
  type Logger,
  type Metrics,
  catchLastResort,
  createHttpClient,
  createJobRunner,
  createLogger,
  createMetrics,
  createServer,
  openDatabase,
  startSweeping,
  systemClock,
  systemRandom,
} from './platform/index.ts'
import { addVerifyPage, verifyPageLimits } from './verify/index.ts'
import { staffCodes, staffSessions, sweepStaffChallenges } from './staff/index.ts'

/** `serve` answers requests and works; `accept` only answers requests; `work` only works. */
export type Role = 'serve' | 'accept' | 'work'

// One send may take this long before it counts as in doubt.
const sendDeadlineMs = 10_000
const sendAnswerBytesMax = 64 * 1024
// Webhooks that arrive together share a commit, so a few connections carry them all.
const webhookPoolMax = 4
// The pages' own pool; sign-ins are rare beside questions.
const pagePoolMax = 4
// Outsiders reading tiles, the watch over promises, proofs; the sequencer has a connection beside the pool.
const logPoolMax = 4
// Sends wait for the messenger, not for this machine: more of them than of answers may be under way.
const sendersPerWorker = 2
// A messenger repeats a delivery for a day and a half at most; ids of handled messages are known for two days.
const handledMessages = { olderThanHours: 48, limit: 5_000 }
// One bank that answers slowly must not hold up the others' endings.
const revocationWorkers = 8
// People's other ids are asked for, and keys of forgotten conversations destroyed: few at a time, none of it urgent.
const messengerWorkers = 4
// Erasures mostly wait: for banks, and for the keystore's disk.
const erasureWorkers = 8
// Somebody who wrote once and never linked a bank: what a season of silence leaves is no conversation any more.
const strangerDays = 90
// Deadlines and leases: each is a glance at one row.
const deskWorkers = 2
// Runners whose jobs nobody waits for in a chat; what a worker that was killed had in hand is theirs this much later.
const calmTickMs = 250
// Looks that nobody waits for: few at a time, so that they never crowd out questions at a bank.
const notifyWorkers = 2
// Links and recoveries are few.
const linkWorkers = 2

/** The composition root: builds every module in the order of the ladder, starts them, and stops them in reverse. */
export async function startApp(config: GatewayConfig, role: Role): Promise<void> {
  // Beside processes that acknowledge: whoever waits for a 200 goes before whoever waits for a reply.
  if (role === 'work') setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const metrics = createMetrics()
  const logger = createLogger({ role, destination: process.stderr, metrics })
  const eyes = { logger, metrics, origin: systemRandom.uuid() }
  const parts = build(config, eyes)
  const server = role !== 'work' ? await openServer(config, parts, eyes) : undefined
  const stop = async (): Promise<void> => {
    await server?.close()
    await parts.stop()
  }
  catchLastResort(logger, stop)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
  await parts.start(role)
  await server?.listen({ host: config.listen.host, port: config.listen.port })
  logger.info('app.started', { mode: config.mode })
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
}

/** What every part reports to, and the name under which this process announces what it commits. */
type Eyes = { readonly logger: Logger; readonly metrics: Metrics; readonly origin: string }

function build(config: GatewayConfig, eyes: Eyes) {
  const { logger, metrics } = eyes
  const clock = systemClock
  const random = systemRandom
  const ambient = { clock, random, logger, metrics }
  const linkSecret = new Secret<Uint8Array>(Buffer.from(config.linkSecret, 'base64url'))

  // One login for each purpose, each with its own pool and its own secret at the keystore.
  const databases = {
    answer: openLogin(config, eyes, 'parley_answer'),
    channel: openLogin(config, eyes, 'parley_channel'),
    // Webhooks have connections of their own: an acknowledgement never queues behind the sends it causes.
    webhook: openLogin(config, eyes, 'parley_channel', webhookPoolMax),
    consent: openLogin(config, eyes, 'parley_consent', pagePoolMax),
    // One customer's own looks, for that customer's session; of no use without one, which only `consent` can begin.
    centre: openLogin(config, eyes, 'parley_centre', pagePoolMax),
    // Follows endings: reads a bank's tokens only to give them back.
    revoker: openLogin(config, eyes, 'parley_revoker', pagePoolMax),
    // Follows erasures: removes only what the keystore said is destroyed.
    eraser: openLogin(config, eyes, 'parley_eraser', pagePoolMax),
    // The staff's pages: nothing of customers', and nobody else's cut-off waits for a customer's page.
    console: openLogin(config, eyes, 'parley_console', pagePoolMax),
    // The desk's: the queue of those who wait for a person, and nothing a bank knows.
    service: openLogin(config, eyes, 'parley_service', pagePoolMax),
    // Notices: looks while the customer is away, and when they open one.
    notify: openLogin(config, eyes, 'parley_notify', pagePoolMax),
    // The log's own: whoever merges entries into it sees nothing of them but their commitments.
    sequencer: openLogin(config, eyes, 'parley_sequencer', logPoolMax),
  }
  const keystores = {
    answer: keystoreFor(config, 'answer'),
    channel: keystoreFor(config, 'channel'),
    consent: keystoreFor(config, 'consent'),
    centre: keystoreFor(config, 'centre'),
    revoke: keystoreFor(config, 'revoke'),
    erase: keystoreFor(config, 'erase'),
    console: keystoreFor(config, 'console'),
    service: keystoreFor(config, 'service'),
    notify: keystoreFor(config, 'notify'),
  }
  const logKeys = readLogKeys(config.log)
  const log = createLiveLog(
    { ...ambient, database: databases.sequencer },
    {
      keys: logKeys,
      witnesses: config.log.witnesses,
      beatMs: config.log.beatSeconds * 1000,
      retentionDays: config.log.retentionDays,
    },
  )
  const promises = log.promisesFor(databases.answer)
  const receipts = createReceipts({ key: logKeys.receipt, published: () => log.published(), random })
  const bankOptions = {
    clientKeys: clientKeysFile.parse(readFileSync(config.bankClientKeys, 'utf8')),
    allowLoopback: config.allowLoopback,
    linkSecret,
  }
  const banks = createBanks({ ...ambient, database: databases.answer }, bankOptions)
  // Under the login that may only give tokens back.
  const banksToTell = createBanks({ ...ambient, database: databases.revoker }, bankOptions)
  // For notices: nobody asked just now, or somebody who opens one did.
  const banksAway = createBanks({ ...ambient, database: databases.notify }, { ...bankOptions, actor: 'BATCH' })
  const banksPresent = createBanks({ ...ambient, database: databases.notify }, bankOptions)
  const bankNotices = createBankNotices(
    { ...ambient, database: databases.consent, onNews: hasten },
    {
      ...bankOptions,
      publicUrl: config.publicUrl,
      pushSecrets: pushSecretsOf(config),
      pollMs: config.noticePollSeconds * 1000,
    },
  )

  const echoes = createEchoBoard(clock)
  const messenger = createMessenger(
    {
      ...ambient,
      database: databases.webhook,
      keystore: keystores.channel,
      echoes,
      http: createHttpClient(eyes, {
        deadlineMs: sendDeadlineMs,
        maxBodyBytes: sendAnswerBytesMax,
        allowedOrigins: [new URL(config.messenger.graphUrl).origin],
      }),
    },
    {
      graphUrl: config.messenger.graphUrl,
      pageId: config.messenger.pageId,
      appId: config.messenger.appId,
      appSecret: new Secret(config.messenger.appSecret),
      verifyToken: new Secret(config.messenger.verifyToken),
      pageAccessToken: new Secret(config.messenger.pageAccessToken),
      linkSecret,
      pagesUrl: config.publicUrl,
      profile: messengerProfile(),
    },
  )
  const sender = createSender({
    database: databases.channel,
    keystore: keystores.channel,
    channels: [messenger],
    leaveHolds,
    echoes,
    echoWaitMs: config.echoWaitMs,
    logger,
    metrics,
  })
  const chat = createChat(
    {
      ...ambient,
      database: databases.answer,
      keystore: keystores.answer,
      bank: banks.bank,
      promises,
      desk: createDeskPort({ random }),
    },
    { publicUrl: config.publicUrl, linkSecret, timeZone: config.timeZone },
  )
  const notify = createNotify(
    {
      ...ambient,
      database: databases.notify,
      keystore: keystores.notify,
      promises: log.promisesFor(databases.notify),
      banks: { away: banksAway.bank, present: banksPresent.bank },
    },
    config,
  )
  const desk = {
    database: databases.service,
    keystore: keystores.service,
    random,
    publicUrl: config.publicUrl,
    timeZone: config.timeZone,
    metrics,
  }
  const telling = {
    database: databases.consent,
    keystore: keystores.consent,
    random,
    publicUrl: config.publicUrl,
  }
  const runners: readonly JobRunner[] = [
    createJobRunner(
      { ...ambient, database: databases.channel },
      {
        handlers: { send: sender.send },
        onDead: sender.giveUp,
        concurrency: config.workers * sendersPerWorker,
      },
    ),
    // Beside the sender's: asking who is who never holds a message up.
    createJobRunner(
      { ...ambient, database: databases.channel },
      {
        handlers: { ...messenger.jobs, ...conversations.jobs(keystores.channel) },
        retry: revocationRetry,
        concurrency: messengerWorkers,
        tickMs: calmTickMs,
      },
    ),
    createJobRunner(
      { ...ambient, database: databases.answer },
      { handlers: chat.handlers, onDead: chat.giveUp, concurrency: config.workers },
    ),
    createJobRunner(
      { ...ambient, database: databases.consent },
      {
        handlers: {
          ...linkingJobs(telling),
          ...noticeJobs(telling),
          ...bankJobs,
          ...followCutoff({ database: databases.consent, tell: tellOfCutoff, logger, metrics }),
        },
        concurrency: linkWorkers,
        tickMs: calmTickMs,
      },
    ),
    createJobRunner(
      { ...ambient, database: databases.revoker },
      {
        handlers: {
          ...alertsEndingJobs,
          ...platformRequestJobs({ database: databases.revoker, keystore: keystores.revoke, receipts }),
          ...revocationJobs({
            database: databases.revoker,
            keystore: keystores.revoke,
            random,
            logger,
            promises: log.promisesFor(databases.revoker),
            receipts,
            revokeAtBank: async (permit) => (await banksToTell.links.revoke(permit)).outcome,
            closeQuestions,
          }),
        },
        retry: revocationRetry,
        concurrency: revocationWorkers,
        tickMs: calmTickMs,
      },
    ),
    createJobRunner(
      { ...ambient, database: databases.eraser },
      {
        handlers: erasureJobs({
          database: databases.eraser,
          keystore: keystores.erase,
          receipts,
          logger,
          waits: { bankMs: config.erasure.bankWaitMinutes * 60_000, messageMs: messageWaitMs },
          databaseBackupDays: config.erasure.databaseBackupDays,
        }),
        retry: erasureRetry,
        concurrency: erasureWorkers,
        tickMs: calmTickMs,
      },
    ),
    createJobRunner(
      { ...ambient, database: databases.service },
      { handlers: deskJobs(desk), concurrency: deskWorkers, tickMs: calmTickMs },
    ),
    createJobRunner(
      { ...ambient, database: databases.notify },
      { handlers: notify.handlers, concurrency: notifyWorkers, tickMs: calmTickMs },
    ),
  ]
  const sweeping = startSweeping({ clock, logger }, [
    { name: 'bank-notices', run: () => bankNotices.sweep() },
    { name: 'sealed-answers', run: () => sealedAnswers.sweep(databases.answer) },
    { name: 'chat-questions', run: () => sweepQuestions(databases.answer) },
    { name: 'answer-links', run: () => answerLinks.sweep(databases.answer) },
    { name: 'handled-messages', run: () => inbound.forgetHandled(databases.channel, handledMessages) },
    { name: 'links', run: () => sweepLinks(databases.consent) },
    { name: 'endings', run: () => sweepEndings(databases.revoker) },
    { name: 'expiry-reminders', run: () => remindOfExpiry(databases.revoker) },
    { name: 'alerts-endings', run: () => endings.alerts.sweep(databases.revoker) },
    { name: 'people-to-map', run: () => messenger.mapPeople() },
    { name: 'sent-messages', run: () => sentMessages.sweep(databases.channel) },
    { name: 'held-digits', run: () => conversations.sweepHeldDigits(databases.channel) },
    { name: 'platform-requests', run: () => platformRequests.sweep(databases.channel) },
    {
      name: 'strangers',
      run: () => databases.channel.transaction((tx) => conversations.forgetStrangers(tx, strangerDays)),
    },
    { name: 'call-counts', run: () => banks.sweepCallCounts() },
    { name: 'erasures', run: () => sweepErasures(databases.eraser) },
    { name: 'challenges', run: () => sweepChallenges(databases.consent) },
    { name: 'sessions', run: () => sessions.sweep(databases.consent) },
    { name: 'staff-challenges', run: () => sweepStaffChallenges(databases.console) },
    { name: 'desk', run: () => sweepDesk(desk) },
    { name: 'notice-turns', run: () => notify.takeTurns() },
    { name: 'told-news', run: () => notify.sweep() },
    { name: 'staff-sessions', run: () => staffSessions.sweep(databases.console) },
  ])

  return {
    databases,
    keystores,
    log,
    logKeys,
    promises,
    receipts,
    banks,
    bankNotices,
    notify,
    messenger,
    linkSecret,
    async start(role: Role): Promise<void> {
      // Jobs that one login adds for another's worker: told inside this process, sooner than the database could.
      for (const database of Object.values(databases)) {
        database.onAnnounced('job', (kinds) => runners.forEach((runner) => runner.wake(kinds)))
      }
      if (role !== 'accept') await Promise.all(runners.map((runner) => runner.start()))
      log.start()
      messenger.start()
      bankNotices.start()
    },
    async stop(): Promise<void> {
      await sweeping.stop()
      await bankNotices.stop()
      await messenger.stop()
      await Promise.all(runners.map((runner) => runner.stop()))
      await log.stop()
      banks.close()
      banksToTell.close()
      banksAway.close()
      banksPresent.close()
      for (const keystore of Object.values(keystores)) keystore.close()
      await Promise.all(Object.values(databases).map((database) => database.close()))
    },
  }
}

type Parts = ReturnType<typeof build>

async function openServer(config: GatewayConfig, parts: Parts, eyes: Eyes): Promise<HttpServer> {
  const { databases, keystores, log, promises, messenger, linkSecret } = parts
  const centre = { database: databases.centre, keystore: keystores.centre }
  const phrases = createPhrases(centre)
  const banks: Banks = parts.banks
  const server = await createServer(
    { ...eyes, random: systemRandom },
    {
      title: 'Parley gateway',
      version: '1',
      limits: {
        ...logLimits,
        ...bankNoticeLimits,
        ...platformRequests.pageLimits,
        ...answerPageLimits,
        ...linkPageLimits,
        ...centrePageLimits,
        ...verifyPageLimits,
        ...consolePageLimits,
      },
      checks: [
        { name: 'database', check: () => answers(databases.channel) },
        { name: 'keystore', check: () => keystores.channel.isReady() },
      ],
      statusOf: (code) => statusByCode[code],
      ...(config.metricsToken === undefined ? {} : { metricsToken: new Secret(config.metricsToken) }),
    },
  )
  const webFolder = join(import.meta.dirname, '..', 'web')
  const webAssets = assets.load(webFolder)
  assets.add(server, webAssets)
  log.addRoutes(server)
  await messenger.addRoutes(server)
  await parts.bankNotices.addRoutes(server)
  const pages = {
    random: systemRandom,
    logger: eyes.logger,
    clock: systemClock,
    assets: webAssets,
    origin: config.publicUrl,
    party: { id: config.relyingParty.id, name: config.relyingParty.name, origin: config.publicUrl },
    answer: { database: databases.answer, keystore: keystores.answer, random: systemRandom, promises },
    consent: { database: databases.consent, keystore: keystores.consent },
    returnUrl: (channel: ChannelName) => (channel === 'messenger' ? config.messenger.threadUrl : undefined),
  }
  await platformRequests.addPages(server, {
    ...pages,
    database: databases.consent,
    loadReceipt: async (id) =>
      (await parts.receipts.loadOpen(databases.consent, { id, kind: 'platform-deletion' }))?.note,
  })
  await addLinkPages(server, { ...pages, banks, linkSecret })
  await addConsolePages(server, {
    ...pages,
    database: databases.console,
    keystore: keystores.console,
    metrics: eyes.metrics,
    timeZone: config.timeZone,
  })
  await addVerifyPage(server, { ...pages, verifierKeys: verifierKeysOf(parts.logKeys), webFolder })
  const reportPlaces = createPlaceReports({ keystore: keystores.answer, random: systemRandom })
  await addAnswerPages(server, { ...pages, phraseOf: phrases.find, reportPlaces, openNotice: parts.notify.open })
  await addCentrePages(server, {
    ...pages,
    centre,
    phrases,
    desk: createOwnDesk({ database: databases.centre, keystore: keystores.consent }),
    banks,
    origins: config.relyingParty.origins,
    receipts: parts.receipts,
    log: { prove: log.prove, origin: config.log.origin, keys: verifierKeysOf(parts.logKeys) },
  })
  return server
}

function verifierKeysOf({ log, promise, receipt }: LogKeys) {
  return { log: log.verifierKey, promise: promise.verifierKey, receipt: receipt.verifierKey }
}

function pushSecretsOf(config: GatewayConfig): ReadonlyMap<InstitutionId, Secret<string>> {
  return new Map(
    config.institutions.flatMap(({ id, pushSecret }) =>
      pushSecret === undefined || !isInstitutionId(id) ? [] : [[id, new Secret(pushSecret)] as const],
    ),
  )
}

function openLogin(config: GatewayConfig, eyes: Eyes, login: DatabaseLogin, poolMax?: number): Database {
  const { host, port, database, prepare, passwords } = config.database
  return openDatabase({
    connection: { host, port, database, user: login, password: new Secret(passwords[login] ?? '') },
    prepare,
    ...(poolMax === undefined ? {} : { poolMax }),
    ...eyes,
  })
}

function keystoreFor(config: GatewayConfig, caller: KeystoreCaller): KeystoreClient {
  const { address, secrets } = config.keystore
  return connectKeystore(
    { clock: systemClock },
    { at: readKeystoreAddress(address), bearer: new Secret(secrets[caller] ?? '') },
  )
}

async function answers(database: Database): Promise<boolean> {
  await database.run('SELECT 1')
  return true
}

const statusByCode: { readonly [code: string]: number | undefined } = Object.fromEntries(
  Object.entries({
    ...auditCodes,
    ...keystoreCodes,
    ...consentCodes,
    ...noticesCodes,
    ...notifyCodes,
    ...erasureCodes,
    ...centreCodes,
    ...revocationCodes,
    ...customersCodes,
    ...bankCodes,
    ...channelsCodes,
    ...answersCodes,
    ...linkingCodes,
    ...chatCodes,
    ...staffCodes,
    ...consoleCodes,
    ...deskCodes,
  }).map(([code, row]) => [code, row.status]),
)
