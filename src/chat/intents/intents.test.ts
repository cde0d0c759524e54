import { expect, test } from 'vitest'
import type { InstitutionId } from '../../kernel/index.ts'
import { choiceOf, choices, understandPayload } from '../choices.ts'
import type { Plan, PlanInput, Sharing } from '../plan.ts'
import { type Intent, type Understood, intents, questions } from '../understand/understood.ts'
import { planIntent } from './index.ts'

const bank = 'north-bank' as InstitutionId
const classes = ['account-list', 'balance', 'transactions', 'card-bills', 'card-status'] as const
const linked: Sharing = {
  leaves: classes.map((dataClass) => ({ institution: bank, dataClass })),
  levels: ['sealed'],
  cutOff: undefined,
}
const balancesOnly: Sharing = { ...linked, leaves: linked.leaves.filter(({ dataClass }) => dataClass === 'balance') }
const nothing: Sharing = { leaves: [], levels: [], cutOff: undefined }

const understood = (intent: Intent, more: Partial<Understood> = {}): Understood => ({
  intent,
  confidence: 1,
  slots: {},
  masked: undefined,
  priority: false,
  ...more,
})
const plan = (intent: Intent, sharing = linked, more: Partial<Understood> = {}): Plan =>
  planIntent({ understood: understood(intent, more), sharing, misses: 0 } satisfies PlanInput)

test.each(intents)('%s never ends in nothing: whatever is only said comes with a next step', (intent) => {
  for (const sharing of [linked, balancesOnly, nothing]) {
    const decided = plan(intent, sharing)
    if (decided.do === 'say') expect(decided.choices.length).toBeGreaterThan(0)
  }
})

test.each(questions)('%s asks the banks that may be asked, and no other', (question) => {
  expect(plan(question)).toMatchObject({ do: 'ask', question, institutions: [bank] })
  expect(plan(question, nothing)).toMatchObject({ do: 'offer-link', purpose: 'link', keep: { intent: question } })
})

test('a kind of data without leave is named, with the page where leave is given, and the question waits', () => {
  expect(plan('spending', balancesOnly)).toMatchObject({
    do: 'offer-link',
    purpose: 'change',
    words: 'leave.missing',
    classes: ['transactions'],
    keep: { intent: 'spending' },
  })
})

test('what a switch suspended is said as it is; linking again would change nothing', () => {
  const cutOff = { by: 'bank', institutions: [bank] } as const
  expect(plan('balance', { ...nothing, cutOff })).toEqual({ do: 'say-cut-off', cutOff })
})

test('words freeze and never unfreeze, erase or show more: those lead to pages with a passkey', () => {
  expect(plan('freeze_card', linked, { all: true })).toMatchObject({ do: 'freeze', which: { which: 'all' } })
  expect(plan('freeze_card', linked, { slots: { card_last4: '4821' } })).toMatchObject({
    do: 'freeze',
    which: { which: 'named', lastDigits: '4821' },
  })
  expect(plan('freeze_card')).toMatchObject({ do: 'freeze', which: { which: 'unsaid' } })
  expect(plan('unfreeze_card')).toEqual({ do: 'offer-page', page: 'cards', words: 'unfreeze.offer' })
  expect(plan('erase_me')).toEqual({ do: 'offer-erase' })
  expect(plan('change_disclosure', linked, { level: 'full' })).toMatchObject({ do: 'offer-link', purpose: 'change' })
})

test('a yes binds only to what is open: nothing open, an expired question or an unclear one does nothing', () => {
  expect(plan('confirm_yes', linked, { answers: 'freeze_all' })).toMatchObject({
    do: 'freeze',
    which: { which: 'all' },
  })
  for (const more of [{}, { answers: 'was_it_you' as const }, { answers: 'erase' as const }, { unclear: true }]) {
    expect(plan('confirm_yes', linked, more)).toMatchObject({ do: 'say', words: ['answer_unclear'] })
  }
  expect(plan('confirm_no', linked, { negated: true })).toMatchObject({ do: 'say', words: ['not_done'] })
})

test("somebody else's account is never looked up, and their card never acted on", () => {
  for (const question of questions) {
    expect(plan(question, linked, { other: 'stranger' })).toMatchObject({ do: 'say', words: ['other.refused'] })
    expect(plan(question, linked, { other: 'kin' })).toMatchObject({ do: 'person', because: 'another-person' })
  }
  for (const intent of ['freeze_card', 'lost_or_stolen_card', 'report_fraud', 'dispute_transaction'] as const) {
    expect(plan(intent, linked, { other: 'kin', all: true })).toEqual({ do: 'danger', danger: 'other-person' })
  }
})

test('danger of life stands alone', () => {
  expect(plan('balance', linked, { crisis: true, second: { intent: 'spending', confidence: 0.4 } })).toEqual({
    do: 'crisis',
  })
})

test('two close readings are asked about with two choices; one that nobody picks from a list is not', () => {
  expect(plan('bill_amount', linked, { second: { intent: 'bill_due_date', confidence: 0.4 } })).toMatchObject({
    do: 'which',
    between: ['billAmount', 'billDueDate'],
  })
  expect(plan('balance', linked, { second: { intent: 'confirm_yes', confidence: 0.4 } })).toMatchObject({ do: 'ask' })
})

test('two misses in a row offer a person; a hidden secret offers to freeze the card first', () => {
  const miss = { understood: understood('out_of_scope'), sharing: linked }
  expect(planIntent({ ...miss, misses: 0 })).toMatchObject({ words: ['out_of_scope'] })
  expect(planIntent({ ...miss, misses: 1 })).toMatchObject({ words: ['out_of_scope.again'], opens: 'person' })
  expect(planIntent({ ...miss, misses: 0, hid: true })).toMatchObject({ words: ['hid.next'] })
})

test('whoever was promised a person and goes on telling, or asks "hello?", speaks to that person', () => {
  for (const intent of ['out_of_scope', 'greeting'] as const) {
    const waiting = { understood: understood(intent), sharing: linked, misses: 0, last: 'talk_to_person' as const }
    expect(planIntent(waiting)).toEqual({ do: 'person', because: 'not-understood' })
    expect(planIntent({ ...waiting, last: 'balance' })).toMatchObject({ do: 'say' })
  }
  const now = { ...understood('help'), confidence: 0.5 }
  expect(planIntent({ understood: now, sharing: linked, misses: 0, last: 'talk_to_person' })).toMatchObject({
    do: 'person',
  })
  const sure = { ...now, confidence: 0.95 }
  expect(planIntent({ understood: sure, sharing: linked, misses: 0, last: 'talk_to_person' })).toMatchObject({
    do: 'say',
  })
})

test('buttons of messages from before are still understood, and each button means what it says', () => {
  expect(understandPayload('intent:is_it_you')?.intent).toBe('is_this_you')
  expect(understandPayload('intent:erase')?.intent).toBe('erase_me')
  expect(understandPayload('intent:nonsense')).toBeUndefined()
  expect(understandPayload('freeze:all')).toMatchObject({ intent: 'freeze_card', all: true })
  expect(understandPayload('freeze:4821')).toMatchObject({ intent: 'freeze_card', slots: { card_last4: '4821' } })
  expect(understandPayload('freeze:../../x')).toBeUndefined()
  for (const { payload } of Object.values(choices)) expect(understandPayload(payload), payload).toBeDefined()
  for (const question of questions) expect(choiceOf(question), question).toBeDefined()
})

test('a person who was promised hears what means nothing by itself; a danger that is likelier is offered help even then', () => {
  const told = (confidence: number): Plan =>
    planIntent({
      understood: understood('lost_or_stolen_card', { confidence, second: { intent: 'help', confidence: 0 } }),
      sharing: linked,
      misses: 0,
      last: 'talk_to_person',
    })
  expect(told(0.04)).toEqual({ do: 'person', because: 'not-understood' })
  expect(told(0.3)).toMatchObject({ do: 'which' })
})
