import { z } from 'zod'
import { parseCheckpoint, parseNote } from '../../kernel/index.ts'
import { type HttpClient, elapsedMs } from '../../platform/index.ts'
import type { BankControl, BankMood, CardSeen, CardUseSeen, ConsentSeen } from './bank-control.ts'
import type { MessengerControl, ThreadSeen } from './messenger-control.ts'

/** Everything that can be seen from here at a moment. What does not answer is undefined. */
export type Surroundings = {
  readonly gatewayAnswers: boolean
  readonly bank:
    | {
        readonly mood: BankMood
        readonly consents: readonly ConsentSeen[]
        readonly cards: readonly CardSeen[]
        /** Newest first. */
        readonly uses: readonly CardUseSeen[]
      }
    | undefined
  /** Undefined also where somebody else runs the messenger. */
  readonly threads: readonly ThreadSeen[] | undefined
  /** What reached the practice push service: how many pushes, and how many bytes were in them. */
  readonly pushes: { readonly count: number; readonly bytes: number } | undefined
  /** How many entries the log has published; undefined before its first checkpoint. */
  readonly logSize: number | undefined
}

type Deps = {
  readonly gateway: string
  /** Speaks to the gateway as anybody may. */
  readonly http: Pick<HttpClient, 'send'>
  readonly bank: BankControl
  readonly messenger: MessengerControl | undefined
  readonly pushService: string
}

/** Several pages that are open ask once. */
const freshForMs = 500

/** Looks at the sandboxes and at what the gateway shows everybody; at once for all who ask within half a second. */
export function lookingAround(deps: Deps): (options?: { readonly anew: boolean }) => Promise<Surroundings> {
  let last: { readonly at: number; readonly seen: Promise<Surroundings> } | undefined
  return (options) => {
    if (last !== undefined && options?.anew !== true && elapsedMs() - last.at < freshForMs) return last.seen
    last = { at: elapsedMs(), seen: look(deps) }
    return last.seen
  }
}

async function look({ gateway, http, bank, messenger, pushService }: Deps): Promise<Surroundings> {
  const [state, cards, uses, threads, alive, checkpoint, pushes] = await Promise.all([
    orUndefined(bank.state()),
    orUndefined(bank.cards()),
    orUndefined(bank.cardUses()),
    messenger === undefined ? undefined : orUndefined(messenger.threads()),
    orUndefined(http.send({ method: 'GET', url: `${gateway}/livez` })),
    orUndefined(http.send({ method: 'GET', url: `${gateway}/log/checkpoint` })),
    orUndefined(lookAtPushes(http, pushService)),
  ])
  return {
    gatewayAnswers: alive?.status === 200,
    bank: state === undefined || cards === undefined || uses === undefined ? undefined : { ...state, cards, uses },
    threads,
    pushes,
    logSize: checkpoint?.status === 200 ? sizeIn(checkpoint.body) : undefined,
  }
}

const pushesShape = z.object({ count: z.number(), bytes: z.number() })

async function lookAtPushes(http: Deps['http'], origin: string): Promise<Surroundings['pushes']> {
  const { body } = await http.send({ method: 'GET', url: `${origin}/received` })
  return pushesShape.parse(JSON.parse(body.toString('utf8')))
}

function sizeIn(note: Uint8Array): number | undefined {
  const size = parseCheckpoint(parseNote(note)?.text ?? '')?.size
  return size === undefined ? undefined : Number(size)
}

// Whatever does not answer is part of what the page shows; it is no fault of the control room's.
async function orUndefined<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked
  } catch {
    return undefined
  }
}
