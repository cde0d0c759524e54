// `npm test`: all tests, part by part, and one closing line with the sum. `npm test -- unit` runs a part.
import './node-version.mjs'

const USAGE = `Usage: npm test -- [PART…] [-- VITEST ARGUMENTS…]

Parts, in the order they run without arguments:
  unit         beside the code, on a real database
  attacks      every threat we know, tried
  conformance  outside referees; what needs outside fixtures runs where PARLEY_FIXTURES names their folder
  journeys     real processes, a real browser, real protocols
  mutants      each defence taken away, and the attack seen to succeed or the next lock to hold

Arguments after a second -- go to vitest: npm test -- unit -- -t "a revoked grant"`

const args = process.argv.slice(2)
if (args.includes('--help') && !args.includes('--')) {
  console.log(USAGE)
  process.exit(0)
}
const { PARTS, runParts } = await import('./run-tests.mjs')
const end = args.indexOf('--') < 0 ? args.length : args.indexOf('--')
const named = args.slice(0, end)
const unknown = named.filter((name) => !PARTS.includes(name))
if (unknown.length > 0) {
  console.error(`No part is called ${unknown.join(', ')}.\n\n${USAGE}`)
  process.exit(2)
}
const { prepareOrExit } = await import('./prepare.mjs')
await prepareOrExit({ dev: true })
process.exitCode = await runParts({ named, vitestArguments: args.slice(end + 1) })
