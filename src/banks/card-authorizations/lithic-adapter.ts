import { z } from 'zod'
import { Secret } from '../../kernel/index.ts'
import type { Instant } from '../../kernel/index.ts'
import type { Adapter, NamedEvent } from './add-adapter-route.ts'
import type { CardPresence } from './card-authorization.ts'
import { countryOf } from './iso-codes.ts'
import { cleanText, machineName, partsOf, readMoment, shopName, unreadable } from './read-event.ts'
import type { Reading } from './read-event.ts'
import { verifySigned } from './verify-signed.ts'

/**
 * Lithic Auth Stream Access: signed as Standard Webhooks are (`webhook-id`, `webhook-timestamp`, `webhook-signature`), answered with a
 * result. Only what asks for money is an authorization; balance inquiries and credits are let through unseen.
 */
export const lithicAdapter: Adapter = {
  path: 'lithic',
  verify({ lithic }, { headers }, delivery) {
    return lithic === undefined ? undefined : verifySigned(lithic.secrets, headers, delivery)
  },
  read: (json, { now, request }) => readLithic(json, now, String(request.headers['webhook-id'])),
  answer(verdict, json) {
    const token = tokenShape.safeParse(json).data?.token
    const result = verdict === 'decline' ? 'SUSPECTED_FRAUD' : 'APPROVED'
    return { body: token === undefined ? { result } : { token, result } }
  },
}

const tokenShape = z.object({ token: machineName })

const text = (max: number) => z.string().max(max).nullish()

const requestShape = z.object({
  token: machineName,
  event_token: machineName.nullish(),
  status: z.string().max(64),
  amount: z.number().int().min(-1e12).max(1e12),
  cardholder_currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
  created: z.iso.datetime({ offset: true }),
  card: z.object({
    token: machineName,
    last_four: z
      .string()
      .regex(/^\d{4}$/)
      .nullish(),
  }),
  merchant: z.object({
    acceptor_id: machineName,
    descriptor: text(200),
    mcc: text(8),
    city: text(200),
    state: text(32),
    country: text(8),
  }),
  pos: z
    .object({
      entry_mode: z.object({ card: text(32), pan: text(64) }).nullish(),
      terminal: z.object({ acceptor_terminal_id: text(64) }).nullish(),
    })
    .nullish(),
  network_risk_score: z.number().int().min(0).max(999).nullish(),
})

type LithicRequest = z.infer<typeof requestShape>

const asking = new Set(['AUTHORIZATION', 'FINANCIAL_AUTHORIZATION'])

function readLithic(json: unknown, now: Instant, webhookId: string): Reading<NamedEvent | 'nothing'> {
  const read = requestShape.safeParse(json)
  if (!read.success) return unreadable(partsOf(read.error))
  const asked = read.data
  if (!asking.has(asked.status)) return { ok: true, value: 'nothing' }
  const at = readMoment(Date.parse(asked.created), now)
  if (at === undefined) return unreadable([{ at: '/created', rule: 'time' }])
  const score = asked.network_risk_score
  const last = asked.card.last_four
  const event: NamedEvent['event'] = {
    // The token names the whole payment; a second request for it (an increase) is a request of its own.
    reference: `${asked.token.slice(0, 60)}.${(asked.event_token ?? webhookId).slice(0, 64)}`,
    kind: 'authorization',
    ...(last === undefined || last === null ? {} : { cardLastDigits: last }),
    at,
    amount: { minor: BigInt(Math.abs(asked.amount)), currency: asked.cardholder_currency },
    merchant: merchantOf(asked),
    presence: presenceOf(asked),
    ...(score === undefined || score === null ? {} : { networkScore: score }),
  }
  return { ok: true, value: { card: new Secret(asked.card.token), event } }
}

function presenceOf({ pos }: LithicRequest): CardPresence {
  if (pos?.entry_mode?.pan === 'CREDENTIAL_ON_FILE') return 'recurring'
  if (pos?.entry_mode?.card === 'PRESENT') return 'in-person'
  return pos?.entry_mode?.card === 'NOT_PRESENT' ? 'online' : 'unknown'
}

function merchantOf({ merchant, pos }: LithicRequest): NamedEvent['event']['merchant'] {
  const country = countryOf(merchant.country ?? undefined)
  const terminal = machineName.safeParse(pos?.terminal?.acceptor_terminal_id?.trim()).data
  const [city, region] = [cleanText(merchant.city, 80), cleanText(merchant.state, 16)]
  return {
    id: merchant.acceptor_id,
    name: shopName(cleanText(merchant.descriptor, 120)),
    category: /^\d{4}$/.test(merchant.mcc ?? '') ? (merchant.mcc ?? '') : '',
    ...(terminal === undefined ? {} : { terminal }),
    ...(city === '' ? {} : { city }),
    ...(region === '' ? {} : { region }),
    ...(country === undefined ? {} : { country }),
  }
}
