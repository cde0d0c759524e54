import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type CallDeps, controlCall } from './control-call.ts'

const peopleShape = z.array(z.object({ login: z.string(), password: z.string(), name: z.string() }))
const controlShape = z.object({ controlSecret: z.string() })

const switchesShape = z.object({
  slowMs: z.number(),
  failStatus: z.number().nullable(),
  halfClose: z.boolean(),
  garbage: z.boolean(),
  down: z.boolean(),
  loginDown: z.boolean(),
})
const consentShape = z.object({
  id: z.string(),
  login: z.string(),
  personId: z.string(),
  status: z.string(),
  endedTime: z.string().optional(),
  callsToday: z.number(),
})
const stateShape = z.object({ switches: switchesShape, consents: z.array(consentShape) })

const useShape = z.object({
  reference: z.string(),
  accountId: z.string(),
  at: z.string(),
  amount: z.string(),
  merchant: z.string(),
  city: z.string().optional(),
  cardLast4: z.string().optional(),
  outcome: z.enum(['approved', 'declined']).optional(),
  because: z.string().optional(),
  verdict: z.string().optional(),
  answeredMs: z.number().optional(),
})
const usesShape = z.object({ uses: z.array(useShape) })
const cardShape = z.object({
  login: z.string(),
  accountId: z.string(),
  kind: z.enum(['credit', 'debit']),
  lastDigits: z.string().optional(),
  status: z.string(),
})

/** How the sandbox bank behaves at the moment. */
export const bankMoods = [
  'well',
  'slow',
  'down',
  'garbling',
  'rate-limited',
  'failing',
  'half-closing',
  'login-down',
] as const
export type BankMood = (typeof bankMoods)[number]

/** What can be made to happen. */
export const happenings = ['bill-due', 'refund', 'charged-twice'] as const
export type Happening = (typeof happenings)[number]

/** Frauds that can be committed. */
export const frauds = ['stolen-card', 'card-testing', 'impossible-travel', 'account-takeover'] as const
export type Fraud = (typeof frauds)[number]

/** A use of a card as the bank has it. */
export type CardUseSeen = z.infer<typeof useShape>
/** A card and how it stands: ACTIVE, FROZEN or LOST. */
export type CardSeen = z.infer<typeof cardShape>
/** What somebody shares with Parley, as the bank has it. */
export type ConsentSeen = z.infer<typeof consentShape>
/** Somebody who can log in at the bank. */
export type BankPerson = z.infer<typeof peopleShape>[number]

/** A payment to make. */
export type SwipeWish = {
  readonly shop: string
  readonly amount: string
  readonly city: string
  readonly presence: 'in-person' | 'online'
}

/** The sandbox bank as its demo operator sees it. */
export type BankControl = {
  people(): readonly BankPerson[]
  state(): Promise<{ readonly mood: BankMood; readonly consents: readonly ConsentSeen[] }>
  setMood(mood: BankMood): Promise<void>
  expireTokens(): Promise<void>
  /** The customer takes their leave back at the bank; false when it had ended. */
  revoke(consent: string): Promise<boolean>
  /** Lets something happen to somebody who banks there; the bank says that there is something new. False: nothing fits. */
  happen(login: string, what: Happening): Promise<boolean>
  /** Somebody pays with their credit card; the bank asks Parley first. Undefined when the bank would not. */
  swipe(login: string, what: SwipeWish): Promise<CardUseSeen | undefined>
  /** Somebody else pays with it. */
  commitFraud(login: string, what: Fraud): Promise<readonly CardUseSeen[]>
  /** All uses of cards, newest first. */
  cardUses(): Promise<readonly CardUseSeen[]>
  cards(): Promise<readonly CardSeen[]>
}

const well = { slowMs: 0, failStatus: null, halfClose: false, garbage: false, down: false, loginDown: false }
const switchesFor: { readonly [Mood in BankMood]: object } = {
  well,
  slow: { ...well, slowMs: 6_000 },
  failing: { ...well, failStatus: 503 },
  'half-closing': { ...well, halfClose: true },
  garbling: { ...well, garbage: true },
  down: { ...well, down: true },
  'login-down': { ...well, loginDown: true },
  'rate-limited': { ...well, failStatus: 429 },
}

/** A client of the sandbox bank's switches. */
export function bankControl(
  deps: CallDeps,
  bank: { readonly issuer: string; readonly controlFile: string; readonly peopleFile: string },
): BankControl {
  const readSecret = (): string => controlShape.parse(JSON.parse(readFileSync(bank.controlFile, 'utf8'))).controlSecret
  const call = controlCall(deps, bank.issuer, readSecret)
  const ofPerson = (login: string): string => `/people/${encodeURIComponent(login)}`
  return {
    people: () =>
      existsSync(bank.peopleFile) ? peopleShape.parse(JSON.parse(readFileSync(bank.peopleFile, 'utf8'))) : [],
    async state() {
      const { switches, consents } = stateShape.parse((await call('GET', '/state')).body)
      return { mood: moodOf(switches), consents }
    },
    async setMood(mood) {
      await call('PUT', '/switches', switchesFor[mood])
    },
    async expireTokens() {
      await call('PUT', '/switches', { expireTokens: true })
    },
    async revoke(consent) {
      return (await call('POST', `/consents/${encodeURIComponent(consent)}/revoke`)).status === 204
    },
    async happen(login, what) {
      return (await call('POST', `${ofPerson(login)}/happen`, { what })).status === 204
    },
    async swipe(login, what) {
      return useShape.safeParse((await call('POST', `${ofPerson(login)}/swipe`, what)).body).data
    },
    async commitFraud(login, what) {
      const { body } = await call('POST', `${ofPerson(login)}/fraud`, { kind: what }, 'patient')
      return usesShape.safeParse(body).data?.uses ?? []
    },
    async cardUses() {
      return usesShape.parse((await call('GET', '/card-uses')).body).uses.reverse()
    },
    async cards() {
      return z.object({ cards: z.array(cardShape) }).parse((await call('GET', '/cards')).body).cards
    },
  }
}

function moodOf(switches: z.infer<typeof switchesShape>): BankMood {
  if (switches.down) return 'down'
  if (switches.loginDown) return 'login-down'
  if (switches.garbage) return 'garbling'
  if (switches.halfClose) return 'half-closing'
  if (switches.failStatus !== null) return switches.failStatus === 429 ? 'rate-limited' : 'failing'
  return switches.slowMs > 0 ? 'slow' : 'well'
}
