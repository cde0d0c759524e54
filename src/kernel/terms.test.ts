import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ConversationId,
  type CustomerId,
  type InstitutionId,
  type Terms,
  type TermsId,
  canonicalJson,
  dataClasses,
  disclosures,
  lesserDisclosure,
  parseTerms,
  purposes,
  termsCover,
  termsDocument,
} from './index.ts'

const classLists = fc.subarray([...dataClasses])
const terms: fc.Arbitrary<Terms> = fc.record({
  v: fc.constant(1 as const),
  kind: fc.constantFrom('setup' as const, 'sharing' as const),
  id: fc.uuid().map((id) => id as TermsId),
  customer: fc.uuid().map((id) => id as CustomerId),
  institution: fc.constantFrom('first-valley', 'harbour2').map((id) => id as InstitutionId),
  channel: fc.constant('messenger' as const),
  conversation: fc.uuid().map((id) => id as ConversationId),
  accounts: fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), { maxLength: 5 }),
  purposes: fc.dictionary(fc.constantFrom(...purposes), classLists).map((record) => ({ ...record })),
  disclosure: fc.constantFrom(...disclosures),
  expiresAt: fc.constant('2027-02-20T10:00:00Z'),
})

test('what was signed reads back as what was meant', () => {
  fc.assert(
    fc.property(terms, (meant) => {
      expect(parseTerms(termsDocument(meant))).toEqual({ ok: true, value: meant })
    }),
  )
})

test('a document that is not the one canonical text of its terms is refused', () => {
  fc.assert(
    fc.property(terms, (meant) => {
      const document = termsDocument(meant)
      expect(parseTerms(` ${document}`).ok).toBe(false)
      expect(parseTerms(document.replace('"v":1', '"v":2')).ok).toBe(false)
      expect(parseTerms(document.replace('{', '{"advertising":true,')).ok).toBe(false)
    }),
  )
})

test('advertising is not a purpose that terms can name', () => {
  const [some] = fc.sample(terms, 1)
  const value: unknown = JSON.parse(termsDocument(some!))
  const advertising = canonicalJson({ ...(value as object), purposes: { advertising: ['balance'] } })
  expect(parseTerms(advertising)).toEqual({ ok: false, code: 'consent/terms-malformed' })
})

test('terms cover exactly the classes written under a purpose', () => {
  fc.assert(
    fc.property(terms, fc.constantFrom(...dataClasses), fc.constantFrom(...purposes), (some, dataClass, purpose) => {
      expect(termsCover(some, dataClass, purpose)).toBe(some.purposes[purpose]?.includes(dataClass) ?? false)
    }),
  )
})

test('of two disclosures the more careful one counts', () => {
  expect(lesserDisclosure('full', 'sealed')).toBe('sealed')
  expect(lesserDisclosure('rounded', 'full')).toBe('rounded')
  expect(lesserDisclosure('full', 'full')).toBe('full')
})
