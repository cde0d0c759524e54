// `npm run check`: everything a change must pass, in under a minute on two cores once it has passed before. Steps run two at a
// time, and all of them run even when one fails, so one look shows everything there is to fix.
import './node-version.mjs'

const USAGE = `Usage: npm run check -- [--only NAME[,NAME] | --without NAME[,NAME]] [--all] [--list]

  --only NAMES     run these steps only
  --without NAMES  run all but these steps
  --all            every unit test; otherwise, once all of them passed here, those that a change since then can reach
  --list           print the names of the steps`
const LANES = 2

const { checkSteps } = await import('./check-steps.mjs')
const { prepareOrExit, root } = await import('./prepare.mjs')
const { seconds } = await import('./step.mjs')

const chosen = chooseSteps(process.argv.slice(2))
const startedAt = performance.now()
await prepareOrExit({ dev: true, building: false })
const failed = await runSteps(chosen)
const total = seconds(performance.now() - startedAt)
console.log(failed.length === 0 ? `check passed in ${total}` : `check failed in ${total}: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

function chooseSteps(given) {
  const args = given.filter((arg) => arg !== '--all')
  const steps = checkSteps(root, { all: args.length < given.length })
  if (args.includes('--help')) return printAndExit(USAGE, 0)
  if (args.includes('--list')) return printAndExit(steps.map(({ name }) => name).join('\n'), 0)
  if (args.length === 0) return steps
  const [, option, list] = args.join('=').match(/^(--only|--without)=([^=]+)$/) ?? []
  if (list === undefined) return printAndExit(USAGE, 2)
  const names = list.split(',')
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) return printAndExit(`No step is called ${unknown.join(', ')}.\n\n${USAGE}`, 2)
  return steps.filter(({ name }) => names.includes(name) === (option === '--only'))
}

async function runSteps(steps) {
  const waiting = [...steps]
  const failed = []
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!(await runStep(step))) failed.push(step.name)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return failed
}

async function runStep({ name, run }) {
  const begunAt = performance.now()
  const { code, output, note } = await run()
  const took = seconds(performance.now() - begunAt)
  console.log(
    `  ${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${took}${note === undefined ? '' : ` (${note})`}`,
  )
  if (code !== 0) console.log(output.trimEnd().replace(/^/gm, '    '))
  return code === 0
}

function printAndExit(text, code) {
  console.log(text)
  process.exit(code)
}
