import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Logger, type Metrics, createHttpClient } from '../../platform/index.ts'

const peopleShape = z.array(z.object({ login: z.string(), password: z.string(), name: z.string() }))
const controlShape = z.object({ controlSecret: z.string() })
const stateShape = z.object({
  switches: z.object({
    slowMs: z.number(),
    failStatus: z.number().nullable(),
    halfClose: z.boolean(),
    garbage: z.boolean(),
    down: z.boolean(),
    loginDown: z.boolean(),
  }),
})

const usesShape = z.object({
  uses: z.array(
    z.object({
      at: z.string(),
      amount: z.string(),
      merchant: z.string(),
      city: z.string().optional(),
      outcome: z.enum(['approved', 'declined']).optional(),
      because: z.string().optional(),
      verdict: z.string().optional(),
    }),
  ),
})

/** How the sandbox bank behaves at the moment. */
export const bankMoods = ['well', 'slow', 'failing', 'half-closing', 'garbling', 'down', 'login-down'] as const
export type BankMood = (typeof bankMoods)[number]

/** The sandbox bank as its demo operator sees it. */
export type BankControl = {
  people(): z.infer<typeof peopleShape>
  mood(): Promise<BankMood | 'unknown'>
  setMood(mood: BankMood): Promise<void>
  expireTokens(): Promise<void>
  /** Lets something happen to somebody who banks there; the bank says that there is something new. */
  happen(login: string, what: Happening): Promise<void>
  /** Somebody pays with their credit card; the bank asks Parley first. */
  swipe(login: string, what: Swipe): Promise<void>
  /** Somebody else pays with it. */
  commitFraud(login: string, what: Fraud): Promise<void>
  /** The newest uses of cards, newest first. */
  cardUses(): Promise<readonly CardUseSeen[]>
}

/** A use of a card as the bank has it. */
export type CardUseSeen = z.infer<typeof usesShape>['uses'][number]

/** What can be made to happen. */
export const happenings = ['bill-due', 'refund', 'charged-twice'] as const
export type Happening = (typeof happenings)[number]

/** Payments that can be made, and what the bank is told of each. */
const swipeWishes = {
  coffee: { shop: 'coffee', amount: '4.85' },
  groceries: { shop: 'groceries', amount: '42.10' },
  order: { shop: 'onlineShop', amount: '61.90' },
  abroad: { shop: 'electronics', amount: '949.00', city: 'tokyo' },
} as const
export type Swipe = keyof typeof swipeWishes
export const swipes = ['coffee', 'groceries', 'order', 'abroad'] as const satisfies readonly Swipe[]

/** Frauds that can be committed. */
export const frauds = ['card-testing', 'impossible-travel', 'account-takeover'] as const
export type Fraud = (typeof frauds)[number]

const usesShown = 6
/** A thief pays five times, and for each the bank waits two seconds at most. */
const fraudMsMax = 15_000

const well = { slowMs: 0, failStatus: null, halfClose: false, garbage: false, down: false, loginDown: false }
const switchesFor: { readonly [Mood in BankMood]: object } = {
  well,
  slow: { ...well, slowMs: 6_000 },
  failing: { ...well, failStatus: 503 },
  'half-closing': { ...well, halfClose: true },
  garbling: { ...well, garbage: true },
  down: { ...well, down: true },
  'login-down': { ...well, loginDown: true },
}

/** A client of the sandbox bank's switches. The secret is read at each use: the bank makes it on its first start. */
export function bankControl(
  deps: { readonly logger: Logger; readonly metrics: Metrics },
  bank: { readonly issuer: string; readonly controlFile: string; readonly peopleFile: string },
): BankControl {
  // The list of card uses is the longest answer: a demo's uses, not a bank's.
  const limits = { maxBodyBytes: 4_194_304, allowedOrigins: [bank.issuer] }
  const http = createHttpClient(deps, { ...limits, deadlineMs: 3_000 })
  const patient = createHttpClient(deps, { ...limits, deadlineMs: fraudMsMax })
  const call = async (method: 'GET' | 'PUT' | 'POST', path: string, body?: object, client = http): Promise<unknown> => {
    const { controlSecret } = controlShape.parse(JSON.parse(readFileSync(bank.controlFile, 'utf8')))
    const answer = await client.send({
      method,
      url: `${bank.issuer}/control${path}`,
      headers: { authorization: `Bearer ${controlSecret}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return answer.status === 200 ? JSON.parse(answer.body.toString('utf8')) : undefined
  }
  return {
    people: () =>
      existsSync(bank.peopleFile) ? peopleShape.parse(JSON.parse(readFileSync(bank.peopleFile, 'utf8'))) : [],
    async mood() {
      const state = stateShape.safeParse(await call('GET', '/state'))
      return state.success ? moodOf(state.data.switches) : 'unknown'
    },
    async setMood(mood) {
      await call('PUT', '/switches', switchesFor[mood])
    },
    async happen(login, what) {
      await call('POST', `/people/${encodeURIComponent(login)}/happen`, { what })
    },
    async swipe(login, what) {
      await call('POST', `/people/${encodeURIComponent(login)}/swipe`, swipeWishes[what])
    },
    async commitFraud(login, what) {
      await call('POST', `/people/${encodeURIComponent(login)}/fraud`, { kind: what }, patient)
    },
    async cardUses() {
      const read = usesShape.safeParse(await call('GET', '/card-uses'))
      return read.success ? read.data.uses.slice(-usesShown).reverse() : []
    },
    async expireTokens() {
      await call('PUT', '/switches', { expireTokens: true })
    },
  }
}

function moodOf(switches: z.infer<typeof stateShape>['switches']): BankMood {
  if (switches.down) return 'down'
  if (switches.loginDown) return 'login-down'
  if (switches.garbage) return 'garbling'
  if (switches.halfClose) return 'half-closing'
  if (switches.failStatus !== null) return 'failing'
  return switches.slowMs > 0 ? 'slow' : 'well'
}
