import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { controlCall } from './control-call.ts'

const credentialShape = z.object({ login: z.string(), password: z.string(), name: z.string() })
const accountShape = z.object({
  accountId: z.string(),
  kind: z.string(),
  nickname: z.string(),
  display: z.string(),
  currency: z.string(),
  minorDigits: z.number(),
  currentMinor: z.string(),
  availableMinor: z.string(),
})
const personShape = z.object({ login: z.string(), name: z.string(), accounts: z.array(accountShape) })
const lineShape = z.object({
  at: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  interactionId: z.string().nullable(),
  consentId: z.string().nullable(),
})

const cardUseShape = z.object({
  reference: z.string(),
  kind: z.string(),
  of: z.string().optional(),
  accountId: z.string(),
  amountMinor: z.string(),
  outcome: z.enum(['approved', 'declined']).optional(),
  because: z.string().optional(),
  verdict: z.string().optional(),
  delivery: z.string(),
  attempts: z.number(),
})

const cardActShape = z.object({ at: z.string(), accountId: z.string(), status: z.string(), key: z.string() })

/** A change of a card that the bank made, once for each idempotency key. */
export type BankCardAct = z.infer<typeof cardActShape>

/** A use of a card as the bank has it, with the verdict and how far its event has come. */
export type BankCardUse = z.infer<typeof cardUseShape>
/** A payment to make: what, where ('home' unless named), for how much; docs/sandbox-bank.md lists shops and cities. */
export type Swipe = { readonly shop: string; readonly amount: string } & Readonly<Record<string, string>>

/** A login at the sandbox bank. */
export type BankLogin = z.infer<typeof credentialShape>
/** A person at the bank with exact balances, in minor units as text. */
export type BankPerson = z.infer<typeof personShape>
/** One FDX request as the bank wrote it down. */
export type AccessLine = z.infer<typeof lineShape>

/** The sandbox bank's levers: its people, its access log, how badly it behaves. */
export type BankControl = {
  logins(): readonly BankLogin[]
  people(): Promise<readonly BankPerson[]>
  /** Turns switches (`slowMs`, `down`, `budgetPerDay`, `expireTokens`, …); the others stay. */
  turn(switches: Readonly<Record<string, unknown>>): Promise<void>
  /** The newest lines, oldest first. */
  accessLog(since?: string): Promise<readonly AccessLine[]>
  revokeConsent(id: string): Promise<void>
  /** Something happens to a person; their clients are told that there is something new. */
  happen(login: string, what: 'bill-due' | 'refund' | 'charged-twice'): Promise<void>
  /** Pays with a card; the bank asks whoever decides with it, and applies the verdict. */
  swipe(login: string, wish: Swipe): Promise<BankCardUse>
  /** Plays a thief with the card: several uses, in order. */
  commitFraud(
    login: string,
    kind: 'card-testing' | 'impossible-travel' | 'account-takeover',
  ): Promise<readonly BankCardUse[]>
  /** An approved payment is charged, taken back, or its money returned. */
  follow(reference: string, kind: 'completion' | 'reversal' | 'refund', amount?: string): Promise<BankCardUse>
  cardUses(): Promise<readonly BankCardUse[]>
  /** Changes of cards that clients asked for and the bank made, oldest first. */
  cardActs(): Promise<readonly BankCardAct[]>
  consents(): Promise<readonly { readonly id: string; readonly personId: string; readonly status: string }[]>
}

/** The control API of the sandbox bank with this data folder. */
export function createBankControl(issuer: string, dataDir: string): BankControl {
  const { controlSecret } = z.object({ controlSecret: z.string() }).parse(readJson(join(dataDir, 'control.json')))
  const target = { url: `${issuer}/control`, secret: controlSecret }
  return {
    logins: () => z.array(credentialShape).parse(readJson(join(dataDir, 'people.json'))),
    async people() {
      return z.object({ people: z.array(personShape) }).parse(await controlCall(target, 'GET', '/people')).people
    },
    async turn(switches) {
      await controlCall(target, 'PUT', '/switches', switches)
    },
    async accessLog(since) {
      const query = since === undefined ? '' : `&since=${encodeURIComponent(since)}`
      const answer = await controlCall(target, 'GET', `/access-log?limit=100000${query}`)
      return z.object({ lines: z.array(lineShape) }).parse(answer).lines
    },
    async revokeConsent(id) {
      await controlCall(target, 'POST', `/consents/${encodeURIComponent(id)}/revoke`)
    },
    async happen(login, what) {
      await controlCall(target, 'POST', `/people/${encodeURIComponent(login)}/happen`, { what })
    },
    async swipe(login, wish) {
      return cardUseShape.parse(await controlCall(target, 'POST', `/people/${encodeURIComponent(login)}/swipe`, wish))
    },
    async commitFraud(login, kind) {
      const path = `/people/${encodeURIComponent(login)}/fraud`
      return cardUses.parse(await controlCall(target, 'POST', path, { kind })).uses
    },
    async follow(reference, kind, amount) {
      const wish = amount === undefined ? { kind } : { kind, amount }
      const path = `/card-uses/${encodeURIComponent(reference)}/follow`
      return cardUseShape.parse(await controlCall(target, 'POST', path, wish))
    },
    async cardUses() {
      return cardUses.parse(await controlCall(target, 'GET', '/card-uses')).uses
    },
    async cardActs() {
      return z.object({ acts: z.array(cardActShape) }).parse(await controlCall(target, 'GET', '/card-acts')).acts
    },
    async consents() {
      const shape = z.object({
        consents: z.array(z.object({ id: z.string(), personId: z.string(), status: z.string() })),
      })
      return shape.parse(await controlCall(target, 'GET', '/state')).consents
    },
  }
}

const cardUses = z.object({ uses: z.array(cardUseShape) })

function readJson(file: string): unknown {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return value
}
