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
}

/** What can be made to happen. */
export const happenings = ['bill-due', 'refund', 'charged-twice'] as const
export type Happening = (typeof happenings)[number]

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
  const http = createHttpClient(deps, { deadlineMs: 3_000, maxBodyBytes: 65_536, allowedOrigins: [bank.issuer] })
  const call = async (method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<unknown> => {
    const { controlSecret } = controlShape.parse(JSON.parse(readFileSync(bank.controlFile, 'utf8')))
    const answer = await http.send({
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
