import { pino } from 'pino'
import type { DestinationStream, Logger as Pino } from 'pino'
import { Fault } from '../kernel/index.ts'
import { sqlState } from './database/sql-state.ts'
import { logKeys } from './log-keys.ts'
import type { LogKey } from './log-keys.ts'
import type { Metrics } from './metrics.ts'

export type LogValue = string | number | boolean | bigint | undefined
export type LogFields = { readonly [Key in LogKey]?: LogValue }
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/**
 * One JSON line an event. Events have names of ours (`'answer.sent'`), fields come from the list in `log-keys.ts`;
 * what is not on the list, not a plain value, or looks like prose or a card number is dropped and counted.
 */
export type Logger = {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  /** A thrown thing: its code, class and place in our code; never its message, which may carry data. */
  fault(event: string, thrown: unknown, fields?: LogFields): void
  /** A logger that adds these fields to every line. */
  with(fields: LogFields): Logger
}

export type LoggerOptions = {
  /** Which process this is: `serve`, `work`, `keys`, … */
  readonly role: string
  readonly level?: LogLevel | 'silent'
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream
  readonly metrics?: Metrics
}

/** Ids, codes, routes and counts fit this; sentences, addresses with spaces and JSON do not. */
const plainText = /^[\w.:/@+*{}=,-]{0,200}$/
/** Thirteen digits and more could be a card number or a person's id at a messenger; millisecond clocks are numbers. */
const longNumber = /\d{13}/

/** A logger with an allow-list. */
export function createLogger(options: LoggerOptions): Logger {
  const base = { level: options.level ?? 'info', base: { role: options.role }, messageKey: 'event' }
  const sink = options.destination === undefined ? pino(base) : pino(base, options.destination)
  const dropped = options.metrics?.counter({
    name: 'parley_log_fields_dropped_total',
    help: 'Log fields that were not on the allow-list or did not look harmless.',
    labels: ['field'],
  })
  const drop = (key: string): void => dropped?.add(1, { field: logKeys.has(key) ? key : 'unlisted' })
  return wrap(sink, drop)
}

function wrap(sink: Pino, drop: (key: string) => void): Logger {
  const write = (level: LogLevel, event: string, fields: LogFields = {}): void =>
    sink[level](allowed(fields, drop), plainText.test(event) ? event : 'unnamed')
  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    fault: (event, thrown, fields) => write('error', event, { ...fields, ...describeThrown(thrown) }),
    with: (fields) => wrap(sink.child(allowed(fields, drop)), drop),
  }
}

function allowed(fields: LogFields, drop: (key: string) => void): Record<string, string | number | boolean> {
  const clean: Record<string, string | number | boolean> = {}
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const plain = typeof value === 'bigint' ? String(value) : value
    if (!logKeys.has(key) || !isHarmless(plain)) drop(key)
    else clean[key] = plain
  }
  return clean
}

function isHarmless(value: unknown): value is string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true
  return typeof value === 'string' && plainText.test(value) && !longNumber.test(uuidless(value))
}

/** A UUID may hold thirteen digits in a row across no hyphen; it is an id of ours, so it is looked past. */
function uuidless(text: string): string {
  return text.replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, '')
}

/** How deep a chain of causes is followed. */
const causesMax = 4

function describeThrown(thrown: unknown): LogFields {
  const chain: string[] = []
  let cause: unknown = thrown
  for (let depth = 0; depth < causesMax && cause !== undefined && cause !== null; depth += 1) {
    chain.push(nameOf(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return {
    code: thrown instanceof Fault ? thrown.code : undefined,
    retry: thrown instanceof Fault ? thrown.retry : undefined,
    sqlState: sqlState(thrown),
    causes: chain.join(','),
    at: thrown instanceof Error ? placeOf(thrown) : undefined,
  }
}

function nameOf(cause: unknown): string {
  if (cause instanceof Fault) return `Fault:${cause.code}`
  if (!(cause instanceof Error)) return typeof cause
  const systemCode = 'code' in cause && typeof cause.code === 'string' ? `:${cause.code}` : ''
  return `${cause.constructor.name}${systemCode}`
}

/** The first place of ours in the stack, from the project's folder on. */
function placeOf(error: Error): string | undefined {
  const line = error.stack?.split('\n').find((text) => /[\\/](src|sandbox)[\\/]/.test(text))
  const place = line === undefined ? undefined : /((?:src|sandbox)[\\/][^\s()]+:\d+):\d+/.exec(line)?.[1]
  return place?.replaceAll('\\', '/')
}
