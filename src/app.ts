import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addAnswerPages, answerPageLimits, answersCodes, sweepAnswerLinks } from './answers/index.ts'
import { type Banks, bankCodes, createBanks, parseClientKeys } from './banks/index.ts'
import { channelsCodes, createEchoBoard, createMessenger, createSender, forgetHandled } from './channels/index.ts'
import { chatCodes, createChat, messengerProfile } from './chat/index.ts'
import type { DatabaseLogin, GatewayConfig, KeystoreCaller } from './config.ts'
import { consentCodes, leaveHolds, sealedAnswers } from './consent/index.ts'
import { customersCodes, sweepChallenges, sweepSessions } from './customers/index.ts'
import { addAssets, loadAssets } from './pages/index.ts'
import { type ChannelName, Secret } from './kernel/index.ts'
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

/** `serve` answers requests and works; `work` only works. */
export type Role = 'serve' | 'work'

// One send may take this long before it counts as in doubt.
const sendDeadlineMs = 10_000
const sendAnswerBytesMax = 64 * 1024
// Webhooks that arrive together share a commit, so a few connections carry them all.
const webhookPoolMax = 4
// The pages' own pool; sign-ins are rare beside questions.
const pagePoolMax = 4
// Sends wait for the messenger, not for this machine: more of them than of answers may be under way.
const sendersPerWorker = 2
// A messenger repeats a delivery for a day and a half at most; ids of handled messages are known for two days.
const handledMessages = { olderThanHours: 48, limit: 5_000 }
// Links and recoveries are few.
const linkWorkers = 2

/** The composition root: builds every module in the order of the ladder, starts them, and stops them in reverse. */
export async function startApp(config: GatewayConfig, role: Role): Promise<void> {
  const metrics = createMetrics()
  const logger = createLogger({ role, destination: process.stderr, metrics })
  const parts = build(config, { logger, metrics })
  const server = role === 'serve' ? await openServer(config, parts, { logger, metrics }) : undefined
  const stop = async (): Promise<void> => {
    await server?.close()
    await parts.stop()
  }
  catchLastResort(logger, stop)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
  await parts.start()
  await server?.listen({ host: config.listen.host, port: config.listen.port })
  logger.info('app.started', { mode: config.mode })
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
}

type Eyes = { readonly logger: Logger; readonly metrics: Metrics }

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
  }
  const keystores = {
    answer: keystoreFor(config, 'answer'),
    channel: keystoreFor(config, 'channel'),
    consent: keystoreFor(config, 'consent'),
  }
  const banks = createBanks(
    { ...ambient, database: databases.answer },
    {
      clientKeys: parseClientKeys(readFileSync(config.bankClientKeys, 'utf8')),
      allowLoopback: config.allowLoopback,
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
    { ...ambient, database: databases.answer, keystore: keystores.answer, bank: banks.bank },
    { publicUrl: config.publicUrl, linkSecret, timeZone: config.timeZone },
  )
  const runners: readonly JobRunner[] = [
    createJobRunner(
      { ...ambient, database: databases.channel },
      {
        handlers: { send: sender.send },
        onDead: sender.giveUp,
        concurrency: config.workers * sendersPerWorker,
      },
    ),
    createJobRunner(
      { ...ambient, database: databases.answer },
      { handlers: chat.handlers, onDead: chat.giveUp, concurrency: config.workers },
    ),
    createJobRunner(
      { ...ambient, database: databases.consent },
      {
        handlers: linkingJobs({
          database: databases.consent,
          keystore: keystores.consent,
          random,
          publicUrl: config.publicUrl,
        }),
        concurrency: linkWorkers,
      },
    ),
  ]
  const sweeping = startSweeping({ clock, logger }, [
    { name: 'sealed-answers', run: () => sealedAnswers.sweep(databases.answer) },
    { name: 'answer-links', run: () => sweepAnswerLinks(databases.answer) },
    { name: 'handled-messages', run: () => forgetHandled(databases.channel, handledMessages) },
    { name: 'links', run: () => sweepLinks(databases.consent) },
    { name: 'challenges', run: () => sweepChallenges(databases.consent) },
    { name: 'sessions', run: () => sweepSessions(databases.consent) },
  ])

  return {
    databases,
    keystores,
    banks,
    messenger,
    linkSecret,
    async start(): Promise<void> {
      // Jobs that one login adds for another's worker: told inside this process, sooner than the database could.
      for (const database of Object.values(databases)) {
        database.onAnnounced('job', () => runners.forEach((runner) => runner.wake()))
      }
      await Promise.all(runners.map((runner) => runner.start()))
      messenger.start()
    },
    async stop(): Promise<void> {
      await sweeping.stop()
      await messenger.stop()
      await Promise.all(runners.map((runner) => runner.stop()))
      banks.close()
      for (const keystore of Object.values(keystores)) keystore.close()
      await Promise.all(Object.values(databases).map((database) => database.close()))
    },
  }
}

type Parts = ReturnType<typeof build>

async function openServer(config: GatewayConfig, parts: Parts, eyes: Eyes): Promise<HttpServer> {
  const { databases, keystores, messenger, linkSecret } = parts
  const banks: Banks = parts.banks
  const server = await createServer(
    { ...eyes, random: systemRandom },
    {
      title: 'Parley gateway',
      version: '1',
      limits: { ...answerPageLimits, ...linkPageLimits },
      checks: [
        { name: 'database', check: () => answers(databases.channel) },
        { name: 'keystore', check: () => keystores.channel.isReady() },
      ],
      statusOf: (code) => statusByCode[code],
      ...(config.metricsToken === undefined ? {} : { metricsToken: new Secret(config.metricsToken) }),
    },
  )
  const assets = loadAssets(join(import.meta.dirname, '..', 'web'))
  addAssets(server, assets)
  await messenger.addRoutes(server)
  const pages = {
    random: systemRandom,
    logger: eyes.logger,
    clock: systemClock,
    assets,
    origin: config.publicUrl,
    party: { id: config.relyingParty.id, name: config.relyingParty.name, origin: config.publicUrl },
    answer: { database: databases.answer, keystore: keystores.answer, random: systemRandom },
    consent: { database: databases.consent, keystore: keystores.consent },
    returnUrl: (channel: ChannelName) => (channel === 'messenger' ? config.messenger.threadUrl : undefined),
  }
  await addLinkPages(server, { ...pages, banks, linkSecret })
  await addAnswerPages(server, pages)
  return server
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
    ...keystoreCodes,
    ...consentCodes,
    ...customersCodes,
    ...bankCodes,
    ...channelsCodes,
    ...answersCodes,
    ...linkingCodes,
    ...chatCodes,
  }).map(([code, row]) => [code, row.status]),
)
