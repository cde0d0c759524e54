import { existsSync, readFileSync, unlinkSync } from 'node:fs'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { Client } from 'pg'
import { killPoints } from './kill-points.ts'
import type { KillPoint } from './kill-points.ts'

// Loaded into the gateway before it starts (`node --import`): once the file `<config>.kill` is there ("POINT before|after PID"), the process with
// that id ends by SIGKILL the next time the gateway comes to that point: the gateway itself, or another, whose end it then has to live with.

type Order = { readonly point: KillPoint; readonly when: string; readonly pid: number }

const armFile = `${process.argv[process.argv.indexOf('--config') + 1] ?? 'nothing'}.kill`
let order: Order | undefined

function orderNow(): Order | undefined {
  if (order === undefined && existsSync(armFile)) {
    const [name, when = 'before', pid] = readFileSync(armFile, 'utf8').trim().split(' ')
    const point = killPoints.find((one) => one.name === name)
    if (point !== undefined) order = { point, when, pid: Number(pid ?? process.pid) }
    unlinkSync(armFile)
  }
  return order
}

/** Ends the victim, once. Where it is this process, nothing of what follows may happen in the moment that is left. */
async function end({ pid }: Order): Promise<void> {
  order = undefined
  process.kill(pid, 'SIGKILL')
  if (pid === process.pid) await new Promise(() => undefined)
}

/** Connections with a transaction open, and whether the point was passed in it. */
const open = new WeakMap<object, { passed: boolean }>()

function textOf(query: unknown): string {
  if (typeof query === 'string') return query
  if (typeof query !== 'object' || query === null) return ''
  const [text, values]: unknown[] = [Reflect.get(query, 'text'), Reflect.get(query, 'values')]
  const said = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
  return typeof text === 'string' ? `${text} ${said.join(' ')} ` : ''
}

const honestQuery: unknown = Client.prototype.query
if (typeof honestQuery !== 'function') throw new Error('no query to kill at')
const honest = honestQuery

function query(this: object, ...given: unknown[]): unknown {
  const run = (): unknown => Reflect.apply(honest, this, given)
  const now = orderNow()
  const text = textOf(given[0])
  if (text === 'BEGIN') open.set(this, { passed: false })
  const within = open.get(this)
  if (text === 'COMMIT' || text === 'ROLLBACK') open.delete(this)
  if (now?.point.sql === undefined) return run()
  const isLast = within === undefined ? now.point.sql.test(text) : text === 'COMMIT' && within.passed
  if (within !== undefined && now.point.sql.test(text)) within.passed = true
  if (!isLast) return run()
  if (now.when === 'before') return end(now).then(run)
  return Promise.resolve(run()).then(async (result) => {
    await end(now)
    return result
  })
}
Reflect.set(Client.prototype, 'query', query)

const honestRequest = http.request
function request(...given: unknown[]): http.ClientRequest {
  const now = orderNow()
  const [url, options] = given
  const method: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, 'method') : 'GET'
  const isLast = url instanceof URL && now?.point.http?.test(`${String(method)} ${url.pathname}`) === true
  if (isLast && now.when === 'before') void end(now)
  const outgoing: http.ClientRequest = Reflect.apply(honestRequest, http, given)
  if (isLast && now.when === 'after') outgoing.prependListener('response', () => void end(now))
  return outgoing
}
Reflect.set(http, 'request', request)
syncBuiltinESMExports()
