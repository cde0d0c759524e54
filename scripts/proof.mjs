// `npm run proof -- NAME`: one long proof from test/proofs.
import './node-version.mjs'

const { runNamed } = await import('./run-named.mjs')
await runNamed({
  command: 'npm run proof',
  folder: 'test/proofs',
  help: `Runs a long proof: thousands of seeded cases against the built product. Options every proof takes:

  --seed N   what the cases are made from (default 1); the same seed makes the same cases
  --from N   first case (default 0)
  --to N     case to stop before (default: all of them)

The cases from A to B and then from B to C are the cases from A to C, so a proof can be cut up and resumed. The last line
on stdout is one JSON object with the result; the exit code is 0 only when every case held. Sources run as they are:
types are stripped file by file (scripts/typescript-hooks.mjs); the processes a proof starts run from dist.`,
})
