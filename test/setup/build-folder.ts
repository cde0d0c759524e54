import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))

/** The build that tests with processes run: the checkout's, unless `PARLEY_DIST` names another. */
export function buildFolder(): string {
  return process.env['PARLEY_DIST'] ?? join(repositoryRoot, 'dist')
}
