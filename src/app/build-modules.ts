import { readFileSync } from 'node:fs'
import {
  type DecidingBank,
  bankFindings,
  createAlerts,
  createAlertsPort,
  createCardWatch,
  createDeciders,
  createLabelFeed,
  createMerchantKeeper,
} from '../alerts/index.ts'
import { createCasePort } from '../cases/index.ts'
import { createLiveLog, readLogKeys } from '../audit/index.ts'
import { clientKeysFile, createBankNotices, createBanks, createCardEvents } from '../banks/index.ts'
import { createEchoBoard, createMessenger, createSender } from '../channels/index.ts'
import { createChat, messengerProfile } from '../chat/index.ts'
import type { GatewayConfig } from '../config.ts'
import { leaveHolds } from '../consent/index.ts'
import { createRowSample } from '../console/index.ts'
import { createFeatureEngine, featureNames, fraudModels } from '../fraud/index.ts'
import type { Scorer } from '../fraud/index.ts'
import { createDeskPort, createReadNames, deskPages } from '../desk/index.ts'
import { type InstitutionId, Secret, isInstitutionId } from '../kernel/index.ts'
import { createNotify, hasten } from '../notify/index.ts'
import { createHttpClient, systemClock, systemRandom } from '../platform/index.ts'
import { createPushSender, pushKeys } from '../push/index.ts'
import { createReceipts } from '../receipts/index.ts'
import type { Eyes, Logins } from './open-logins.ts'
import type { PartName } from './parts.ts'
import { windowlessTemplates } from './windowless-templates.ts'

// One send may take this long before it counts as in doubt.
const sendDeadlineMs = 10_000
const sendAnswerBytesMax = 64 * 1024

export type Modules = ReturnType<typeof buildModules>

/** All modules, and the parts that this process leaves to processes of their own. */
export type Whole = { readonly modules: Modules; readonly without: ReadonlySet<PartName> }

/** Every module that the gateway runs, in the order of the ladder; none of them begins anything yet. */
export function buildModules(config: GatewayConfig, eyes: Eyes, { databases, keystores }: Logins) {
  const { logger, metrics } = eyes
  const clock = systemClock
  const random = systemRandom
  const ambient = { clock, random, logger, metrics }
  const linkSecret = new Secret<Uint8Array>(Buffer.from(config.linkSecret, 'base64url'))
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

  const rowSample = createRowSample()
  const engine = rowSample.watch(createFeatureEngine())
  const scorer = fraudModels.readDefault(featureNames)
  const decidingBanks = decidingBanksOf(config)
  const deciders = createDeciders({
    ...ambient,
    database: databases.fraud,
    engine,
    scorer,
    banks: decidingBanks,
    linkSecret,
  })
  const merchants = createMerchantKeeper({ ...ambient, database: databases.fraud, engine, linkSecret })
  const watch = createCardWatch({ ...ambient, database: databases.fraud, engine, deciderFor: deciders.deciderFor })
  const cardEvents = createCardEvents(
    {
      ...ambient,
      database: databases.fraud,
      keystore: keystores.fraud,
      promises: log.promisesFor(databases.fraud),
      decide: watch.decide,
      keepLabel: (label) => bankFindings.keepLabel(databases.fraud, label),
    },
    { institutions: config.institutions, linkSecret },
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
      profile: messengerProfile(windowlessTemplates),
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
      alerts: createAlertsPort(),
    },
    {
      publicUrl: config.publicUrl,
      linkSecret,
      timeZone: config.timeZone,
      handOverTo: config.messenger.handOverTo,
    },
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
  const push = pushOf(config, ambient)
  // "Not me" is answered by the bank at once, whoever is away: the customer is there.
  const banksToFreeze = createBanks({ ...ambient, database: databases.fraud }, bankOptions)
  const alerts = createAlerts({
    ...ambient,
    database: databases.fraud,
    keystore: keystores.fraud,
    promises: log.promisesFor(databases.fraud),
    bank: banksToFreeze.bank,
    uses: watch.source(cardEvents),
    push: push?.sender,
    desk: createDeskPort({ random }),
    cases: createCasePort(),
    hashKey: linkSecret,
    publicUrl: config.publicUrl,
    timeZone: config.timeZone,
  })
  const labels = createLabelFeed({
    ...ambient,
    database: databases.fraud,
    label(label) {
      watch.label(label)
      deciders.label(label)
    },
  })
  // An agent's look, by the customer's leave: under the desk's own login, and the customer is there.
  const banksForDesk = createBanks({ ...ambient, database: databases.service }, bankOptions)
  const desk = {
    ...ambient,
    database: databases.service,
    keystore: keystores.service,
    promises: log.promisesFor(databases.service),
    bank: banksForDesk.bank,
    names: createReadNames(),
    publicUrl: config.publicUrl,
    timeZone: config.timeZone,
  }
  const deskLive = deskPages.createLive({
    ...ambient,
    database: databases.service,
    heard: [databases.service, databases.answer, databases.fraud, databases.consent],
  })
  const telling = {
    database: databases.consent,
    keystore: keystores.consent,
    random,
    publicUrl: config.publicUrl,
  }
  return {
    log,
    logKeys,
    promises,
    receipts,
    banks,
    banksToTell,
    bankNotices,
    cardEvents,
    messenger,
    sender,
    chat,
    notify,
    alerts,
    push,
    labels,
    deciders,
    models: {
      list: [
        { institution: undefined, scorer },
        ...[...decidingBanks].flatMap(([institution, bank]) =>
          bank.scorer === undefined ? [] : [{ institution, scorer: bank.scorer }],
        ),
      ],
      rows: rowSample.rows,
    },
    merchants,
    desk,
    deskLive,
    telling,
    linkSecret,
    closePush: () => push?.sender.close(),
    closeBanks: () =>
      [banks, banksToTell, banksAway, banksPresent, banksToFreeze, banksForDesk].forEach((each) => each.close()),
  } as const
}

/** Who we are to push services, where the configuration says so. A key that cannot be read ends the start. */
function pushOf({ push }: GatewayConfig, deps: Parameters<typeof createPushSender>[0]) {
  if (push === undefined) return undefined
  const { subject, practice } = push
  const key = pushKeys.read(push.key)
  return { key, practice, sender: createPushSender(deps, { key, subject, practice }) } as const
}

function pushSecretsOf(config: GatewayConfig): ReadonlyMap<InstitutionId, Secret<string>> {
  return new Map(
    config.institutions.flatMap(({ id, pushSecret }) =>
      pushSecret === undefined || !isInstitutionId(id) ? [] : [[id, new Secret(pushSecret)] as const],
    ),
  )
}

/** The banks that send card events: whether each asked to be told to decline, and its own model. A model that cannot be read ends the start. */
function decidingBanksOf(config: GatewayConfig): ReadonlyMap<InstitutionId, DecidingBank> {
  return new Map(
    config.institutions.flatMap(({ id, cardEvents }) => {
      if (cardEvents === undefined || !isInstitutionId(id)) return []
      const { declines, model, challenger } = cardEvents
      return [[id, { declines, scorer: modelIn(model), challenger: modelIn(challenger) }] as const]
    }),
  )
}

function modelIn(file: string | undefined): Scorer | undefined {
  return file === undefined ? undefined : fraudModels.read(readFileSync(file), featureNames)
}
