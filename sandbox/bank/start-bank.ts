import { once } from 'node:events'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthorizationServer } from './authorization/authorization-server.ts'
import { openConsents } from './authorization/consents.ts'
import { createInteractionHandler } from './authorization/interaction.ts'
import type { ChoosableAccount } from './authorization/interaction.ts'
import { createLoginCheck } from './authorization/login-check.ts'
import { openRegisteredClients } from './authorization/registered-clients.ts'
import { openTokenEpoch } from './authorization/token-epoch.ts'
import { openTokenRecords } from './authorization/token-records.ts'
import { createBankServer } from './bank-server.ts'
import { openCardUseBook } from './card-feed/card-use-book.ts'
import { openCardFeed } from './card-feed/open-card-feed.ts'
import { withCardUses } from './card-feed/with-card-uses.ts'
import { createConnectedApps } from './connected-apps.ts'
import { openAccessLog } from './fdx/access-log.ts'
import { createAccessTokenReader } from './fdx/access-token.ts'
import { openCallBudget } from './fdx/call-budget.ts'
import { openCardStore } from './fdx/card-store.ts'
import { createDpopChecker } from './fdx/dpop-proof.ts'
import { FDX_PATH } from './fdx/fdx-api.ts'
import { startNoticeDelivery } from './notifications/deliver-notices.ts'
import { openNoticeBook } from './notifications/notice-book.ts'
import { openSubscriptions } from './notifications/subscriptions.ts'
import { freePort } from './free-port.ts'
import { UsageError } from './options.ts'
import type { BankOptions } from './options.ts'
import { loadBankKeys } from './state/bank-keys.ts'
import { loadControlSecret, loadPeopleFile } from './state/people-file.ts'
import { hasCode } from './state/secret-file.ts'
import { openStateStore } from './state/state-store.ts'
import { SWITCHES_AT_START } from './switches.ts'
import type { Switches } from './switches.ts'
import { openWorld } from './world/open-world.ts'
import type { Account } from './world/book.ts'
import { withHappenings } from './world/happenings.ts'

/** How long running requests get to finish when the bank stops. */
const STOP_MS_MAX = 2_000

/** A bank that listens; `stop` lets running requests finish, then closes the files. */
export type RunningBank = {
  readonly issuer: string
  readonly fdxUrl: string
  readonly controlUrl: string
  stop(): Promise<void>
}

/** Starts the bank: people and history, state from the data folder, the authorization server, then the port. */
export async function startBank(options: BankOptions, now: () => number = Date.now): Promise<RunningBank> {
  const { dataDir } = options
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await chmod(dataDir, 0o700)
  const store = await openStateStore(join(dataDir, 'state.jsonl'), now)
  // Card uses lie in a journal of their own: each is written several times until it has arrived.
  const cardUseStore = await openStateStore(join(dataDir, 'card-uses.jsonl'), now)
  const cardUses = await openCardUseBook(cardUseStore)
  const world = withHappenings(withCardUses(await openWorld({ ...options, store, now }), cardUses.all), now)
  const keys = await loadBankKeys(dataDir)
  const controlSecret = await loadControlSecret(dataDir)
  const credentials = await loadPeopleFile(dataDir, world.people())
  const clients = await openRegisteredClients(options.clientConfig)

  const accessLog = await openAccessLog(dataDir)
  const budget = await openCallBudget(dataDir, now)
  const records = openTokenRecords(store)
  // What the bank has to tell lies in a journal of its own: it is fetched by other rules than tokens are.
  const noticeStore = await openStateStore(join(dataDir, 'notices.jsonl'), now)
  const epoch = openTokenEpoch(store)
  let switches: Switches = SWITCHES_AT_START
  const readSwitches = (): Switches => switches

  const port = options.port === 0 ? await freePort(options.host) : options.port
  const issuer = options.issuer ?? `http://${hostInUrl(options.host)}:${port}`
  const fdxUrl = issuer + FDX_PATH
  const book = openNoticeBook({ store: noticeStore, fdxUrl, now })
  const subscriptions = openSubscriptions(noticeStore)
  const { pushSecretOf, originsOf, nameOf } = clients
  const cards = openCardStore(store, now)
  const cardFeed = openCardFeed({ book: cardUses, cards, target: clients.cardEventTarget, switches: readSwitches, now })
  const delivery = startNoticeDelivery({ book, subscriptions, pushSecretOf, switches: readSwitches, now })
  const consents = openConsents({
    store,
    now,
    endGrant: (grantId) => records.endGrant(grantId),
    async tell(event, consent, because) {
      await book.add(event, consent, because)
      delivery.wake()
    },
  })
  // A crash between ending a consent and writing its notice down is made good here.
  for (const consent of consents.all()) {
    if (consent.revoked !== undefined) await book.add('CONSENT_REVOKED', consent, consent.revoked)
  }
  const checkLogin = createLoginCheck({ credentials, now })
  const findPerson = (login: string): ReturnType<typeof world.people>[number] | undefined =>
    world.people().find((person) => person.login === login)
  const accountsOf = (personId: string): readonly ChoosableAccount[] => world.accountsOf(personId).map(choosable)
  const provider = await createAuthorizationServer({
    issuer,
    fdxUrl,
    keys,
    records,
    consents,
    clients,
    epoch,
    now,
    refreshGraceSeconds: () => switches.refreshGraceSeconds,
    personExists: (personId) => world.people().some((person) => person.id === personId),
  })
  const server = createBankServer({
    issuer,
    provider,
    interact: createInteractionHandler({
      provider,
      fdxUrl,
      consents,
      now,
      checkLogin,
      findPerson,
      accountsOf,
    }),
    showApps: createConnectedApps({ consents, now, checkLogin, findPerson, accountsOf, nameOf }),
    fdx: {
      issuer,
      world,
      consents,
      epoch,
      budget,
      accessLog,
      cards,
      readToken: await createAccessTokenReader({ keys, issuer, audience: fdxUrl, now }),
      dpop: createDpopChecker({ now, nonceSecret: Buffer.from(keys.dpopNonceSecret, 'base64url') }),
      switches: readSwitches,
      notifications: { subscriptions, book, originsOf, now },
      now,
    },
    control: {
      controlSecret,
      switches: { get: readSwitches, set: (changed) => (switches = changed) },
      epoch,
      endRefreshTokens: () => records.endRefreshTokens(),
      consents,
      budget,
      accessLog,
      world,
      cardFeed,
      cards,
      async tellNews(personId) {
        const theirs = consents.all().filter((each) => each.personId === personId && consents.status(each) === 'ACTIVE')
        for (const consent of theirs) await book.addNews(consent)
        delivery.wake()
      },
    },
  })
  server.listen(port, options.host)
  await once(server, 'listening').catch((error: unknown) => {
    throw new UsageError(
      `cannot listen on ${options.host} port ${port}: ${hasCode(error, 'EADDRINUSE') ? 'it is taken' : String(error)}`,
    )
  })

  return {
    issuer,
    fdxUrl,
    controlUrl: `${issuer}/control`,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), STOP_MS_MAX)
      await closed
      clearTimeout(cut)
      await Promise.all([delivery.stop(), cardFeed.stop()])
      await Promise.all([accessLog.close(), store.close(), noticeStore.close(), cardUseStore.close()])
    },
  }
}

function choosable(account: Account): ChoosableAccount {
  const kind = { CHECKING: 'Checking', SAVINGS: 'Savings', CREDITCARD: 'Credit card' }[account.kind]
  return { id: account.id, name: account.nickname, detail: `${kind} ending ${account.display}, ${account.currency}` }
}

/** The issuer must be known before the server listens, so a free port is found first. */
function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
