import { createHmac } from 'node:crypto'
import type { Seeded } from '../../setup/seeded.ts'

/** A request that may be broken in any way, and whether its signature is good. */
export type BrokenRequest = {
  readonly path: string
  readonly body: Buffer
  readonly headers: Record<string, string>
}

/** What the requests of a proof are made with. */
export type Ground = {
  readonly bank: string
  readonly secret: string
  readonly stripeSecret: string
  readonly proxy: Readonly<Record<string, string>>
  /** An account whose customer gave leave, and one that nobody knows. */
  readonly accounts: readonly string[]
  readonly nowMs: number
}

/** Makes one: a good event, bent somewhere, sent somewhere, signed well or badly. */
export function brokenRequest(choose: Seeded, ground: Ground): BrokenRequest {
  const kind = choose.pick(['event', 'event', 'event', 'lines', 'lines', 'cards', 'citi', 'stripe', 'lithic'] as const)
  const path = pathOf(choose, ground, kind)
  const body = bodyOf(choose, ground, kind)
  const type = kind === 'lines' || kind === 'cards' ? 'application/x-ndjson' : 'application/json'
  const headers: Record<string, string> = {
    'content-type': choose.below(50) === 0 ? oddText(choose, 20).replaceAll(/[^\x20-\x7e]/g, '') || 'x' : type,
    ...signatures(choose, ground, body),
  }
  if (choose.below(40) === 0)
    headers[choose.pick(Object.keys(headers))] = choose.pick(['', 'x', '0', '1e9', 'v1,', 't=,v1='])
  return { path, body, headers }
}

function pathOf(choose: Seeded, { bank }: Ground, kind: string): string {
  const institution =
    choose.below(60) === 0 ? choose.pick(['no-bank', 'NORTH', 'a'.repeat(70), '%00', '..', "'"]) : bank
  const below = `/banks/${encodeURIComponent(institution)}`
  if (kind === 'cards') return `${below}/cards`
  const events = `${below}/card-authorizations`
  return ['citi', 'stripe', 'lithic'].includes(kind) ? `${events}/${kind}` : events
}

function bodyOf(choose: Seeded, ground: Ground, kind: string): Buffer {
  const made = textOf(choose, ground, kind)
  switch (choose.below(14)) {
    case 0:
      return cut(choose, made)
    case 1:
      return flipped(choose, made)
    case 2:
      return Buffer.from(oddText(choose, 400))
    case 3:
      return Buffer.concat([made, Buffer.from([0xff, 0xc3, 0x28])])
    case 4:
      return choose.below(40) === 0
        ? Buffer.alloc(choose.below(3 * 1024 * 1024), 0x5b)
        : Buffer.from('['.repeat(choose.below(9_000)))
    default:
      return made
  }
}

function textOf(choose: Seeded, ground: Ground, kind: string): Buffer {
  if (kind === 'lines' || kind === 'cards') {
    const make =
      kind === 'lines' ? () => bent(choose, goodEvent(choose, ground)) : () => bent(choose, goodName(choose, ground))
    const lines = Array.from({ length: choose.below(choose.below(200) === 0 ? 2_500 : 6) }, () =>
      JSON.stringify(make()),
    )
    return Buffer.from(lines.join(choose.pick(['\n', '\r\n', '\n\n', '\r'])))
  }
  const good = { event: goodEvent, citi: goodCiti, stripe: goodStripe, lithic: goodLithic }[kind] ?? goodEvent
  return Buffer.from(JSON.stringify(bent(choose, good(choose, ground))) ?? '')
}

function goodEvent(choose: Seeded, { accounts, nowMs }: Ground): Record<string, unknown> {
  return {
    v: 1,
    reference: `r-${choose.below(1e9)}`,
    kind: choose.pick(['authorization', 'completion', 'advice', 'reversal', 'refund']),
    account: choose.pick(accounts),
    at: new Date(nowMs).toISOString(),
    amount: '42.10',
    currency: choose.pick(['USD', 'EUR', 'JPY', 'KWD']),
    merchant: { id: 'm-1', name: 'Shop', category: '5411', country: 'US', latitude: 1.5, longitude: 2.5 },
    presence: 'online',
  }
}

function goodName(choose: Seeded, { accounts }: Ground): Record<string, unknown> {
  return { account: choose.pick(accounts), reference: choose.pick(['4012888888881881', 'ic_1', 'card-1']) }
}

function goodCiti(choose: Seeded, { nowMs }: Ground): Record<string, unknown> {
  return {
    MTI: choose.pick(['0100', '0120', '0400', '0420']),
    PAN: '4012888888881881',
    F4: '000000012350',
    F7: new Date(nowMs).toISOString().slice(5, 19).replaceAll(/\D/g, ''),
    F18: '5411',
    F22: '051',
    F32: '400552',
    F37: String(choose.below(1e9)).padStart(12, '0'),
    F41: 'TERM0001',
    F42: 'MERCHANT000001',
    F43: 'CORNER GROCERY           OAKLAND      US',
    F49: '840',
  }
}

function goodStripe(choose: Seeded, { nowMs }: Ground): Record<string, unknown> {
  const type = choose.pick([
    'issuing_authorization.request',
    'issuing_authorization.created',
    'issuing_transaction.created',
  ])
  const object = {
    id: `iauth_${choose.below(1e9)}`,
    type: 'capture',
    amount: 0,
    currency: 'usd',
    created: Math.floor(nowMs / 1000),
    card: 'ic_1',
    merchant_data: { network_id: '1', name: 'Shop', category_code: '5411', country: 'US' },
    pending_request: { amount: 100, currency: 'usd' },
  }
  return { api_version: '2024-12-18.acacia', type, data: { object } }
}

function goodLithic(choose: Seeded, { nowMs }: Ground): Record<string, unknown> {
  return {
    token: `t-${choose.below(1e9)}`,
    status: 'AUTHORIZATION',
    amount: 100,
    cardholder_currency: 'USD',
    created: new Date(nowMs).toISOString(),
    card: { token: 'card-1', last_four: '1111' },
    merchant: { acceptor_id: 'a', descriptor: 'SHOP', mcc: '5411', country: 'USA' },
  }
}

/** Bends one member, or a few, or none: another type, another length, gone, doubled, or called something else. */
function bent(choose: Seeded, good: Record<string, unknown>): unknown {
  if (choose.below(60) === 0) return oddValue(choose)
  let value: Record<string, unknown> = good
  for (let times = choose.below(3); times > 0; times -= 1) value = bendOne(choose, value)
  return value
}

function bendOne(choose: Seeded, value: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(value)
  const name = names.length === 0 ? 'x' : choose.pick(names)
  const inner = value[name]
  if (typeof inner === 'object' && inner !== null && !Array.isArray(inner) && choose.below(2) === 0) {
    return { ...value, [name]: bendOne(choose, Object.fromEntries(Object.entries(inner))) }
  }
  const { [name]: _gone, ...rest } = value
  if (choose.below(4) === 0) return rest
  return choose.below(8) === 0 ? { ...rest, [oddText(choose, 12)]: inner } : { ...value, [name]: oddValue(choose) }
}

function oddValue(choose: Seeded): unknown {
  return choose.pick<unknown>([
    null,
    true,
    -1,
    0,
    1e308,
    2 ** 53,
    0.1,
    '',
    ' ',
    '\u0000',
    '\ud800',
    '99999999999999999999',
    '-1.00',
    '1e5',
    '2026-02-30T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '__proto__',
    "'; DROP TABLE vault.card_event; --",
    'x'.repeat(choose.below(300)),
    [],
    [[[]]],
    {},
    { toString: 1 },
    oddText(choose, 40),
  ])
}

function oddText(choose: Seeded, max: number): string {
  const length = choose.below(max)
  return Array.from({ length }, () => String.fromCharCode(choose.below(choose.below(3) === 0 ? 0x10000 : 0x80))).join(
    '',
  )
}

function cut(choose: Seeded, body: Buffer): Buffer {
  return body.subarray(0, choose.below(body.length + 1))
}

function flipped(choose: Seeded, body: Buffer): Buffer {
  const copy = Buffer.from(body)
  for (let times = 1 + choose.below(4); times > 0 && copy.length > 0; times -= 1) {
    copy[choose.below(copy.length)] = choose.below(256)
  }
  return copy
}

/** Every header that any of the addresses asks for; one time in five something about them is wrong. */
function signatures(choose: Seeded, ground: Ground, body: Buffer): Record<string, string> {
  const isBad = choose.below(5) === 0
  const signed = isBad && choose.below(2) === 0 ? Buffer.concat([body, Buffer.from(' ')]) : body
  const atMs = isBad && choose.below(2) === 0 ? ground.nowMs - choose.below(1e9) : ground.nowMs
  const time = String(Math.floor(atMs / 1000))
  const id = `msg_${choose.below(1e9)}`
  const key = Buffer.from(ground.secret.slice('whsec_'.length), 'base64')
  const standard = createHmac('sha256', key).update(`${id}.${time}.`).update(signed).digest('base64')
  const stripe = createHmac('sha256', ground.stripeSecret).update(`${time}.`).update(signed).digest('hex')
  const proxy = isBad ? {} : ground.proxy
  return {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': choose.pick([`v1,${standard}`, `v1a,x v1,${standard}`, `v1,${standard} v1,${standard}`]),
    'stripe-signature': `t=${time},v1=${stripe}`,
    ...proxy,
  }
}
