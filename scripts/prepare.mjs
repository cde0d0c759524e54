// Makes a clone ready to run: packages as package-lock.json says, dist as the sources say. Node built-ins only, because it
// runs before anything is installed. When nothing is stale it reads some file times and is done.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, whyBuild } from './build-dist.mjs'
import { install, whyInstall } from './install.mjs'
import { withLock } from './lock.mjs'
import { PreparingFailed, step } from './step.mjs'

/** The folder of package.json, as an absolute path. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Installs and builds what is missing or stale. Says what it does on stderr; silent when there is nothing to do.
 * @param {{ dev?: boolean, building?: boolean }} [options] dev: packages only developers need must be there too;
 *   building: false leaves dist alone
 * @throws {PreparingFailed} with a message for people, when a step failed; what worked before still works
 */
export async function prepare({ dev = false, building = true } = {}) {
  const isStale = () => whyInstall(root, { dev }) ?? (building ? whyBuild(root) : undefined)
  if (isStale() === undefined) return
  await withLock(root, async () => {
    // Asked again under the lock: whoever held it before us may have done the work.
    const needsInstall = whyInstall(root, { dev: dev || (building && whyBuild(root) !== undefined) })
    if (needsInstall) await step(`install packages (${needsInstall})`, () => install(root))
    const needsBuild = building ? whyBuild(root) : undefined
    if (needsBuild) await step(`build (${needsBuild})`, () => build(root))
  })
}

/** {@link prepare} for commands: a failure is printed in plain words and ends the process with code 1. */
export async function prepareOrExit(options) {
  try {
    await prepare(options)
  } catch (failure) {
    if (!(failure instanceof PreparingFailed)) throw failure
    process.stderr.write(`${failure.message}\n`)
    process.exit(1)
  }
}
