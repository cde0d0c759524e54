import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChatWorld, createChatWorld, only, stepsOf, textOf } from '../../test/setup/chat-world.ts'
import type { CaseAsked, DeskPort, PersonAsked, WordsForPerson } from './desk-port.ts'
import { handoverContext } from './desk-port.ts'
import { toInstant } from '../kernel/index.ts'
import { unseal } from '../platform/index.ts'

// The desk's own tests show what it does with these; here, what the chat asks of it.
let world: ChatWorld
let persons: PersonAsked[]
let cases: CaseAsked[]
let heard: WordsForPerson[]
let isStaffed: boolean
let withPerson: boolean
let refusedLooks = 0

const answerBy = toInstant(Date.UTC(2026, 10, 22, 15, 4))
const desk: DeskPort = {
  askForPerson: async (_tx, asked) => {
    const isNew = !persons.some(({ message }) => message === asked.message)
    persons.push(asked)
    return { answerBy, isNew, waitMinutes: undefined, isStaffed }
  },
  openCase: async (_tx, asked) => {
    cases.push(asked)
    return { reference: '2043-1188', answerBy, isNew: true }
  },
  isWithPerson: async () => (withPerson ? { name: 'Priya', institutionName: undefined } : undefined),
  hear: async (_tx, words) => {
    heard.push(words)
    return true
  },
  cancel: async () => true,
  refuseLook: async () => {
    refusedLooks += 1
    return true
  },
  noteBotFailed: async () => undefined,
}

beforeAll(async () => {
  world = await createChatWorld()
})
beforeEach(async () => {
  persons = []
  cases = []
  heard = []
  isStaffed = true
  withPerson = false
  await world.open({ desk })
})
afterEach(() => world.close())
afterAll(() => world.end())

test('a wish for a person takes the question along, sealed under the conversation’s key, and says by when', async () => {
  const { conversation } = await world.link('1', 'sealed')
  const reply = textOf(only(await world.ask('1', 'I want to talk to a human about my mortgage')))
  expect(reply).toMatch(/person at your bank to answer you here, by November 22 at 3:04\sPM/)
  const [asked] = persons
  expect(asked).toMatchObject({ because: 'asked', priority: 'normal', institution: 'north-bank' })
  const key = await world.world.keys.answer.conversationKey(conversation)
  const words = unseal(key.reveal(), asked?.question ?? new Uint8Array(), handoverContext(conversation))
  expect(words.toString('utf8')).toBe('I want to talk to a human about my mortgage')
})

test('where nobody stands at the desk, nothing is promised', async () => {
  isStaffed = false
  await world.link('2', 'sealed')
  for (const text of ['can I speak to a person', 'I want to dispute a payment I never made']) {
    const reply = textOf(only(await world.ask('2', text)))
    expect(reply).not.toMatch(/person at your bank (to|will)/)
    expect(reply).toMatch(/number on the back of your card/)
  }
})

test('dispute words open a case once a message; its number stands only where the chat may carry what the bank knows', async () => {
  await world.link('3', 'sealed')
  await world.link('4', 'full')
  const sealed = textOf(only(await world.ask('3', 'I want to dispute a payment I never made')))
  const full = textOf(only(await world.ask('4', 'I want to dispute a payment I never made')))
  expect(cases.map(({ kind }) => kind)).toEqual(['dispute', 'dispute'])
  expect(sealed).not.toContain('2043')
  expect(full).toContain('Case 2043-1188')
})

test('the shop and the amount that are written after a dispute go to the same person, and are not answered with a menu', async () => {
  await world.link('9', 'sealed')
  await world.ask('9', 'I want to dispute a payment I never made')
  const asked = persons.length
  const reply = textOf(only(await world.ask('9', 'it was 24.99 three days ago, two times')))
  expect(reply).toContain('person at your bank')
  expect(persons).toHaveLength(asked + 1)
  expect(persons.at(-1)).toMatchObject({ because: 'not-understood' })
})

test('a stolen card asks for a person at once and opens a case, before any question', async () => {
  await world.link('5', 'sealed')
  const reply = only(await world.ask('5', 'someone stole my wallet'))
  expect(stepsOf(reply)[0]).toBe('Freeze all cards')
  expect(cases).toMatchObject([{ kind: 'card-lost' }])
  expect(persons.at(-1)).toMatchObject({ because: 'card-in-danger', priority: 'urgent', deadlineSeconds: 900 })
})

test('while a person has the conversation the bot keeps quiet; stopping and freezing still work', async () => {
  await world.link('6', 'full')
  withPerson = true
  const before = world.said('6').length
  await world.ask('6', 'so what about that charge', 0)
  expect(textOf(only(await world.ask('6', 'stop sharing')))).toMatch(/^Done at /)
  expect(heard).toHaveLength(1)
  expect(world.said('6')).toHaveLength(before + 1)
})

test('danger of life brings a person at once, and nothing else beside it', async () => {
  await world.link('7', 'sealed')
  const reply = only(await world.ask('7', 'I want to kill myself'))
  expect(persons).toMatchObject([{ because: 'crisis', priority: 'urgent' }])
  expect(stepsOf(reply)).toEqual([])
})

test('two messages in a row that are not understood offer a person, and a yes asks for one', async () => {
  await world.link('8', 'sealed')
  await world.ask('8', 'qwertz asdf')
  const offer = only(await world.ask('8', 'zxcv qwertz'))
  expect(stepsOf(offer)[0]).toBe('Talk to a person')
  await world.ask('8', 'yes')
  expect(persons).toMatchObject([{ because: 'asked' }])
})
