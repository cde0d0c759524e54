import { basename, dirname } from 'node:path'
import { parseArgs } from 'node:util'

/** One option of a proof or a benchmark: `--name VALUE`, or `--name` alone for a flag. */
export type Option<Value> = {
  /** What it decides, for `--help`. */
  readonly says: string
  /** What stands for its value in the usage; undefined: it takes none. */
  readonly shape: string | undefined
  /** What it must be, after "wants". */
  readonly wants: string
  readonly fallback: Value
  /** The value that was written; undefined when it is none of this kind. */
  read(text: string): Value | undefined
}

/** The name and what it is for are the program's; everything else of `--help` follows from the options. */
export type Program<Options> = {
  readonly about: string
  readonly options: Options
  /** What holds between the values; the sentence that says what does not. */
  check?(values: ValuesOf<Options>): string | undefined
}
type ValuesOf<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends Option<infer Value> ? Value : never
}

/** What came of reading a command line: the values, or what to print and the exit code to end with. */
export type Read<Options> =
  | { readonly values: ValuesOf<Options> }
  | { readonly print: string; readonly to: 'stdout' | 'stderr'; readonly code: 0 | 2 }

const usageWidth = 26

/** Whole numbers from `least` up: counts, seeds, numbers of cases. */
function whole(fallback: number, says: string, least = 0): Option<number> {
  const read = (text: string): number | undefined => {
    const value = Number(text)
    return /^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least ? value : undefined
  }
  return { says, shape: 'N', wants: `a whole number, ${least} or more`, fallback, read }
}

/** Numbers above zero, such as minutes. */
function amount(fallback: number, says: string): Option<number> {
  const read = (text: string): number | undefined => {
    const value = Number(text)
    return /^\d+(\.\d+)?$/.test(text) && value > 0 && Number.isFinite(value) ? value : undefined
  }
  return { says, shape: 'N', wants: 'a number above 0', fallback, read }
}

/** Any words, such as a path; none stands for "left out" unless there is a fallback. */
function words<Fallback extends string | undefined>(
  shape: string,
  fallback: Fallback,
  says: string,
): Option<Fallback | string> {
  return { says, shape, wants: `a ${shape.toLowerCase()}`, fallback, read: (text) => (text === '' ? undefined : text) }
}

/** One of a list, or left out. */
function oneOf<Value extends string>(list: readonly Value[], says: string): Option<Value | undefined> {
  const read = (text: string): Value | undefined => list.find((one) => one === text)
  return { says, shape: 'NAME', wants: `one of ${list.join(', ')}`, fallback: undefined, read }
}

/** Some of a list, with commas between them; all of it unless told. */
function someOf<Value extends number>(list: readonly Value[], says: string): Option<readonly Value[]> {
  const read = (text: string): readonly Value[] | undefined => {
    const named = text.split(',').map((word) => list.find((one) => String(one) === word))
    return named.every((one) => one !== undefined) ? list.filter((one) => named.includes(one)) : undefined
  }
  return { says, shape: 'LIST', wants: `some of ${list.join(',')}`, fallback: list, read }
}

/** On when it is named. */
function flag(says: string): Option<boolean> {
  return { says, shape: undefined, wants: 'no value', fallback: false, read: () => undefined }
}

/** What every proof takes: its cases from a seed, so that it can be cut up and gone on with. */
function cases(count: number, what = 'case') {
  return {
    seed: whole(1, `what the ${what}s are made from; the same seed makes the same ones`),
    from: whole(0, `first ${what}`),
    to: whole(count, `${what} to stop before`),
  }
}

/** The kinds of options. */
export const option = { whole, amount, words, oneOf, someOf, flag, cases } as const

/**
 * The options of the running proof or benchmark. `--help` prints its usage and ends with 0; whatever it cannot read is told in one sentence,
 * and ends with 2, before anything is started.
 */
export function readOptions<const Options extends Readonly<Record<string, Option<unknown>>>>(
  program: Program<Options>,
): ValuesOf<Options> {
  const [, file = '', ...args] = process.argv
  const read = readCommandLine(program, nameOf(file), args)
  if ('values' in read) return read.values
  process[read.to].write(`${read.print}\n`)
  process.exit(read.code)
}

/** The same without a process: what the arguments mean. `command`: how a person calls the program. */
export function readCommandLine<const Options extends Readonly<Record<string, Option<unknown>>>>(
  program: Program<Options>,
  command: string,
  args: readonly string[],
): Read<Options> {
  const { options } = program
  const refuse = (sentence: string): Read<Options> => {
    return { print: `${sentence}\n${command} --help lists the options.`, to: 'stderr', code: 2 }
  }
  const kinds = Object.entries(options).map(
    ([name, { shape }]) => [name, { type: shape === undefined ? 'boolean' : 'string' }] as const,
  )
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(kinds),
    strict: false,
    tokens: true,
    allowPositionals: true,
  })
  if (args.includes('--help')) return { print: usageOf(program, command), to: 'stdout', code: 0 }
  const values: Record<string, unknown> = {}
  for (const [name, { fallback }] of Object.entries(options)) values[name] = fallback
  for (const token of tokens) {
    if (token.kind === 'positional') return refuse(`${command} takes options only, and ${quote(token.value)} is none.`)
    if (token.kind !== 'option') continue
    const known = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (known === undefined) return refuse(`${command} has no option ${token.rawName}.`)
    const value = known.shape === undefined ? token.value === undefined || undefined : known.read(token.value ?? '')
    if (value === undefined) {
      const given = token.value === undefined ? 'nothing was given' : `${quote(token.value)} is none`
      return refuse(`${token.rawName} wants ${known.wants}${known.shape === undefined ? '' : `; ${given}`}.`)
    }
    values[token.name] = value
  }
  if (!isComplete(options, values)) throw new Error('an option has no value')
  const complaint = caseComplaint(values) ?? program.check?.(values)
  return complaint === undefined ? { values } : refuse(complaint)
}

/** Proofs without a case would hold whatever is broken. */
function caseComplaint(values: Readonly<Record<string, unknown>>): string | undefined {
  const { from, to } = values
  if (typeof from !== 'number' || typeof to !== 'number' || from < to) return undefined
  return `--to wants to be above --from, and from ${from} to ${to} there is nothing to try.`
}

function isComplete<Options extends object>(
  options: Options,
  values: Readonly<Record<string, unknown>>,
): values is ValuesOf<Options> & Readonly<Record<string, unknown>> {
  return Object.keys(options).every((name) => Object.hasOwn(values, name))
}

function usageOf(program: Program<Readonly<Record<string, Option<unknown>>>>, command: string): string {
  const lines = Object.entries(program.options).map(([name, { shape, says, fallback }]) => {
    const left = `  --${name}${shape === undefined ? '' : ` ${shape}`}`
    return `${left.padEnd(usageWidth)} ${says}${describeFallback(fallback)}`
  })
  return [
    `Usage: ${command} [OPTIONS]`,
    '',
    program.about,
    '',
    ...lines,
    `  ${'--help'.padEnd(usageWidth - 2)} this`,
  ].join('\n')
}

/** What it is when it is left out: nothing is said of flags and of what has no value then. */
function describeFallback(fallback: unknown): string {
  const text = Array.isArray(fallback) ? fallback.join(',') : fallback
  return typeof text === 'string' || typeof text === 'number' ? ` (default ${text})` : ''
}

function nameOf(file: string): string {
  const command = basename(dirname(file)) === 'proofs' ? 'npm run proof' : 'npm run bench'
  return `${command} -- ${basename(file, '.ts')}`
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
