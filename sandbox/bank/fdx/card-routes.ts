import { z } from 'zod'
import { jsonAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import type { Card, CardStatus, CardStore } from './card-store.ts'
import { decimalText, exactNumber } from './exact-number.ts'
import { bookOf, requireCluster } from './fdx-call.ts'
import type { FdxCall } from './fdx-call.ts'
import { FdxRefusal } from './fdx-error.ts'
import { readJsonBody } from './json-body.ts'
import type { AccountBook } from '../world/book.ts'

/** Longest idempotency key. */
const KEY_LENGTH_MAX = 128

const statusBody = z.object({ status: z.enum(['ACTIVE', 'FROZEN', 'LOST']) })

/** `GET /cards/{accountId}/status` (extension). */
export function showCard(call: FdxCall, cards: CardStore): Answer {
  const book = cardBook(call)
  return jsonAnswer(200, cardBody(book, cards.find(book.account.id)))
}

/** `PUT /cards/{accountId}/status`, `POST …/freeze`, `POST …/unfreeze` (extension). Needs an `idempotency-key`. */
export async function changeCard(call: FdxCall, cards: CardStore): Promise<Answer> {
  const book = cardBook(call)
  const key = call.idempotencyKey
  if (key === undefined || key === '' || key.length > KEY_LENGTH_MAX) {
    throw new FdxRefusal('bad-request', 'an idempotency-key header is needed')
  }
  const change = await cards.change({
    accountId: book.account.id,
    status: wishedStatus(call),
    key,
    owner: call.consent.id,
  })
  if (change.ok) return jsonAnswer(200, cardBody(book, change.card))
  throw new FdxRefusal(
    'conflict',
    change.why === 'key-reused' ? 'this idempotency-key was used for another request' : 'a lost card stays lost',
  )
}

/** `GET /cards/{accountId}/declines` (extension): refused payments are not transactions, so FDX has no place for them. */
export function listDeclines(call: FdxCall): Answer {
  requireCluster(call, 'CARD_CONTROLS', 'TRANSACTIONS')
  const { account, declines } = bookOf(call, call.segments[1])
  return jsonAnswer(200, {
    declines: declines.map((decline) => ({
      declineId: decline.id,
      timestamp: decline.at,
      amount: exactNumber(decline.amountMinor, account.currency),
      reason: decline.reason,
      category: decline.mcc,
      description: `${decline.payee.name} ${decimalText(decline.amountMinor, account.currency)} ${account.currency}`,
      transactionPayee: { merchantName: decline.payee.name },
    })),
  })
}

function cardBook(call: FdxCall): AccountBook {
  requireCluster(call, 'CARD_CONTROLS')
  const book = bookOf(call, call.segments[1])
  if (book.account.cardDisplay === undefined) throw new FdxRefusal('not-found', 'this account has no card')
  return book
}

function wishedStatus(call: FdxCall): CardStatus {
  if (call.segments[2] === 'freeze') return 'FROZEN'
  if (call.segments[2] === 'unfreeze') return 'ACTIVE'
  return readJsonBody(call.body, statusBody).status
}

function cardBody({ account }: AccountBook, card: Card): object {
  const { cardExpires: expires, cardNetwork: network } = account
  return { accountId: account.id, cardNumberDisplay: account.cardDisplay, expires, network, ...card }
}
