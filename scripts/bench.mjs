// `npm run bench -- NAME`: one measured promise from bench.
import './node-version.mjs'

const { runNamed } = await import('./run-named.mjs')
await runNamed({
  command: 'npm run bench',
  folder: 'bench',
  help: `Measures a promise and compares it with its budget: exit code 0 within, 1 beyond. Run it on a quiet machine.
Sources run as they are: types are stripped file by file (scripts/typescript-hooks.mjs); the processes a benchmark
starts run from dist.`,
})
