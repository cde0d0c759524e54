// `npm run train:language` and `npm run evaluate:language`: the trainer and the evaluation of src/chat/learn, from the sources.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import './node-version.mjs'

const { prepareOrExit, root } = await import('./prepare.mjs')
const [what, ...args] = process.argv.slice(2)
if (what !== 'train' && what !== 'evaluate') {
  console.log('Usage: npm run train:language, or npm run evaluate:language [-- --quick]')
  process.exit(2)
}
await prepareOrExit({ dev: true, building: false })
const hooks = pathToFileURL(join(root, 'scripts', 'run-typescript.mjs')).href
const program = join(root, 'src', 'chat', 'learn', `${what}-language.ts`)
// The public sets lie beside the clone where nobody says otherwise.
const data = what === 'evaluate' ? ['--data', process.env.PARLEY_DATA ?? join(root, '..', 'shared', 'data')] : []
const child = spawn(process.execPath, ['--import', hooks, program, ...data, ...args], { stdio: 'inherit' })
child.once('close', (code) => process.exit(code ?? 1))
