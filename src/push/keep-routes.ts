import { refusal, success } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Outcome, Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Database, Random } from '../platform/index.ts'
import { readEndpoint } from './read-endpoint.ts'
import { ownRoutes, routesMax } from './route-store.ts'
import type { ListedRoute, PushRouteId } from './route-store.ts'
import { endpointSeal } from './seal-endpoint.ts'

/** What a browser says of itself on the customer's page. */
export type NewBrowser = {
  /** Made by the browser, so that it knows its own row again. */
  readonly id: PushRouteId
  readonly customer: CustomerId
  /** Those with fraud alerts. */
  readonly conversations: readonly ConversationId[]
  readonly endpoint: string
}

/** The browsers of customers, for their own pages. */
export type PushBrowsers = {
  /** What a browser binds its subscription to. */
  readonly publicKey: string
  /** In a demo: an address at the practice push service, new each time, for browsers that have no real one at hand. */
  readonly practiceEndpoint: (() => string) | undefined
  list(customer: CustomerId): Promise<readonly ListedRoute[]>
  add(browser: NewBrowser): Promise<Outcome<undefined, 'push/endpoint-refused' | 'push/too-many'>>
  remove(customer: CustomerId, id: PushRouteId): Promise<boolean>
}

/** Browsers in the database of `parley_consent`, each address sealed under its conversation's key. */
export function createPushBrowsers(
  deps: {
    readonly database: Database
    readonly keystore: Pick<KeystoreClient, 'conversationKey'>
    readonly random: Random
    /** Keys the hash by which a browser is known again. */
    readonly hashKey: Secret<Uint8Array>
  },
  about: { readonly publicKey: string; readonly practice?: string | undefined },
): PushBrowsers {
  const { database, keystore, hashKey, random } = deps
  const { publicKey, practice } = about
  return {
    publicKey,
    practiceEndpoint: practice === undefined ? undefined : () => `${practice}/push/${random.uuid()}`,
    list: (customer) => ownRoutes.list(database, customer),
    remove: (customer, id) => ownRoutes.remove(database, customer, id),
    async add({ id, customer, conversations, endpoint: text }) {
      const endpoint = readEndpoint(text, practice)
      if (endpoint === undefined || conversations.length === 0) return refusal('push/endpoint-refused')
      // The keystore is another process, so it is asked before the transaction.
      const rows = await Promise.all(
        conversations.map(async (conversation) => ({
          id,
          customer,
          conversation,
          hash: endpointSeal.hash(hashKey, conversation, endpoint),
          sealed: endpointSeal.seal(await keystore.conversationKey(conversation), { id, conversation }, endpoint),
        })),
      )
      return database.transaction(async (tx) => {
        await ownRoutes.lock(tx, customer)
        for (const { conversation, hash } of rows) await ownRoutes.dropSame(tx, conversation, hash)
        const others = (await ownRoutes.list(tx, customer)).filter((route) => route.id !== id)
        if (others.length >= routesMax) return refusal('push/too-many')
        await ownRoutes.remove(tx, customer, id)
        for (const row of rows) await ownRoutes.add(tx, row)
        return success(undefined)
      })
    },
  }
}
