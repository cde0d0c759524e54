// `npm run build`: dist made anew, stale or not. Everything else builds by itself when it has to.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import './node-version.mjs'

const { prepareOrExit, root } = await import('./prepare.mjs')
rmSync(join(root, 'dist', '.built'), { force: true })
await prepareOrExit({ dev: true })
