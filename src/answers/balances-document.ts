import { z } from 'zod'
import { Secret, isInstitutionId, toInstant } from '../kernel/index.ts'
import { missingReasons } from './answer-result.ts'
import { accountCategories, balanceKinds } from './block.ts'
import { balanceBlocks } from './compute/account-blocks.ts'

// Version 1 knew balances only. Such answers live for ten minutes after the change of version; then this file may go.

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
  .transform((row) => ({
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

/** A document of version 1, read as one of version 2. */
export const balancesDocument = z
  .object({
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
  .transform(({ kind: _kind, result, ...document }) => ({
    ...document,
    v: 2 as const,
    question: 'balance' as const,
    timeZone: 'UTC',
    result: result.ok
      ? {
          ok: true as const,
          blocks: new Secret(balanceBlocks(result.accounts, document.asked)),
          complete: result.complete,
        }
      : result,
  }))
