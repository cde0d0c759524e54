import { existsSync, readFileSync, unlinkSync } from 'node:fs'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { Client } from 'pg'
import { killPoints } from './kill-points.ts'
import type { KillPoint } from './kill-points.ts'

// Loaded into the gateway before it starts (`node --import`): once the file `<config>.kill` is there ("POINT before|after"), the process ends
// itself with SIGKILL the next time it comes to that point.

type Order = { readonly point: KillPoint; readonly when: string }

const armFile = `${process.argv[process.argv.indexOf('--config') + 1] ?? 'nothing'}.kill`
let order: Order | undefined

function orderNow(): Order | undefined {
  if (order === undefined && existsSync(armFile)) {
    const [name, when = 'before'] = readFileSync(armFile, 'utf8').trim().split(' ')
    const point = killPoints.find((one) => one.name === name)
    if (point !== undefined) order = { point, when }
    unlinkSync(armFile)
  }
  return order
}

function end(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  // Nothing of what follows may happen in the moment that is left.
  return new Promise(() => undefined)
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
  return now.when === 'before' ? end() : Promise.resolve(run()).then(end)
}
Reflect.set(Client.prototype, 'query', query)

const honestRequest = http.request
function request(...given: unknown[]): http.ClientRequest {
  const now = orderNow()
  const [url, options] = given
  const method: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, 'method') : 'GET'
  const isLast = url instanceof URL && now?.point.http?.test(`${String(method)} ${url.pathname}`) === true
  if (isLast && now.when === 'before') void end()
  const outgoing: http.ClientRequest = Reflect.apply(honestRequest, http, given)
  if (isLast) outgoing.prependListener('response', () => void end())
  return outgoing
}
Reflect.set(http, 'request', request)
syncBuiltinESMExports()
