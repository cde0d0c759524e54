import { GenerateMisuse, readGenerateOptions, USAGE } from './generate-options.ts'
import type { GenerateOptions } from './generate-options.ts'
import { handbookLines } from './handbook-lines.ts'
import { generateHandbookWorld } from './handbook-world.ts'
import { labelLines, livesLines } from './lives-lines.ts'
import { SCENARIOS } from './event-rows.ts'
import { generateLivesWorld } from './lives-world.ts'
import { writeLines } from './write-lines.ts'

/** What was made, as `--json` prints it. */
type Made = {
  readonly files: readonly string[]
  readonly rows: number
  readonly fraud: number
  /** Rows by the answer key, genuine ones left out. */
  readonly scenarios: Readonly<Record<string, number>>
}

/** `parley sandbox generate`: invents payments, writes them, says what it made. */
async function main(): Promise<void> {
  const options = readGenerateOptions(process.argv.slice(2))
  if (options === undefined) {
    process.stdout.write(USAGE)
    return
  }
  const { world, seed, customers, days, json } = options
  tell('inventing payments …')
  const made = world === 'handbook' ? await makeHandbook(options) : await makeLives(options)
  tell('')
  const start = new Date(options.startMs).toISOString().slice(0, 10)
  const share = ((100 * made.fraud) / Math.max(1, made.rows)).toFixed(4)
  process.stdout.write(
    json
      ? `${JSON.stringify({ world, seed, customers, start, days, ...made })}\n`
      : `${made.rows} rows, ${made.fraud} of them fraud (${share} %), in ${made.files.join(' and ')}\n`,
  )
}

async function makeHandbook(options: GenerateOptions): Promise<Made> {
  const rows = generateHandbookWorld(options)
  await writeLines(options.out, withProgress(handbookLines(rows, options.startMs), rows.length))
  return { files: [options.out], rows: rows.length, ...count(rows.scenario.subarray(0, rows.length)) }
}

async function makeLives(options: GenerateOptions): Promise<Made> {
  const world = generateLivesWorld(options)
  const { length } = world.rows
  const labels = options.out.replace(/\.gz$/, '').replace(/\.[^./\\]*$/, '') + '.labels.csv'
  await writeLines(options.out, withProgress(livesLines(world), length))
  await writeLines(labels, labelLines(world))
  const answers = Array.from({ length }, (_, row) => SCENARIOS.indexOf(world.rows.at(row).scenario))
  return { files: [options.out, labels], rows: length, ...count(answers, SCENARIOS) }
}

function count(answers: Iterable<number>, names: readonly string[] = []): Pick<Made, 'fraud' | 'scenarios'> {
  const scenarios: Record<string, number> = {}
  let fraud = 0
  for (const answer of answers) {
    if (answer === 0) continue
    fraud += 1
    const name = names[answer] ?? String(answer)
    scenarios[name] = (scenarios[name] ?? 0) + 1
  }
  return { fraud, scenarios }
}

/** The same pieces; whoever watches is told how many rows are written. */
function* withProgress(pieces: Iterable<string>, total: number): Generator<string> {
  let done = 0
  for (const piece of pieces) {
    yield piece
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1)) done += 1
    tell(`${Math.min(done, total)} of ${total} rows`)
  }
}

function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

main().catch((error: unknown) => {
  const misused = error instanceof GenerateMisuse
  const words = misused || isFileTrouble(error) ? String(error instanceof Error ? error.message : error) : undefined
  process.stderr.write(`${words ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`)
  process.exit(misused ? 2 : 1)
})

function isFileTrouble(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
