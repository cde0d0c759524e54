import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { Secret, refusal, success, toInstant } from '../../kernel/index.ts'
import type { Instant, Money } from '../../kernel/index.ts'
import type { Adapter, NamedEvent } from './add-adapter-route.ts'
import type { CardEventKind, CardMerchant, CardPresence } from './card-authorization.ts'
import { countryOf, currencyOf } from './iso-codes.ts'
import { cleanText, partsOf, readMoment, shopName, unreadable } from './read-event.ts'
import type { Reading } from './read-event.ts'

/** What the proxy that ends the mutual TLS says: that it is the proxy, and the SHA-256 of the certificate that came. */
export const proxyHeaders = { secret: 'x-parley-proxy-secret', certificate: 'x-parley-client-certificate' } as const

/**
 * Citi Dual Auth: the fields of ISO 8583 as flat JSON (`MTI`, `PAN` or `F2`, `F4` …), answered with `respCode` "00" or "05", always with
 * HTTP 200. The card number is looked up by its keyed hash and forgotten; nothing that could hold it is logged or stored.
 */
export const citiAdapter: Adapter = {
  path: 'citi',
  verify({ citi }, { headers }) {
    if (citi === undefined) return undefined
    const isProxy = sameText(headers[proxyHeaders.secret], citi.proxySecret.reveal())
    const shown = headers[proxyHeaders.certificate]
    // Each is compared, whichever fits.
    const known = citi.certificates.filter((certificate) => sameText(shown, certificate)).length > 0
    return isProxy && known ? success('genuine') : refusal('banks/card-event-unsigned')
  },
  read: (json, { now }) => readFields(json, now),
  answer: (verdict) => ({ body: { respCode: verdict === 'decline' ? '05' : '00' } }),
}

function sameText(given: unknown, wanted: string): boolean {
  if (typeof given !== 'string') return false
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(digest(given), digest(wanted))
}

const digits = (from: number, to = from) => z.string().regex(new RegExp(`^\\d{${from},${to}}$`))
const ansi = (max: number) => z.string().max(max)

const fieldsShape = z
  .object({
    MTI: z.enum(['0100', '0101', '0120', '0121', '0400', '0401', '0420', '0421']),
    PAN: digits(12, 19).optional(),
    F2: digits(12, 19).optional(),
    F4: digits(12),
    F6: digits(12).optional(),
    F7: digits(10),
    F18: digits(4).optional(),
    F19: digits(3).optional(),
    F22: digits(2, 12).optional(),
    F25: digits(2).optional(),
    F32: digits(1, 11),
    F37: z.string().regex(/^[\x20-\x7e]{1,12}$/),
    F41: ansi(16).default(''),
    F42: ansi(15).default(''),
    F43: ansi(99).default(''),
    F49: digits(3),
    F51: digits(3).optional(),
    ResponseCode: ansi(4).optional(),
  })
  .refine(({ PAN, F2 }) => (PAN ?? F2) !== undefined, { path: ['PAN'] })

type Fields = z.infer<typeof fieldsShape>

function readFields(json: unknown, now: Instant): Reading<NamedEvent> {
  const read = fieldsShape.safeParse(json)
  if (!read.success) return unreadable(partsOf(read.error))
  const fields = read.data
  const amount = amountOf(fields)
  if (amount === undefined) return unreadable([{ at: '/F49', rule: 'currency' }])
  const at = momentOf(fields.F7, now)
  if (at === undefined) return unreadable([{ at: '/F7', rule: 'time' }])
  const card = fields.PAN ?? fields.F2 ?? ''
  const kind = kindOf(fields.MTI)
  const event: NamedEvent['event'] = {
    reference: referenceOf(fields, kind),
    kind,
    ...(kind === 'authorization' ? {} : { ofReference: referenceOf(fields, 'authorization') }),
    cardLastDigits: card.slice(-4),
    at,
    amount,
    merchant: merchantOf(fields),
    presence: presenceOf(fields),
    ...outcomeOf(fields),
  }
  return { ok: true, value: { card: new Secret(card), event } }
}

function kindOf(mti: string): CardEventKind {
  if (mti.startsWith('04')) return 'reversal'
  return mti.startsWith('012') ? 'advice' : 'authorization'
}

// The retrieval reference number (F37) names a payment at an acquirer (F32) and its terminal (F41): a repeat, an advice and a reversal
// carry the same ones, with a trace number and time of their own.
function referenceOf({ F32, F37, F41 }: Fields, kind: CardEventKind): string {
  const named = [F32, F37, F41].map((part) => part.trim().replaceAll(/[^\x21-\x7e]/g, '_')).join('.')
  return `citi.${kind}.${named}`
}

/** What the cardholder is billed; where the bank does not say, what the shop asked for. */
function amountOf({ F4, F6, F49, F51 }: Fields): Money | undefined {
  const isBilled = F6 !== undefined && F51 !== undefined
  const currency = currencyOf(isBilled ? F51 : F49)
  return currency === undefined ? undefined : { minor: BigInt(isBilled ? F6 : F4), currency }
}

// F7 is MMDDhhmmss in UTC, without a year: the one that lies nearest to now.
function momentOf(text: string, now: Instant): Instant | undefined {
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map((from) => Number(text.slice(from, from + 2)))
  if (month === undefined || day === undefined || month < 1 || month > 12 || day < 1 || day > 31) return undefined
  if ((hour ?? 24) > 23 || (minute ?? 60) > 59 || (second ?? 60) > 59) return undefined
  const year = new Date(now).getUTCFullYear()
  const tried = [year - 1, year, year + 1].map((one) => Date.UTC(one, month - 1, day, hour, minute, second))
  const nearest = tried.toSorted((left, right) => Math.abs(left - now) - Math.abs(right - now))[0] ?? Number.NaN
  return readMoment(toInstant(nearest), now)
}

/** F43: 25 characters of name, 13 of city, 2 of country. */
function merchantOf({ F18, F19, F41, F42, F43 }: Fields): CardMerchant {
  const id = machine(F42) ?? machine(F41) ?? 'unknown'
  const terminal = machine(F41)
  const city = cleanText(F43.slice(25, 38), 80)
  const country = countryOf(F43.slice(38, 40).trim()) ?? countryOf(F19)
  return {
    id,
    name: shopName(cleanText(F43.slice(0, 25), 120)),
    category: F18 ?? '',
    ...(terminal === undefined ? {} : { terminal }),
    ...(city === '' ? {} : { city }),
    ...(country === undefined ? {} : { country }),
  }
}

function machine(text: string): string | undefined {
  const name = text.trim().replaceAll(/[^\x21-\x7e]/g, '_')
  return name === '' ? undefined : name
}

const inPerson = new Set(['02', '05', '07', '80', '90', '91', '95'])

/** F22: how the card was read; F25: under what circumstances. */
function presenceOf({ F22 = '', F25 = '' }: Fields): CardPresence {
  const mode = F22.slice(0, 2)
  if (inPerson.has(mode)) return 'in-person'
  if (mode === '10' || F25 === '04') return 'recurring'
  return ['01', '81'].includes(mode) || ['08', '59'].includes(F25) ? 'online' : 'unknown'
}

// The notification variant says how the bank itself answered.
function outcomeOf({ ResponseCode: code }: Fields): Pick<NamedEvent['event'], 'outcome'> {
  if (code === undefined || code === '') return {}
  return { outcome: ['00', '08', '10', '11', '85'].includes(code) ? 'approved' : 'declined' }
}
