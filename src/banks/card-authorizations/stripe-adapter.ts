import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { Secret, refusal, success } from '../../kernel/index.ts'
import type { Instant } from '../../kernel/index.ts'
import type { Adapter, NamedEvent } from './add-adapter-route.ts'
import type { CardEventKind, CardMerchant, CardPresence } from './card-authorization.ts'
import { countryOf } from './iso-codes.ts'
import { cleanText, machineName, partsOf, readMoment, shopName, unreadable } from './read-event.ts'
import type { Reading } from './read-event.ts'

/** How far a delivery's time may lie from ours, either way: what Stripe's own libraries allow. */
const toleranceMs = 5 * 60_000
/** Signatures looked at in one header: one for each secret of a rotation. */
const signaturesMax = 4

/**
 * Stripe Issuing: `issuing_authorization.request` is answered with `{approved}` at once; what became of it comes as
 * `issuing_authorization.created` and `.updated`, bookings and refunds as `issuing_transaction.created`.
 */
export const stripeAdapter: Adapter = {
  path: 'stripe',
  verify({ stripe }, { headers }, { rawBody, now }) {
    if (stripe === undefined) return undefined
    return verifyStripe(stripe.secrets, headers['stripe-signature'], { rawBody, now })
  },
  read: (json, { now }) => readStripe(json, now),
  answer(verdict, json) {
    const read = versionShape.safeParse(json)
    // Stripe wants to be told which version of its interface the answer is in: the one that its event came in.
    const version = read.success ? read.data.api_version : undefined
    return {
      body: { approved: verdict !== 'decline' },
      ...(version === undefined ? {} : { headers: { 'stripe-version': version } }),
    }
  },
}

const versionShape = z.object({ api_version: z.string().regex(/^[0-9a-z.-]{1,32}$/) })

/** `t=…,v1=…` with HMAC-SHA256 over time and body in hex; every signature and every secret is compared. */
function verifyStripe(
  secrets: readonly Secret<string>[],
  header: unknown,
  { rawBody, now }: { readonly rawBody: Uint8Array; readonly now: Instant },
): ReturnType<Adapter['verify']> {
  if (typeof header !== 'string' || header.length > 1_024) return refusal('banks/card-event-unsigned')
  const parts = header.split(',').map((part) => part.trim())
  const time = parts.find((part) => part.startsWith('t='))?.slice(2) ?? ''
  if (!/^\d{1,12}$/.test(time)) return refusal('banks/card-event-unsigned')
  const given = parts.filter((part) => /^v1=[0-9a-f]{64}$/.test(part)).slice(0, signaturesMax)
  let genuine = false
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret.reveal()).update(`${time}.`).update(rawBody).digest()
    for (const part of given) if (timingSafeEqual(Buffer.from(part.slice(3), 'hex'), expected)) genuine = true
  }
  if (!genuine) return refusal('banks/card-event-unsigned')
  return Math.abs(Number(time) * 1000 - now) > toleranceMs ? refusal('banks/card-event-stale') : success('genuine')
}

const cardShape = z.union([
  machineName,
  z.object({
    id: machineName,
    last4: z
      .string()
      .regex(/^\d{4}$/)
      .nullish(),
  }),
])
const text = (max: number) => z.string().max(max).nullish()
const amountShape = z.number().int().min(-1e12).max(1e12)

const merchantShape = z.object({
  network_id: machineName,
  name: text(500),
  category_code: text(8),
  city: text(200),
  state: text(32),
  country: text(8),
  terminal_id: text(64),
})

const authorizationShape = z.object({
  id: machineName,
  amount: amountShape,
  currency: z.string().regex(/^[a-z]{3}$/),
  created: z.number(),
  approved: z.boolean().optional(),
  status: text(32),
  authorization_method: text(32),
  card: cardShape,
  merchant_data: merchantShape,
  pending_request: z.object({ amount: amountShape, currency: z.string().regex(/^[a-z]{3}$/) }).nullish(),
})

const transactionShape = z.object({
  id: machineName,
  type: z.enum(['capture', 'refund']),
  authorization: z.union([machineName, z.object({ id: machineName })]).nullish(),
  amount: amountShape,
  currency: z.string().regex(/^[a-z]{3}$/),
  created: z.number(),
  card: cardShape,
  merchant_data: merchantShape,
})

const eventShape = z.object({ type: z.string().max(100), data: z.object({ object: z.unknown() }) })

function readStripe(json: unknown, now: Instant): Reading<NamedEvent | 'nothing'> {
  const event = eventShape.safeParse(json)
  if (!event.success) return unreadable(partsOf(event.error))
  const { type, data } = event.data
  if (type === 'issuing_transaction.created') return readTransaction(data.object, now)
  if (!type.startsWith('issuing_authorization.')) return { ok: true, value: 'nothing' }
  return readAuthorization(type, data.object, now)
}

function readAuthorization(type: string, object: unknown, now: Instant): Reading<NamedEvent | 'nothing'> {
  const read = authorizationShape.safeParse(object)
  if (!read.success) return unreadable(partsOf(read.error))
  const { id, pending_request: pending, status, approved, ...rest } = read.data
  if (type === 'issuing_authorization.request') {
    // An increase asks again under the same id, where something was authorized before.
    const asked = pending ?? rest
    const reference = rest.amount === 0 ? id : `${id}.increase.${Math.abs(rest.amount)}.${Math.abs(asked.amount)}`
    return build({ ...rest, ...asked, reference, kind: 'authorization' }, now)
  }
  if (type === 'issuing_authorization.updated' && status === 'reversed') {
    return build({ ...rest, reference: `${id}.reversed`, kind: 'reversal', of: id }, now)
  }
  // What was decided without us: stand-in, a rule at Stripe, a timeout.
  if (type !== 'issuing_authorization.created') return { ok: true, value: 'nothing' }
  const outcome = approved === false ? 'declined' : 'approved'
  return build({ ...rest, reference: `${id}.created`, kind: 'advice', of: id, outcome }, now)
}

function readTransaction(object: unknown, now: Instant): Reading<NamedEvent> {
  const read = transactionShape.safeParse(object)
  if (!read.success) return unreadable(partsOf(read.error))
  const { id, type, authorization, ...rest } = read.data
  const of = typeof authorization === 'string' ? authorization : authorization?.id
  const kind = type === 'refund' ? 'refund' : 'completion'
  return build({ ...rest, reference: id, kind, ...(of === undefined ? {} : { of }) }, now)
}

type Built = {
  readonly reference: string
  readonly kind: CardEventKind
  readonly of?: string
  readonly amount: number
  readonly currency: string
  readonly created: number
  readonly card: z.infer<typeof cardShape>
  readonly merchant_data: z.infer<typeof merchantShape>
  readonly authorization_method?: string | null | undefined
  readonly outcome?: 'approved' | 'declined'
}

function build(from: Built, now: Instant): Reading<NamedEvent> {
  const at = readMoment(from.created * 1000, now)
  if (at === undefined) return unreadable([{ at: '/data/object/created', rule: 'time' }])
  const { card, kind, reference, of, outcome } = from
  const last = typeof card === 'string' ? undefined : card.last4
  const event: NamedEvent['event'] = {
    reference,
    kind,
    ...(of === undefined ? {} : { ofReference: of }),
    ...(last === undefined || last === null ? {} : { cardLastDigits: last }),
    at,
    // Stripe gives bookings as negative amounts, in the smallest unit of the currency.
    amount: { minor: BigInt(Math.abs(from.amount)), currency: from.currency.toUpperCase() },
    merchant: merchantOf(from.merchant_data),
    presence: presences[from.authorization_method ?? ''] ?? 'unknown',
    ...(outcome === undefined ? {} : { outcome }),
  }
  return { ok: true, value: { card: new Secret(typeof card === 'string' ? card : card.id), event } }
}

const presences: Readonly<Record<string, CardPresence>> = {
  chip: 'in-person',
  contactless: 'in-person',
  swipe: 'in-person',
  keyed_in: 'online',
  online: 'online',
}

function merchantOf(data: z.infer<typeof merchantShape>): CardMerchant {
  const country = countryOf(data.country ?? undefined)
  const terminal = machineName.safeParse(data.terminal_id).data
  const [city, region] = [cleanText(data.city, 80), cleanText(data.state, 16)]
  return {
    id: data.network_id,
    name: shopName(cleanText(data.name, 120)),
    category: /^\d{4}$/.test(data.category_code ?? '') ? (data.category_code ?? '') : '',
    ...(terminal === undefined ? {} : { terminal }),
    ...(city === '' ? {} : { city }),
    ...(region === '' ? {} : { region }),
    ...(country === undefined ? {} : { country }),
  }
}
