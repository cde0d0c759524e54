import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'
import type { Id, Instant } from '../kernel/index.ts'

/** One two-way check of card use with its customer. */
export type FraudAlertId = Id<'fraudAlert'>

/** Whether a text has the form of one. */
export function isFraudAlertId(text: string): text is FraudAlertId {
  return isUuid(text)
}

/** An alert's id as it comes out of the database, a job or a button. */
export const fraudAlertId = z.string().refine(isFraudAlertId)

/**
 * `new`: known, nothing said. `waiting`: for the morning. `told`: a receipt went out, nothing is asked. `asked`, `reminded`: a question is open.
 * `protecting`: the bank is told to freeze the card. `protected`: the bank says that it is. `unprotected`: it cannot be from here, a
 * person has it. `genuine`: it was the customer. `covered`: the card was frozen anyway, so nothing is asked. `expired`: nobody answered, a
 * person has it. `closed`: the bank's people closed it.
 */
export const alertStates = [
  'new', 'waiting', 'told', 'asked', 'reminded', 'protecting', 'protected', 'unprotected', 'genuine', 'covered', 'expired', 'closed',
] as const // prettier-ignore
export type AlertState = (typeof alertStates)[number]

/** Everything a decision about an alert rests on. What it is about is sealed elsewhere. */
export type FraudAlert = {
  readonly id: FraudAlertId
  /** What it began as. */
  readonly origin: 'question' | 'receipt'
  /** The payment was refused for our doubt, so that "it was me" would open something. */
  readonly declined: boolean
  readonly state: AlertState
  /** The customer has seen amount, merchant and time: on the page, or in a chat that may carry them. */
  readonly informed: boolean
  /** The card's freeze was ordered; it is ordered once. */
  readonly freezeOrdered: boolean
  /** A person at the bank was asked for; one is asked for once. */
  readonly personAsked: boolean
  /** What the customer last said that counts. */
  readonly verdict: 'fraud' | 'genuine' | undefined
  /** When the next thing is due by itself. */
  readonly dueAt: Instant | undefined
}

/** Something happened. `at` is the database's time. */
export type AlertEvent = { readonly at: Instant } & (
  | {
      /** `due`: a timer. Both ask of the card and the hour first, where a question may follow. */
      readonly kind: 'opened' | 'due'
      readonly cardFrozen: boolean
      /** Until then nobody is written to; undefined: it is day. */
      readonly quietUntil: Instant | undefined
    }
  | { readonly kind: 'not-me' | 'not-sure' | 'details-shown' | 'card-frozen' | 'freeze-done' | 'freeze-impossible' }
  /** By a tap or words; or on our page, by whoever has just shown the passkey. */
  | { readonly kind: 'it-was-me'; readonly withPasskey: boolean }
  /** The bank's people are through with it. */
  | { readonly kind: 'closed'; readonly isFraud: boolean | undefined }
)

/**
 * What is told after an answer. `freezing`: it is being tried. `frozen-already`: the same word once more. `look-first`: "it was me" does not
 * count before the details were seen. `needs-passkey`: it would open something. `stays-frozen`: until the passkey says otherwise.
 */
export const outcomes = [
  'frozen', 'frozen-already', 'freezing', 'not-frozen', 'genuine', 'look-first', 'needs-passkey', 'stays-frozen', 'person-asked', 'closed',
] as const // prettier-ignore
export type Outcome = (typeof outcomes)[number]

/** What is to be done besides remembering. */
export type AlertEffect =
  | { readonly do: 'ask' | 'remind' | 'receipt' | 'freeze' | 'open-case' | 'draft-dispute' | 'close-question' }
  /** Other questions about the same card are over. */
  | { readonly do: 'cover-others' }
  | { readonly do: 'call-person'; readonly because: 'not-me' | 'not-sure' | 'unanswered' }
  | {
      readonly do: 'label'
      readonly isFraud: boolean
      readonly informed: boolean
      readonly source: 'customer' | 'agent'
    }
  | { readonly do: 'tell'; readonly what: Outcome }

export type AlertStep = { readonly alert: FraudAlert; readonly effects: readonly AlertEffect[] }

/** A question of these is answered by words as well as by its buttons. */
export function isOpen({ state }: Pick<FraudAlert, 'state'>): boolean {
  return state === 'asked' || state === 'reminded'
}

/** An alert that nothing was done about yet. */
export function newAlert(of: Pick<FraudAlert, 'id' | 'origin' | 'declined'>): FraudAlert {
  return {
    ...of,
    state: 'new',
    informed: false,
    freezeOrdered: false,
    personAsked: false,
    verdict: undefined,
    dueAt: undefined,
  }
}
