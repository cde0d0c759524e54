import { z } from 'zod'
import { maskSecrets, parseMoney, toInstant } from '../../kernel/index.ts'
import type { Instant } from '../../kernel/index.ts'
import type { InvalidPart } from '../../platform/index.ts'
import { cardEventKinds, cardPresences } from './card-authorization.ts'
import type { CardEvent } from './card-authorization.ts'

/** What was read; or where it cannot be, and which rule says so. Never the value. */
export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: 'banks/card-event-malformed'; readonly invalid: readonly InvalidPart[] }

// Every text has an end, and none holds what a page or a terminal would act on.
const clean = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u)
/** A name that machines give: visible ASCII. */
export const machineName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]*$/)

/** An event in our own schema, version 1 (docs/card-events.md). Members that are not named here are not read. */
const eventShape = z.object({
  v: z.literal(1),
  reference: machineName,
  kind: z.enum(cardEventKinds),
  of: machineName.exactOptional(),
  account: machineName,
  cardLast4: z
    .string()
    .regex(/^\d{4}$/)
    .exactOptional(),
  at: z.iso.datetime({ offset: true }),
  amount: z.string().regex(/^\d{1,12}(\.\d{1,4})?$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
  merchant: z.object({
    id: machineName,
    name: clean(120).default(''),
    category: z
      .string()
      .regex(/^(\d{4})?$/)
      .default(''),
    terminal: machineName.exactOptional(),
    city: clean(80).exactOptional(),
    region: clean(16).exactOptional(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .exactOptional(),
    latitude: z.number().min(-90).max(90).exactOptional(),
    longitude: z.number().min(-180).max(180).exactOptional(),
  }),
  presence: z.enum(cardPresences),
  device: machineName.exactOptional(),
  networkScore: z.number().int().min(0).max(999).exactOptional(),
  outcome: z.enum(['approved', 'declined']).exactOptional(),
})

/** Reads one event of ours from parsed JSON. */
export function readEvent(value: unknown, now: Instant): Reading<CardEvent> {
  const read = eventShape.safeParse(value)
  if (!read.success) return unreadable(partsOf(read.error))
  const { v: _v, of, account, cardLast4, at, amount, currency, merchant, ...rest } = read.data
  const money = parseMoney(amount, currency)
  if (!money.ok) return unreadable([{ at: '/amount', rule: 'money' }])
  const moment = readMoment(Date.parse(at), now)
  if (moment === undefined) return unreadable([{ at: '/at', rule: 'time' }])
  const event = {
    ...rest,
    accountId: account,
    at: moment,
    amount: money.value,
    merchant: { ...merchant, name: shopName(merchant.name) },
    ...(of === undefined ? {} : { ofReference: of }),
    ...(cardLast4 === undefined ? {} : { cardLastDigits: cardLast4 }),
  }
  return { ok: true, value: event }
}

/** Bytes that should be JSON. */
export function readJson(bytes: Uint8Array): Reading<unknown> {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes))
    return { ok: true, value }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return unreadable([{ at: '', rule: 'json' }])
    throw error
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

export function unreadable(invalid: readonly InvalidPart[]): Reading<never> {
  return { ok: false, code: 'banks/card-event-malformed', invalid }
}

/** Problems named in one answer at most. */
const partsMax = 8

/** Where a schema was not met, as JSON pointers (RFC 6901) to members that the schema names. */
export function partsOf(error: z.ZodError): readonly InvalidPart[] {
  return error.issues.slice(0, partsMax).map(({ path, code }) => ({
    at: path.map((member) => `/${String(member)}`).join(''),
    rule: code,
  }))
}

/** A payment of long ago says nothing about today's, and clocks differ by minutes. */
const oldMsMax = 400 * 86_400_000
const aheadMsMax = 24 * 3_600_000

/** A moment that a card can have been used at; undefined for any other number. */
export function readMoment(epochMs: number, now: Instant): Instant | undefined {
  return epochMs >= now - oldMsMax && epochMs <= now + aheadMsMax ? toInstant(epochMs) : undefined
}

/** A shop's name is free text: where somebody typed a card number into it, it stays out. */
export function shopName(text: string): string {
  // Looking closely takes a while, and few names have digits enough.
  return manyDigits.test(text) ? maskSecrets(text) : text
}

const manyDigits = /(?:\d\D{0,3}){12}/

/** Text of a network or processor, as we keep it: cut, and without what a page or a terminal would act on. */
export function cleanText(value: string | null | undefined, max: number): string {
  return (value ?? '')
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
    .slice(0, max)
}
