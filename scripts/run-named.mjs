// Runs one TypeScript program of a folder by its name, after preparing the clone.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { prepareOrExit, root } from './prepare.mjs'

const SIGNALS = ['SIGINT', 'SIGTERM']

/**
 * Runs `<folder>/<name>.ts` with the remaining arguments, or prints help. Ends the process with the program's code.
 * @param {{ command: string, folder: string, help: string }} options command: how a person calls it
 */
export async function runNamed({ command, folder, help }) {
  const [name, ...args] = process.argv.slice(2)
  const names = listNames(folder)
  const usage = `Usage: ${command} -- NAME [OPTIONS]\n\n${help}\n\nNames: ${names.join(', ') || 'none yet'}\n\n${command} -- NAME --help lists its options.`
  if (name === undefined || name === '--help') return finish(usage, name === undefined ? 2 : 0)
  if (!names.includes(name)) return finish(`Nothing in ${folder} is called ${name}.\n\n${usage}`, 2)
  // Who only asks for help waits for no build.
  await prepareOrExit({ dev: true, building: !args.includes('--help') })
  const hooks = pathToFileURL(join(root, 'scripts', 'run-typescript.mjs')).href
  const child = spawn(process.execPath, ['--import', hooks, join(root, folder, `${name}.ts`), ...args], {
    stdio: 'inherit',
  })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => finish(`${name} did not start: ${error.message}`, 1))
  child.once('close', (code, signal) => process.exit(code ?? (SIGNALS.includes(signal) ? 130 : 1)))
}

function listNames(folder) {
  if (!existsSync(join(root, folder))) return []
  const programs = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  return programs.map((file) => file.slice(0, -'.ts'.length)).sort()
}

function finish(text, code) {
  console.log(text)
  process.exit(code)
}
