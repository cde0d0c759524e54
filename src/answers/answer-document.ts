import { z } from 'zod'
import { Secret, isInstitutionId, toInstant } from '../kernel/index.ts'
import type { Instant, InstitutionId, Money } from '../kernel/index.ts'

/** The meaning of a figure; a page and a chat always say which one they show. */
export const balanceKinds = ['available', 'current', 'owed', 'credit-available', 'credit-limit'] as const
export type BalanceKind = (typeof balanceKinds)[number]

/** What sort of account it is; the page lists accounts by it. */
export const accountCategories = ['deposit', 'card', 'loan', 'other'] as const
export type AccountCategory = (typeof accountCategories)[number]

export type AnswerBalance = {
  readonly kind: BalanceKind
  readonly amount: Secret<Money>
  readonly asOf: Instant | undefined
}

/** An account as an answer shows it. A bank's `Account` fits this type. */
export type AnswerAccount = {
  readonly name: Secret<string>
  readonly lastDigits: Secret<string> | undefined
  readonly category: AccountCategory
  readonly balances: readonly AnswerBalance[]
}

/** Why a bank gave no figures; told on the page, because how a bank sees a customer is the bank's to know. */
export const missingReasons = ['link-expired', 'consent-ended', 'unreadable', 'unreachable', 'over-budget'] as const
export type MissingReason = (typeof missingReasons)[number]

/** What the person named when asking; narrows what the page shows first, never what the chat says. */
export type AskedAccount = {
  readonly words: Secret<string> | undefined
  readonly lastDigits: Secret<string> | undefined
}

/** What one bank answered to one question: kept sealed for ten minutes, shown on the page after the passkey. */
export type AnswerDocument = {
  readonly v: 1
  readonly kind: 'balances'
  readonly institution: InstitutionId
  readonly institutionName: string
  readonly checkedAt: Instant
  readonly asked: AskedAccount
  readonly result:
    | {
        readonly ok: true
        readonly accounts: readonly AnswerAccount[]
        /** False when the bank left something out of what was asked for. */
        readonly complete: boolean
      }
    | { readonly ok: false; readonly reason: MissingReason }
}

/** The bytes that are sealed: JSON with money as decimal strings of minor units. */
export function writeAnswerDocument(document: AnswerDocument): Secret<Uint8Array> {
  const { result, asked } = document
  const plain = {
    ...document,
    asked: { words: asked.words?.reveal() ?? null, lastDigits: asked.lastDigits?.reveal() ?? null },
    result: result.ok ? { ...result, accounts: result.accounts.map(plainAccount) } : result,
  }
  return new Secret(new TextEncoder().encode(JSON.stringify(plain)))
}

/** Reads what {@link writeAnswerDocument} wrote. Throws (a bug, or another version) when it is anything else. */
export function readAnswerDocument(bytes: Secret<Uint8Array>): AnswerDocument {
  return documentShape.parse(JSON.parse(new TextDecoder().decode(bytes.reveal())))
}

function plainAccount(account: AnswerAccount): object {
  return {
    name: account.name.reveal(),
    lastDigits: account.lastDigits?.reveal() ?? null,
    category: account.category,
    balances: account.balances.map((balance) => {
      const money = balance.amount.reveal()
      return { kind: balance.kind, minor: money.minor.toString(), currency: money.currency, asOf: balance.asOf ?? null }
    }),
  }
}

const secretText = z.string().transform((text) => new Secret(text))
const secretTextOrNone = secretText.nullable().transform((text) => text ?? undefined)
const instant = z.number().int().transform(toInstant)

const balanceShape = z
  .object({
    kind: z.enum(balanceKinds),
    minor: z.string().regex(/^-?\d{1,30}$/),
    currency: z.string().regex(/^[A-Z]{3}$/),
    asOf: instant.nullable(),
  })
  .transform((row): AnswerBalance => ({
    kind: row.kind,
    amount: new Secret({ minor: BigInt(row.minor), currency: row.currency }),
    asOf: row.asOf ?? undefined,
  }))

const accountShape = z.object({
  name: secretText,
  lastDigits: secretTextOrNone,
  category: z.enum(accountCategories),
  balances: z.array(balanceShape),
})

const documentShape: z.ZodType<AnswerDocument> = z.object({
  v: z.literal(1),
  kind: z.literal('balances'),
  institution: z.string().refine(isInstitutionId),
  institutionName: z.string(),
  checkedAt: instant,
  asked: z.object({ words: secretTextOrNone, lastDigits: secretTextOrNone }),
  result: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), accounts: z.array(accountShape), complete: z.boolean() }),
    z.object({ ok: z.literal(false), reason: z.enum(missingReasons) }),
  ]),
})
