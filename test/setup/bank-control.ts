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
    async consents() {
      const shape = z.object({
        consents: z.array(z.object({ id: z.string(), personId: z.string(), status: z.string() })),
      })
      return shape.parse(await controlCall(target, 'GET', '/state')).consents
    },
  }
}

function readJson(file: string): unknown {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return value
}
