import { expect, test } from 'vitest'
import { parseStaffAct, readCutoffTarget, staffActDocument } from './staff-act.ts'
import type {
  CaseProposalId,
  CaseSignatureId,
  CutoffId,
  LiftId,
  RuleChangeId,
  RuleSignatureId,
  StaffAct,
  StaffId,
} from './staff-act.ts'

const staff = '11111111-1111-4111-8111-111111111111' as StaffId
const cutoff = '22222222-2222-4222-8222-222222222222' as CutoffId
const cut: StaffAct = {
  v: 1,
  act: 'cut-off',
  id: cutoff,
  staff,
  reason: 'It leaks what it hears',
  kind: 'platform',
  target: 'meta',
}
const lift: StaffAct = { v: 1, act: 'lift', id: '33333333-3333-4333-8333-333333333333' as LiftId, staff, cutoff }
const change: StaffAct = {
  v: 1,
  act: 'change-rules',
  id: '44444444-4444-4444-8444-444444444444' as RuleSignatureId,
  staff,
  change: '55555555-5555-4555-8555-555555555555' as RuleChangeId,
  digest: 'ab'.repeat(32),
}
const decide: StaffAct = {
  v: 1,
  act: 'decide-case',
  id: '66666666-6666-4666-8666-666666666666' as CaseSignatureId,
  staff,
  proposal: '77777777-7777-4777-8777-777777777777' as CaseProposalId,
  case: '0123-4567',
  finding: 'fraud',
  refund: 'yes',
}

test('an act is read back from the very text that was signed, and from no other', () => {
  for (const act of [cut, lift, change, decide]) {
    const document = staffActDocument(act)
    expect(parseStaffAct(document)).toEqual(act)
    expect(parseStaffAct(`${document} `)).toBeUndefined()
    expect(parseStaffAct(document.replace('"v":1', '"v":2'))).toBeUndefined()
    expect(parseStaffAct(document.replace('{', '{"also":"this",'))).toBeUndefined()
  }
  for (const text of [
    '',
    '[]',
    'null',
    '{"v":1}',
    staffActDocument({ ...cut, reason: 'short' }),
    staffActDocument({ ...change, digest: 'AB'.repeat(32) }),
    staffActDocument({ ...decide, case: '01234567' }),
    staffActDocument({ ...decide, finding: 'theft' as 'fraud' }),
  ]) {
    expect(parseStaffAct(text), text).toBeUndefined()
  }
})

test('only what there is can be named: platforms, channels, and ids of banks', () => {
  expect(readCutoffTarget('platform', 'meta')).toEqual({ kind: 'platform', target: 'meta' })
  expect(readCutoffTarget('channel', 'whatsapp')).toEqual({ kind: 'channel', target: 'whatsapp' })
  expect(readCutoffTarget('institution', 'first-valley')).toEqual({ kind: 'institution', target: 'first-valley' })
  for (const [kind, target] of [
    ['platform', 'messenger'],
    ['channel', 'meta'],
    ['institution', 'No Bank'],
    ['customer', 'x'],
    ['platform', undefined],
  ]) {
    expect(readCutoffTarget(kind, target)).toBeUndefined()
  }
})
