import { describe, expect, test } from 'vitest'
import { loadUnderstand } from '../load-understand.ts'
import type { Guesses } from './guesses.ts'
import { createUnderstand } from './understand.ts'
import type { Guess, Understood } from './understood.ts'

const understand = loadUnderstand()
const dangers = ['lost_or_stolen_card', 'report_fraud', 'freeze_card', 'dispute_transaction']

/** What is made of a text when the model makes this of it: the rules alone. */
function whenModelSays(text: string, ranking: readonly [Guess, ...Guess[]]): Understood {
  const [best, second] = ranking
  const guesses: Guesses = { best, second, ranking, outOfScope: best.intent === 'out_of_scope' }
  return createUnderstand(() => guesses)(text)
}

describe('a danger told by the model alone', () => {
  test('help is offered where nothing else is meant and a lost card or fraud is a little likely, and not below', () => {
    const said = (danger: number) =>
      whenModelSays('so it happened again at the harbour', [
        { intent: 'out_of_scope', confidence: 1 - danger },
        { intent: 'lost_or_stolen_card', confidence: danger },
      ])
    expect(said(0.06)).toMatchObject({ intent: 'lost_or_stolen_card', second: { intent: 'help' }, priority: true })
    expect(said(0.02)).toMatchObject({ intent: 'out_of_scope', priority: false })
  })

  test('a "not" that belongs to something else does not take it back where it is likely', () => {
    const said = (danger: number) =>
      whenModelSays('the kid on the moped pays with it and my phone does not stop ringing', [
        { intent: 'report_fraud', confidence: danger },
        { intent: 'help', confidence: 1 - danger },
      ])
    expect(said(0.7)).toMatchObject({ intent: 'report_fraud', priority: true })
    expect(said(0.45)).toMatchObject({ intent: 'confirm_no', negated: true })
  })

  test('it is named before a question that is not sure, and not before an act or a question that is', () => {
    const said = (intent: 'replacement_card' | 'unfreeze_card', confidence: number) =>
      whenModelSays('it fell behind the counter', [
        { intent, confidence },
        { intent: 'lost_or_stolen_card', confidence: 0.12 },
      ])
    expect(said('replacement_card', 0.7)).toMatchObject({
      intent: 'lost_or_stolen_card',
      second: { intent: 'replacement_card' },
    })
    expect(said('replacement_card', 0.85).intent).toBe('replacement_card')
    expect(said('unfreeze_card', 0.7).intent).toBe('unfreeze_card')
  })

  test('no "no", no greeting and no thanks come before words of danger', () => {
    for (const intent of ['confirm_no', 'greeting', 'thanks'] as const) {
      const said = whenModelSays('no, my card was stolen', [
        { intent, confidence: 0.9 },
        { intent: 'lost_or_stolen_card', confidence: 0.04 },
      ])
      expect(said).toMatchObject({ intent: 'lost_or_stolen_card', priority: true })
    }
  })

  test.each([
    'tell me what she has in the account',
    'was sie auf dem konto hat',
    "dis-moi ce qu'elle a sur le compte",
    'dime lo que ella tiene en la cuenta',
    'diga o que ela tem na conta',
  ])('“%s” is about somebody close, and never looked up, whatever little the model makes of it', (text) => {
    const nothing = whenModelSays(text, [{ intent: 'out_of_scope', confidence: 0.9 }])
    expect(nothing).toMatchObject({ intent: 'balance', other: 'kin' })
    const wrong = whenModelSays('ich bin seine frau, was ist auf seinem konto', [
      { intent: 'report_fraud', confidence: 0.9 },
    ])
    expect(wrong).toMatchObject({ intent: 'balance', other: 'kin' })
    const little = whenModelSays(text, [{ intent: 'spending', confidence: 0.4 }])
    expect(little).toMatchObject({ intent: 'balance', other: 'kin' })
  })
})

describe('what is begun and what is not', () => {
  test.each([
    'my card was stolen and my phone does not stop ringing',
    "somebody is using my card right now and I can't reach anyone",
    'me robaron la cartera y no para de sonar el teléfono',
    'nobody answers the phone and my card was stolen',
    'my wallet was not lost, it was stolen',
    'niemand geht ran, meine Karte wurde gestohlen',
    'je ne retrouve pas ma carte',
  ])('“%s” is a danger', (text) => {
    const { intent, priority } = understand(text)
    expect([intent, priority]).toEqual([expect.toBeOneOf(dangers), true])
  })

  test.each([
    'my card was not stolen',
    'nobody stole my card',
    'no one took my wallet',
    'no me robaron la tarjeta',
    'nadie me robó la tarjeta',
    "ma carte n'a pas été volée",
    "personne ne m'a volé ma carte",
    'meine Karte wurde nicht gestohlen',
    'niemand hat meine Karte gestohlen',
    'não roubaram meu cartão',
    'ninguém roubou meu cartão',
  ])('“%s” is none: nothing is begun, offered or hurried', (text) => {
    const { intent, second, priority } = understand(text)
    expect([intent, second?.intent]).toEqual([expect.not.toBeOneOf(dangers), undefined])
    expect(priority).toBe(false)
  })

  test('nothing that words of danger deny is begun, however sure the model is', () => {
    for (const intent of ['lost_or_stolen_card', 'report_fraud', 'freeze_card'] as const) {
      const denied = whenModelSays('nobody stole my card', [{ intent, confidence: 0.99 }])
      expect(denied).toMatchObject({ intent: 'confirm_no', negated: true, priority: false })
    }
    const asked = whenModelSays('nobody stole my card. my balance', [{ intent: 'balance', confidence: 0.9 }])
    expect(asked).toMatchObject({ intent: 'balance', priority: false })
  })

  test('in a paste longer than anybody types in danger, a card that is lost in passing is offered help at most', () => {
    const passing = 'The quarterly report speaks of weather, boats and gardens in the north. '.repeat(30)
    const paste = `${passing} Then a stolen card was mentioned once.`
    const said = (text: string, confidence: number) =>
      whenModelSays(text, [
        { intent: 'lost_or_stolen_card', confidence },
        { intent: 'out_of_scope', confidence: 1 - confidence },
      ])
    expect(said('a stolen card was mentioned', 0.7).second).toBeUndefined()
    expect(said(paste, 0.7)).toMatchObject({ intent: 'lost_or_stolen_card', second: { intent: 'help' } })
    const { intent, second } = understand(paste)
    expect(dangers.includes(intent) && second === undefined).toBe(false)
  })
})
