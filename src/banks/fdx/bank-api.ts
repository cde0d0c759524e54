import type { Outcome } from '../../kernel/index.ts'
import type { BankRefusal } from '../bank.ts'
import type { ApiAnswer } from './call-api.ts'

/** One GET of a look: path and query below the bank's FDX address. */
export type Get = (path: string) => Promise<Outcome<ApiAnswer, BankRefusal>>

/** A change at the bank. The same act carries the same key, so that the bank does it once. */
export type ApiAct = {
  readonly method: 'POST' | 'PUT'
  readonly path: string
  /** JSON. */
  readonly body?: string
  readonly key: string
}

/** What a look can do at its bank. Calls of one look may run at the same time. */
export type BankApi = {
  readonly get: Get
  /** As `get`; undefined where the bank has no such thing, or the consent does not cover it. */
  getOffered(path: string): Promise<Outcome<ApiAnswer | undefined, BankRefusal>>
  /** Asks the bank to change something. `conflict`: it will not (409), or has no such thing. */
  act(act: ApiAct): Promise<Outcome<ApiAnswer | 'conflict', BankRefusal>>
}
