import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildFolder, repositoryRoot } from './build-folder.ts'

/** A copy of the build in which nothing is encrypted at rest: `seal` gives back what it was given. */
export type UnsealedDist = { readonly dist: string; remove(): void }

/** The mutant that shows that a search for secrets can find them. Throws when the code it changes has another shape. */
export function makeUnsealedDist(): UnsealedDist {
  const folder = mkdtempSync(join(tmpdir(), 'parley-unsealed-'))
  const dist = join(folder, 'dist')
  cpSync(buildFolder(), dist, { recursive: true })
  for (const name of ['node_modules', 'migrations']) symlinkSync(join(repositoryRoot, name), join(folder, name))
  cpSync(join(repositoryRoot, 'package.json'), join(folder, 'package.json'))
  const file = join(dist, 'src', 'platform', 'seal.js')
  const honest = readFileSync(file, 'utf8')
  const renamed = honest.replace(/^export function (seal|unseal)\(/gm, 'function honest_$1(')
  if (renamed.split('function honest_').length !== 3) throw new Error('seal and unseal are not where they were')
  const dishonest = `
export function seal(_key, plain) { return Buffer.from(plain) }
export function unseal(_key, sealed) { return Buffer.from(sealed) }
`
  writeFileSync(file, `${renamed.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n')}${dishonest}`)
  return { dist, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
