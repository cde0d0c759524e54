import { Secret, refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import { isExactList, isExactObject } from '../exact-json.ts'
import type { ExactJson } from '../exact-json.ts'
import type { CardState, Decline } from '../facts.ts'
import { lastDigits, readAmount, readId, readLine, readTime } from './read-field.ts'
import type { Unreadable } from './read-field.ts'
import type { OfAccount } from './read-transaction.ts'

// FDX has no card state: these are the words of the extension that docs/banks.md describes.
const statuses: { readonly [word: string]: CardState['status'] } = { ACTIVE: 'active', FROZEN: 'frozen', LOST: 'lost' }

/** Refused payments read of one account; the newest are kept. */
const declinesMax = 100

/** Reads `GET /cards/{accountId}/status`, or the answer to a change; about another account it is not read. */
export function readCard(body: ExactJson, accountId: string): Outcome<CardState, Unreadable> {
  if (!isExactObject(body) || body.get('accountId') !== accountId) return refusal('banks/unreadable')
  const word = body.get('status')
  const status = typeof word === 'string' && Object.hasOwn(statuses, word) ? statuses[word] : undefined
  const since = readTime(body.get('changedAt'))
  if (status === undefined || since === 'unreadable') return refusal('banks/unreadable')
  const digits = lastDigits(body.get('cardNumberDisplay'))
  const expires = readMonth(body.get('expires'))
  const network = readLine(body.get('network'))
  return success({
    accountId,
    lastDigits: digits === undefined ? undefined : new Secret(digits),
    status,
    // 1970 is how a bank says that nothing ever changed.
    since: since === 0 ? undefined : since,
    ...(expires === undefined ? {} : { expires }),
    ...(network === undefined ? {} : { network: network.slice(0, 40) }),
  })
}

/** `YYYY-MM`, also from a whole day. */
export function readMonth(value: ExactJson | undefined): string | undefined {
  return typeof value === 'string' ? /^\d{4}-(?:0[1-9]|1[0-2])(?=$|-\d\d$)/.exec(value)?.[0] : undefined
}

/** Reads `GET /cards/{accountId}/declines`: newest first. */
export function readDeclines(body: ExactJson, of: OfAccount): Outcome<readonly Decline[], Unreadable> {
  const items = isExactObject(body) ? body.get('declines') : undefined
  if (!isExactList(items)) return refusal('banks/unreadable')
  const declines = new Map<string, Decline>()
  for (const item of items) {
    const decline = readDecline(item, of)
    if (!decline.ok) return decline
    declines.set(decline.value.id, decline.value)
  }
  return success([...declines.values()].sort((a, b) => b.at - a.at).slice(0, declinesMax))
}

function readDecline(item: ExactJson, of: OfAccount): Outcome<Decline, Unreadable> {
  if (!isExactObject(item)) return refusal('banks/unreadable')
  const id = readId(item.get('declineId'))
  const at = readTime(item.get('timestamp'))
  const amount = readAmount(item.get('amount'), of.currency)
  const reason = item.get('reason')
  if (id === undefined || typeof at !== 'number' || !amount.ok || amount.value.minor < 0n) {
    return refusal('banks/unreadable')
  }
  const payee = item.get('transactionPayee')
  const merchant = isExactObject(payee) ? readLine(payee.get('merchantName')) : undefined
  return success({
    id,
    accountId: of.accountId,
    at,
    amount: new Secret(amount.value),
    reason: typeof reason === 'string' && /^[A-Z0-9_]{1,64}$/.test(reason) ? reason : 'UNKNOWN',
    merchant: merchant === undefined ? undefined : new Secret(merchant),
  })
}
