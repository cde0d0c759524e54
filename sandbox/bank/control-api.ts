import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Consents } from './authorization/consents.ts'
import type { TokenEpoch } from './authorization/token-epoch.ts'
import { followCardUse, listCardUses, stealCard, swipeCard } from './card-feed/card-feed-routes.ts'
import type { CardFeed } from './card-feed/open-card-feed.ts'
import type { AccessLog } from './fdx/access-log.ts'
import type { CallBudget } from './fdx/call-budget.ts'
import type { CardStore } from './fdx/card-store.ts'
import { minorDigits } from './fdx/exact-number.ts'
import { FdxRefusal, refusalAnswer } from './fdx/fdx-error.ts'
import { readJsonBody } from './fdx/json-body.ts'
import { header, jsonAnswer, readBody, sendAnswer } from './http-io.ts'
import type { Answer } from './http-io.ts'
import { switchChange } from './switches.ts'
import type { Switches } from './switches.ts'
import type { World } from './world/book.ts'
import { HAPPENINGS } from './world/happenings.ts'
import type { EventfulWorld } from './world/happenings.ts'

/** Access-log lines given at once, and at most. */
const LOG_LINES = 1_000
const LOG_LINES_MAX = 100_000

const happening = z.object({ what: z.enum(HAPPENINGS), silent: z.boolean().default(false) })
const narrowing = z.object({ accountIds: z.array(z.string()).min(1).max(100) })

/** What the control API may touch. */
export type ControlDeps = {
  readonly controlSecret: string
  readonly switches: { get(): Switches; set(switches: Switches): void }
  readonly epoch: TokenEpoch
  readonly endRefreshTokens: () => Promise<number>
  readonly consents: Consents
  readonly budget: CallBudget
  readonly accessLog: AccessLog
  readonly world: EventfulWorld
  readonly cardFeed: CardFeed
  readonly cards: Pick<CardStore, 'acts' | 'find'>
  /** Tells every client with a consent of this person that there is something new. */
  readonly tellNews: (personId: string) => Promise<void>
}

/** The control API: for the demo's control room and for tests, never for a bank's clients. */
export async function handleControl(
  deps: ControlDeps,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  try {
    if (!isAuthorized(deps.controlSecret, header(request, 'authorization'))) {
      return sendAnswer(
        response,
        jsonAnswer(
          401,
          { message: 'Authorization: Bearer <controlSecret> is needed' },
          { 'www-authenticate': 'Bearer' },
        ),
      )
    }
    sendAnswer(response, await route(deps, request, url))
  } catch (error) {
    if (!(error instanceof FdxRefusal)) throw error
    sendAnswer(response, refusalAnswer(error))
  }
}

async function route(deps: ControlDeps, request: IncomingMessage, url: URL): Promise<Answer> {
  const [, , resource = '', id = '', act = ''] = url.pathname.split('/')
  switch (`${request.method} ${resource}${id === '' ? '' : '/*'}${act === '' ? '' : `/${act}`}`) {
    case 'GET state':
      return jsonAnswer(200, {
        switches: deps.switches.get(),
        consents: deps.consents.all().map((each) => consentLine(deps, each)),
      })
    case 'PUT switches':
      return changeSwitches(deps, await readBody(request))
    case 'GET people':
      return jsonAnswer(200, { people: deps.world.people().map((person) => personLine(deps.world, person)) })
    case 'POST people/*/happen':
      return letHappen(deps, id, await readBody(request))
    case 'POST people/*/swipe':
      return swipeCard(cardsOf(deps), id, await readBody(request))
    case 'POST people/*/fraud':
      return stealCard(cardsOf(deps), id, await readBody(request))
    case 'GET card-uses':
      return listCardUses(cardsOf(deps))
    case 'GET cards':
      return jsonAnswer(200, { cards: deps.world.people().flatMap((person) => cardLines(deps, person)) })
    case 'GET card-acts':
      return jsonAnswer(200, { acts: deps.cards.acts() })
    case 'POST card-uses/*/follow':
      return followCardUse(cardsOf(deps), id, await readBody(request))
    case 'GET access-log':
      return jsonAnswer(200, { lines: await readLog(deps, url.searchParams) })
    case 'POST consents/*/revoke': {
      const revoked = await deps.consents.revoke(id, { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' })
      if (!revoked) throw new FdxRefusal('consent-ended')
      return { status: 204, headers: {}, body: '' }
    }
    case 'POST consents/*/accounts': {
      const { accountIds } = readJsonBody(await readBody(request), narrowing)
      if (!(await deps.consents.narrow(id, accountIds))) throw new FdxRefusal('conflict')
      return { status: 204, headers: {}, body: '' }
    }
    default:
      throw new FdxRefusal('no-route')
  }
}

function cardsOf({ cardFeed, world }: ControlDeps): { readonly feed: CardFeed; readonly world: EventfulWorld } {
  return { feed: cardFeed, world }
}

/** Something happens to a person; `silent`: and nobody is told. */
async function letHappen(deps: ControlDeps, login: string, body: string): Promise<Answer> {
  const { what, silent } = readJsonBody(body, happening)
  const person = deps.world.people().find((each) => each.login === login)
  if (person === undefined) throw new FdxRefusal('no-route')
  if (!deps.world.happen(person.id, what)) throw new FdxRefusal('conflict')
  if (!silent) await deps.tellNews(person.id)
  return { status: 204, headers: {}, body: '' }
}

async function changeSwitches(deps: ControlDeps, body: string): Promise<Answer> {
  const { expireTokens, revokeRefresh, ...change } = readJsonBody(body, switchChange)
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  deps.switches.set({ ...deps.switches.get(), ...given })
  if (expireTokens === true) await deps.epoch.raise()
  const ended = revokeRefresh === true ? await deps.endRefreshTokens() : 0
  return jsonAnswer(200, { switches: deps.switches.get(), refreshTokensRevoked: ended })
}

function consentLine(deps: ControlDeps, consent: ReturnType<Consents['all']>[number]): object {
  return {
    id: consent.id,
    login: deps.world.people().find(({ id }) => id === consent.personId)?.login ?? '',
    personId: consent.personId,
    clientId: consent.clientId,
    status: deps.consents.status(consent),
    clusters: consent.clusters,
    accountIds: consent.accountIds,
    createdTime: new Date(consent.createdAt).toISOString(),
    expirationTime: new Date(consent.expiresAt).toISOString(),
    endedTime: consent.revoked === undefined ? undefined : new Date(consent.revoked.at).toISOString(),
    callsToday: deps.budget.used(consent.id),
  }
}

/** A person's cards and how they stand; nothing is read of their books for it. */
function cardLines(deps: ControlDeps, { id, login }: ReturnType<World['people']>[number]): readonly object[] {
  const withCard = deps.world.accountsOf(id).filter(({ cardDisplay }) => cardDisplay !== undefined)
  return withCard.map((account) => ({
    login,
    accountId: account.id,
    kind: account.kind === 'CREDITCARD' ? 'credit' : 'debit',
    lastDigits: account.cardDisplay,
    status: deps.cards.find(account.id).status,
  }))
}

/** Amounts as minor units in text, for exact comparison. */
function personLine(world: World, person: ReturnType<World['people']>[number]): object {
  return {
    login: person.login,
    name: person.name,
    accounts: world.accountsOf(person.id).map((account) => {
      const book = world.book(account.id)
      return {
        accountId: account.id,
        kind: account.kind,
        nickname: account.nickname,
        display: account.display,
        cardDisplay: account.cardDisplay,
        currency: account.currency,
        minorDigits: minorDigits(account.currency),
        currentMinor: String(book?.currentMinor ?? 0n),
        availableMinor: String(book?.availableMinor ?? 0n),
        creditLineMinor: account.creditLineMinor === undefined ? undefined : String(account.creditLineMinor),
      }
    }),
  }
}

function readLog(deps: ControlDeps, query: URLSearchParams): ReturnType<AccessLog['read']> {
  const limit = Math.min(Number(query.get('limit') ?? LOG_LINES) || LOG_LINES, LOG_LINES_MAX)
  const since = query.get('since')
  return deps.accessLog.read({ limit, ...(since === null ? {} : { since }) })
}

function isAuthorized(secret: string, authorization: string | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(`Bearer ${secret}`), digest(authorization ?? ''))
}
