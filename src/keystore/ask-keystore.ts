import { request } from 'node:http'
import type { Agent } from 'node:http'
import { Fault, refusal, success } from '../kernel/index.ts'
import type { Outcome, Secret } from '../kernel/index.ts'
import type { z } from 'zod'
import type { Clock } from '../platform/index.ts'
import { keystoreCodes } from './codes.ts'
import type { KeystoreCode } from './codes.ts'
import { keystoreFault } from './fault.ts'
import { answers, problemShape, wireBytesMax } from './wire.ts'
import type { requests, Route } from './wire.ts'

/** Where the keystore listens: a unix socket, or (Windows) loopback. */
export type KeystoreAddress = { readonly socketPath: string } | { readonly host: '127.0.0.1'; readonly port: number }

type Line = {
  readonly agent: Agent
  readonly at: KeystoreAddress
  readonly bearer: Secret<string>
  readonly deadlineMs: number
  readonly clock: Clock
}
type Asked<Name extends Route> = z.input<(typeof requests)[Name]>
type Answered<Name extends Route> = z.output<(typeof answers)[Name]>
const shapes: { readonly [Name in Route]: z.ZodType<Answered<Name>> } = answers

export type Asker = {
  readonly ask: {
    /** The answer; whatever else comes back is thrown as a fault. */
    one<Name extends Route>(route: Name, body: Asked<Name>): Promise<Answered<Name>>
    /** The answer, or one of the refusals that the caller expects. */
    or<Name extends Route, Code extends KeystoreCode>(
      route: Name,
      body: Asked<Name>,
      expected: readonly Code[],
    ): Promise<Outcome<Answered<Name>, Code>>
  }
  isReady(): Promise<boolean>
}

/** Asks the keystore over kept-alive connections. */
export function createAsker(line: Line): Asker {
  const or: Asker['ask']['or'] = async (route, body, expected) => {
    const reply = await send(line, { method: 'POST', path: route, body: JSON.stringify(body) })
    if (reply.status === 200) {
      const parsed = shapes[route].safeParse(readJson(reply.text))
      if (parsed.success) return success(parsed.data)
      throw keystoreFault('keystore/answer-malformed')
    }
    const code = codeIn(reply.text)
    const wanted = expected.find((candidate) => candidate === code)
    if (wanted !== undefined) return refusal(wanted)
    throw keystoreFault(code ?? 'keystore/answer-malformed')
  }
  return {
    ask: {
      or,
      async one(route, body) {
        const answer = await or(route, body, [])
        if (answer.ok) return answer.value
        throw keystoreFault('keystore/answer-malformed')
      },
    },
    async isReady() {
      try {
        return (await send(line, { method: 'GET', path: '/readyz' })).status === 200
      } catch (thrown) {
        if (thrown instanceof Fault) return false
        throw thrown
      }
    },
  }
}

function codeIn(text: string): KeystoreCode | undefined {
  const problem = problemShape.safeParse(readJson(text))
  return problem.success && isKeystoreCode(problem.data.code) ? problem.data.code : undefined
}

function isKeystoreCode(code: string): code is KeystoreCode {
  return Object.hasOwn(keystoreCodes, code)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON: the caller refuses it like any other malformed answer
  }
}

type Sent = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: string }
type Reply = { readonly status: number; readonly text: string }

// Every question may be asked twice, so one that met a connection the keystore had just closed is asked again, once.
async function send(line: Line, sent: Sent): Promise<Reply> {
  const first = await sendOnce(line, sent)
  const reply = first === 'stale' ? await sendOnce(line, sent) : first
  if (reply === 'stale') throw keystoreFault('keystore/unavailable')
  return reply
}

function sendOnce(line: Line, sent: Sent): Promise<Reply | 'stale'> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...line.at,
      agent: line.agent,
      method: sent.method,
      path: sent.path,
      headers: {
        authorization: `Bearer ${line.bearer.reveal()}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(sent.body ?? ''),
      },
    })
    const cancelDeadline = line.clock.after(line.deadlineMs, () =>
      outgoing.destroy(keystoreFault('keystore/unavailable')),
    )
    outgoing.on('close', cancelDeadline)
    outgoing.on('error', (cause: Error & { readonly code?: string }) => {
      const isStale = outgoing.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE')
      if (isStale) resolve('stale')
      else reject(keystoreFault('keystore/unavailable', cause))
    })
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = []
      let size = 0
      incoming.on('data', (part: Buffer) => {
        size += part.length
        if (size > wireBytesMax) outgoing.destroy(keystoreFault('keystore/answer-malformed'))
        else parts.push(part)
      })
      incoming.on('error', (cause) => reject(keystoreFault('keystore/unavailable', cause)))
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      )
    })
    outgoing.end(sent.body)
  })
}
