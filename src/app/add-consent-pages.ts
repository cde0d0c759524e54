import type { LogKeys } from '../audit/index.ts'
import type { Banks } from '../banks/index.ts'
import { withStanding } from '../cases/index.ts'
import type { GatewayConfig } from '../config.ts'
import { createOwnDesk } from '../desk/index.ts'
import type { ChannelName, InstitutionId } from '../kernel/index.ts'
import { addLinkPages } from '../linking/index.ts'
import { systemClock, systemRandom } from '../platform/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { addCentrePages, createPhrases } from '../privacy-centre/index.ts'
import { addPushWorker, createPushBrowsers } from '../push/index.ts'
import type { assets } from '../pages/index.ts'
import type { Modules } from './build-modules.ts'
import type { Eyes, Logins } from './open-logins.ts'

/** What pages for customers are told by the configuration. */
export type PagesConfig = Pick<GatewayConfig, 'publicUrl' | 'relyingParty' | 'institutions'> & {
  readonly messenger: { readonly threadUrl?: string | undefined }
}

/** The logins and callers under which customers give leave, change it and take it back. */
export type ConsentLogins = {
  readonly databases: Pick<Logins['databases'], 'consent' | 'centre' | 'answer'>
  readonly keystores: Pick<Logins['keystores'], 'consent' | 'centre' | 'answer'>
}

/** What every page for customers is given. */
export function pageDepsOf(
  config: PagesConfig,
  { logger }: Pick<Eyes, 'logger'>,
  { databases, keystores }: ConsentLogins,
  known: { readonly webAssets: ReturnType<typeof assets.load>; readonly promises: Modules['promises'] },
) {
  return {
    random: systemRandom,
    logger,
    clock: systemClock,
    assets: known.webAssets,
    origin: config.publicUrl,
    party: { id: config.relyingParty.id, name: config.relyingParty.name, origin: config.publicUrl },
    answer: {
      database: databases.answer,
      keystore: keystores.answer,
      random: systemRandom,
      promises: known.promises,
    },
    consent: { database: databases.consent, keystore: keystores.consent },
    sendsCardEvents: (institution: InstitutionId) =>
      config.institutions.some(({ id, cardEvents: sent }) => id === institution && sent !== undefined),
    returnUrl: (channel: ChannelName) => (channel === 'messenger' ? config.messenger.threadUrl : undefined),
  } as const
}

/** `/link` and `/me`: where customers give leave, change it and take it back. In the gateway, or in a process of their own. */
export async function addConsentPages(
  server: HttpServer,
  config: PagesConfig & { readonly log: Pick<GatewayConfig['log'], 'origin'> },
  pages: ReturnType<typeof pageDepsOf>,
  known: {
    readonly logins: ConsentLogins
    readonly banks: Banks
    readonly linkSecret: Modules['linkSecret']
    readonly log: Pick<Modules['log'], 'prove'>
    readonly logKeys: LogKeys
    readonly receipts: Modules['receipts']
    readonly push: Pick<NonNullable<Modules['push']>, 'key' | 'practice'> | undefined
  },
): Promise<void> {
  const { logins, banks, linkSecret, log, logKeys, receipts, push } = known
  const centre = { database: logins.databases.centre, keystore: logins.keystores.centre }
  await addLinkPages(server, { ...pages, banks, linkSecret })
  const browsers =
    push === undefined
      ? undefined
      : createPushBrowsers(
          { ...pages.consent, random: systemRandom, hashKey: linkSecret },
          { publicKey: push.key.publicKey, practice: push.practice },
        )
  if (browsers !== undefined) addPushWorker(server, pages.assets)
  await addCentrePages(server, {
    ...pages,
    centre,
    phrases: createPhrases(centre),
    ...(browsers === undefined ? {} : { browsers }),
    desk: withStanding(createOwnDesk({ database: centre.database, keystore: logins.keystores.consent }), {
      database: centre.database,
    }),
    banks,
    origins: config.relyingParty.origins,
    receipts,
    log: { prove: log.prove, origin: config.log.origin, keys: verifierKeysOf(logKeys) },
  })
}

/** The keys that outsiders check the log, promises and receipts with. */
export function verifierKeysOf({ log, promise, receipt }: LogKeys) {
  return { log: log.verifierKey, promise: promise.verifierKey, receipt: receipt.verifierKey }
}
