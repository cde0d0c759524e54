import type { DatabaseLogin, GatewayConfig, KeystoreCaller } from '../config.ts'
import { Secret } from '../kernel/index.ts'
import { type KeystoreClient, connectKeystore, readKeystoreAddress } from '../keystore/index.ts'
import { type Database, type Logger, type Metrics, openDatabase, systemClock } from '../platform/index.ts'

/** What every part reports to, and the name under which this process announces what it commits. */
export type Eyes = { readonly logger: Logger; readonly metrics: Metrics; readonly origin: string }

// Webhooks that arrive together share a commit, so a few connections carry them all.
const webhookPoolMax = 4
// The pages' own pool; sign-ins are rare beside questions.
const pagePoolMax = 4
// Outsiders reading tiles, the watch over promises, proofs; the sequencer has a connection beside the pool.
const logPoolMax = 4

export type Logins = ReturnType<typeof openLogins>

/** One login for each purpose, each with its own pool and its own secret at the keystore. Nothing connects before its first use. */
export function openLogins(config: GatewayConfig, eyes: Eyes) {
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
    // Totals with noise: may ask, count what was paid for and keep the numbers; sees no row, and nothing of the gate.
    statistics: openLogin(config, eyes, 'parley_statistics', pagePoolMax),
    // Card fraud: standing looks at card events, questions and receipts, and the freeze that a "Not me" asks for.
    fraud: openLogin(config, eyes, 'parley_fraud'),
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
    fraud: keystoreFor(config, 'fraud'),
  }
  return { databases, keystores } as const
}

/** One login with a pool of its own; nothing connects before its first use. */
export function openLogin(
  config: Pick<GatewayConfig, 'database'>,
  eyes: Eyes,
  login: DatabaseLogin,
  poolMax?: number,
): Database {
  const { host, port, database, prepare, passwords } = config.database
  return openDatabase({
    connection: { host, port, database, user: login, password: new Secret(passwords[login] ?? '') },
    prepare,
    ...(poolMax === undefined ? {} : { poolMax }),
    ...eyes,
  })
}

/** The keystore, as one caller with a secret of its own. */
export function keystoreFor(config: Pick<GatewayConfig, 'keystore'>, caller: KeystoreCaller): KeystoreClient {
  const { address, secrets } = config.keystore
  return connectKeystore(
    { clock: systemClock },
    { at: readKeystoreAddress(address), bearer: new Secret(secrets[caller] ?? '') },
  )
}
