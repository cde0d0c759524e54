import { z } from 'zod'
import { Secret, isInstitutionId, toInstant } from '../kernel/index.ts'
import type { Instant, InstitutionId } from '../kernel/index.ts'
import { nothingNamed } from './asked.ts'
import type { Asked } from './asked.ts'
import { missingReasons } from './answer-result.ts'
import type { AnswerResult } from './answer-result.ts'
import { blockShape } from './block.ts'
import { dayShape, moneyShape } from './block/shapes.ts'
import { balancesDocument } from './balances-document.ts'
import { answerTopics } from './questions.ts'
import type { AnswerTopic } from './questions.ts'
import { spendCategories } from './spend-categories.ts'

/** What one bank answered to one question: kept sealed for ten minutes, shown on the page after the passkey. */
export type AnswerDocument = {
  readonly v: 2
  readonly question: AnswerTopic
  readonly institution: InstitutionId
  readonly institutionName: string
  readonly checkedAt: Instant
  /** The time zone (IANA) whose days the blocks name. */
  readonly timeZone: string
  readonly asked: Asked
  readonly result: AnswerResult
}

/** How many bytes an answer may have: a year of payments fits, a flood does not. */
const documentBytesMax = 1_048_576

/** The bytes that are sealed: JSON, money as decimal strings of minor units. */
export function writeAnswerDocument(document: AnswerDocument): Secret<Uint8Array> {
  const { result, asked } = document
  const plain = {
    ...document,
    asked: {
      words: asked.words?.reveal(),
      lastDigits: asked.lastDigits?.reveal(),
      merchant: asked.merchant?.reveal(),
      category: asked.category,
      amount: asked.amount?.reveal(),
      from: asked.from,
      to: asked.to,
    },
    result: result.ok ? { ok: true, blocks: result.blocks.reveal(), complete: result.complete } : result,
  }
  const bytes = new TextEncoder().encode(JSON.stringify(plain, minorAsText))
  if (bytes.length > documentBytesMax) throw new RangeError('an answer is larger than an answer may be')
  return new Secret(bytes)
}

/** Reads what {@link writeAnswerDocument} wrote, in this version or the one before. Throws when it is anything else. */
export function readAnswerDocument(bytes: Secret<Uint8Array>): AnswerDocument {
  return anyDocument.parse(JSON.parse(new TextDecoder().decode(bytes.reveal())))
}

function minorAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

const secretText = z.string().transform((text) => new Secret(text))

const askedShape = z
  .strictObject({
    words: secretText.optional(),
    lastDigits: secretText.optional(),
    merchant: secretText.optional(),
    category: z.enum(spendCategories).optional(),
    amount: moneyShape.transform((money) => new Secret(money)).optional(),
    from: dayShape.optional(),
    to: dayShape.optional(),
  })
  .transform((asked): Asked => ({ ...nothingNamed, ...asked }))

const resultShape = z.discriminatedUnion('ok', [
  z
    .strictObject({ ok: z.literal(true), blocks: z.array(blockShape), complete: z.boolean() })
    .transform((result): AnswerResult => ({ ...result, blocks: new Secret(result.blocks) })),
  z.strictObject({ ok: z.literal(false), reason: z.enum(missingReasons) }),
])

const documentShape: z.ZodType<AnswerDocument> = z.strictObject({
  v: z.literal(2),
  question: z.enum(answerTopics),
  institution: z.string().refine(isInstitutionId),
  institutionName: z.string(),
  checkedAt: z.number().int().transform(toInstant),
  timeZone: z.string(),
  asked: askedShape,
  result: resultShape,
})

// What was sealed before this version came lives for ten minutes more.
const anyDocument = z.union([documentShape, balancesDocument])
