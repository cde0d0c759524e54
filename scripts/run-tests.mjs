// Runs the parts of the test suite with vitest and adds up what its JSON reports say.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root } from './prepare.mjs'
import { seconds } from './step.mjs'

/** In this order: what fails fastest and nearest to the cause first. */
export const PARTS = ['unit', 'attacks', 'conformance', 'journeys', 'mutants']
const FAILURE_LINES = 12
const FAILURE_LINE_LENGTH = 240
const SIGNALS = ['SIGINT', 'SIGTERM']

/**
 * Runs parts and prints the closing line `N passed, N failed`.
 * @param {{ named: string[], vitestArguments: string[] }} options named: parts asked for; [] means all
 * @returns {Promise<number>} exit code: 0 only when tests ran, all passed, and no part that must have tests was empty
 */
export async function runParts({ named, vitestArguments }) {
  const reports = mkdtempSync(join(tmpdir(), 'parley-tests-'))
  const results = []
  try {
    if (needsNoteOnFixtures(named))
      console.log('PARLEY_FIXTURES is not set: tests on outside fixtures do not run here.')
    for (const part of PARTS.filter((name) => named.length === 0 || named.includes(name))) {
      results.push(await runPart(part, join(reports, `${part}.json`), vitestArguments))
    }
  } finally {
    rmSync(reports, { recursive: true, force: true })
  }
  return close(results, { named, filtered: vitestArguments.length > 0 })
}

function close(results, { named, filtered }) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  for (const { part, passed, failed, skipped, ms } of results) {
    const skips = skipped > 0 ? `, ${skipped} skipped` : ''
    console.log(`${part.padEnd(12)} ${passed} passed, ${failed} failed${skips} (${seconds(ms)})`)
  }
  // Once more, together and last: whoever reads only the end of a long log must see what failed.
  for (const failure of results.flatMap((result) => result.failures)) console.log(failure)
  const complaints = filtered ? [] : results.flatMap((result) => judgeResult(result, named))
  for (const complaint of complaints) console.log(complaint)
  const executed = sum('passed') + sum('failed')
  if (executed === 0) console.log('No test ran, which is a failure.')
  console.log(`${sum('passed')} passed, ${sum('failed') + complaints.length} failed`)
  return executed > 0 && sum('failed') === 0 && complaints.length === 0 ? 0 : 1
}

function judgeResult({ part, passed, failed, skipped }, named) {
  const complaints = []
  const mayBeEmpty = part === 'conformance' && !process.env.PARLEY_FIXTURES && !named.includes(part)
  if (passed + failed === 0 && !mayBeEmpty) complaints.push(`${part}: no test ran, which counts as a failure`)
  if (skipped > 0 && process.env.CI) complaints.push(`${part}: skipped tests count as a failure in CI`)
  return complaints
}

async function runPart(part, report, vitestArguments) {
  console.log(`\n${part}`)
  const startedAt = performance.now()
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const args = [vitest, 'run', '--project', part, '--passWithNoTests', ...reporters, ...vitestArguments]
  const code = await runInForeground(args)
  const counts = readReport(report)
  // A part can break outside any test: a failing setup, an error nobody awaited. That is one failure more.
  const broken = code !== 0 && counts.failed === 0 ? 1 : 0
  return { part, ...counts, failed: counts.failed + broken, ms: performance.now() - startedAt }
}

function runInForeground(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
    // The terminal sends Ctrl-C to both; we stay until vitest has stopped its servers. SIGTERM reaches only us.
    const pass = (signal) => child.kill(signal)
    for (const signal of SIGNALS) process.on(signal, pass)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.off(name, pass)
      if (SIGNALS.includes(signal)) process.exit(130)
      resolve(code ?? 1)
    })
  })
}

function readReport(path) {
  if (!existsSync(path)) return { passed: 0, failed: 0, skipped: 0, failures: [] }
  const report = JSON.parse(readFileSync(path, 'utf8'))
  // A file that could not be read as tests reports no test at all; it counts as one failure.
  const unreadable = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unreadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  }
}

// What failed and the first lines of why, a block for each failed test.
function failuresOf(file) {
  const name = relative(root, file.name)
  const failed = file.assertionResults.filter(({ status }) => status === 'failed')
  if (file.status === 'failed' && failed.length === 0) return [`FAILED ${name}\n${firstLines(file.message)}`]
  return failed.map((one) => `FAILED ${name} > ${one.fullName}\n${firstLines(one.failureMessages.join('\n'))}`)
}

function firstLines(text = '') {
  return text
    .split('\n')
    .slice(0, FAILURE_LINES)
    .map((line) => `    ${line.slice(0, FAILURE_LINE_LENGTH)}`)
    .join('\n')
}

function needsNoteOnFixtures(named) {
  return !process.env.PARLEY_FIXTURES && (named.length === 0 || named.includes('conformance'))
}
