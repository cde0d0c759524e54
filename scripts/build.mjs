// `npm run build`: dist made anew, stale or not. Everything else builds by itself when it has to.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import './node-version.mjs'

const USAGE = `Usage: npm run build [-- --sizes]

Makes dist anew. It fails where the scripts and styles of a page are more than a browser should wait for (scripts/page-sizes.mjs).

  --sizes   then prints how much each page's are
  --help    this`

const args = process.argv.slice(2)
const unknown = args.find((word) => word !== '--sizes' && word !== '--help')
if (unknown !== undefined) {
  console.error(`npm run build has no option ${unknown}.\n\n${USAGE}`)
  process.exit(2)
}
if (args.includes('--help')) {
  console.log(USAGE)
  process.exit(0)
}
const { prepareOrExit, root } = await import('./prepare.mjs')
rmSync(join(root, 'dist', '.built'), { force: true })
await prepareOrExit({ dev: true })
if (args.includes('--sizes')) {
  const { describePageSizes } = await import('./page-sizes.mjs')
  console.log(describePageSizes(join(root, 'dist')))
}
