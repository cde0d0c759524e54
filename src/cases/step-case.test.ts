import fc from 'fast-check'
import { expect, test } from 'vitest'
import { caseStates, isFraudBy, stepsOf } from './step-case.ts'

const before = fc.record({
  state: fc.constantFrom(...caseStates),
  isJoined: fc.boolean(),
  hasEvidence: fc.boolean(),
  assigned: fc.constantFrom('nobody', 'me', 'another'),
  proposal: fc.constantFrom('none', 'mine', 'anothers'),
  decides: fc.boolean(),
} as const)

test('whoever proposed may not agree or refuse, whoever did not may not take it back, and nobody may do both', () => {
  fc.assert(
    fc.property(before, (each) => {
      const steps = stepsOf(each)
      if (steps.includes('confirm') || steps.includes('refuse')) expect(each.proposal).toBe('anothers')
      if (steps.includes('withdraw')) expect(each.proposal).toBe('mine')
      expect(steps.includes('propose') && steps.includes('confirm')).toBe(false)
    }),
  )
})

test('nothing is done to a closed case, nor by a role that does not decide; a duplicate is decided with the case it is joined to', () => {
  fc.assert(
    fc.property(before, (each) => {
      expect(stepsOf({ ...each, state: 'closed' })).toEqual([])
      expect(stepsOf({ ...each, decides: false })).toEqual([])
      const joined = stepsOf({ ...each, isJoined: true })
      for (const step of ['propose', 'confirm', 'take'] as const) expect(joined).not.toContain(step)
      expect(stepsOf({ ...each, hasEvidence: false })).not.toContain('open-evidence')
    }),
  )
})

test('a finding says of the uses that they were fraud or not, and what cannot be decided says nothing', () => {
  expect(isFraudBy('fraud')).toBe(true)
  expect(isFraudBy('genuine')).toBe(false)
  expect(isFraudBy('friendly')).toBe(false)
  expect(isFraudBy('not-decided')).toBeUndefined()
})
