import type { InstitutionId, Secret } from '../../kernel/index.ts'
import type { Clock, Database, HttpServer, Logger, Metrics, Random } from '../../platform/index.ts'
import type { ClientKeys } from '../client-keys.ts'
import { createEgress } from '../egress/create-egress.ts'
import type { ResolveAll } from '../egress/checked-lookup.ts'
import { createBankServers } from '../fapi/bank-servers.ts'
import { createSigningKeys } from '../fapi/signing-keys.ts'
import { createInstitutionDirectory } from '../institution-directory.ts'
import { addNoticeRoute, bankNoticeLimits, noticePath } from './add-notice-route.ts'
import { bankNoticesStore } from './bank-notices-store.ts'
import { createClientAccess } from './client-access.ts'
import { startPolling, usualPollMs } from './poll-notices.ts'
import { createTakeNotice } from './take-notice.ts'
import type { OnNews } from './take-notice.ts'

export type BankNoticesDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
  /** How names become addresses, if not by the system. */
  readonly resolve?: ResolveAll
  /** Whom to tell that a bank has something new; nobody, unless given. */
  readonly onNews?: OnNews
}

export type BankNoticesOptions = {
  readonly clientKeys: ClientKeys
  /** Demo only: banks on loopback addresses, over plain HTTP. */
  readonly allowLoopback: boolean
  /** Keys the hashes of banks' consent ids. */
  readonly linkSecret: Secret<Uint8Array>
  /** The gateway's origin: banks send to addresses below it. */
  readonly publicUrl: string
  /** The secret shared with each bank that sends notices; banks that are not here send none. */
  readonly pushSecrets: ReadonlyMap<InstitutionId, Secret<string>>
  /** Between two turns of fetching; {@link usualPollMs} unless given. */
  readonly pollMs?: number
}

/** What banks say about their consents: taken at an address of ours, and fetched in case it did not arrive. */
export type BankNotices = {
  /** For the server that the routes are added to. */
  readonly limits: typeof bankNoticeLimits
  addRoutes(server: HttpServer): Promise<void>
  /** Subscribes at the banks and begins to fetch. */
  start(): void
  /** Forgets notices that cannot come again; gives how many. */
  sweep(): Promise<number>
  stop(): Promise<void>
}

/** Builds it for login `parley_consent`, which may end grants because a bank says so. */
export function createBankNotices(deps: BankNoticesDeps, options: BankNoticesOptions): BankNotices {
  const { clock, database } = deps
  const { allowLoopback, pushSecrets, publicUrl, pollMs = usualPollMs } = options
  const egress = createEgress({
    clock,
    allowLoopback,
    ...(deps.resolve === undefined ? {} : { resolve: deps.resolve }),
  })
  const servers = createBankServers({ egress, clock }, options)
  const signingKeys = createSigningKeys(clock)
  const directory = createInstitutionDirectory({ database, clock })
  const take = createTakeNotice({ ...deps, linkSecret: options.linkSecret })
  const call = createClientAccess({ ...deps, servers, egress, signingKeys })
  let polling: { stop(): Promise<void> } | undefined
  return {
    limits: bankNoticeLimits,
    addRoutes: (server) => addNoticeRoute(server, { ...deps, pushSecrets, take }),
    start() {
      const institutions = [...pushSecrets.keys()]
      if (institutions.length === 0) return
      const callbackUrl = (institution: InstitutionId): string => publicUrl + noticePath(institution)
      polling ??= startPolling({ ...deps, directory, call, take }, { institutions, callbackUrl, pollMs })
    },
    sweep: () => bankNoticesStore.sweep(database),
    async stop() {
      await polling?.stop()
      signingKeys.clear()
      egress.close()
    },
  }
}
