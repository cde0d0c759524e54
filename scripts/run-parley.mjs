import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { prepareOrExit, root } from './prepare.mjs'

/**
 * Prepares, then becomes `parley <args>`: the built command line runs in this very process.
 * @param {string[]} args what the person typed after `parley`
 */
export async function runParley(args) {
  await prepareOrExit()
  process.argv = [process.execPath, join(root, 'parley'), ...args]
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(join(root, 'dist', 'src', 'main.js')).href)
}
