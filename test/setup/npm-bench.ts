import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

export type NpmRun = { readonly code: number | null; readonly output: string }

/** A registry of one package on loopback, and projects that install it with npm as it is on this machine. */
export type NpmBench = {
  /** A package of one file as an archive, as a registry would give it; `install` is its install script. */
  pack(name: string, code: string, scripts?: Readonly<Record<string, string>>): Promise<string>
  /** What the registry gives from now on, whatever is asked. */
  serve(archive: string): void
  integrityOf(archive: string): string
  /** `npm ci` of a project whose lockfile names the package, with these bytes or any. */
  install(
    project: string,
    options: { readonly integrity?: string; readonly npmrc?: readonly string[] },
  ): Promise<NpmRun>
  /** Whether the installed package has this file. */
  has(project: string, file: string): boolean
  close(): Promise<void>
}

/** Everything lies in `folder`, which is the caller's to remove. */
export async function createNpmBench(folder: string): Promise<NpmBench> {
  let served: string | undefined
  const registry = createServer((_, response) => response.end(served === undefined ? '' : readFileSync(served)))
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
  const address = registry.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

  /** Each run with a cache of its own: nothing that was fetched before may stand in for what is fetched now. */
  const npm = (cwd: string, words: readonly string[]): Promise<NpmRun> => {
    const cache = mkdtempSync(join(folder, 'cache-'))
    // The npm that may have started this run hands on its own settings; here the project's file decides.
    const env = { PATH: process.env['PATH'], HOME: folder }
    const all = [...words, '--no-audit', '--no-fund', '--fetch-retries=0', '--cache', cache]
    const child = spawn('npm', all, { cwd, env })
    let output = ''
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
  }
  const folderOf = (project: string): string => join(folder, `project-${project}`)

  return {
    async pack(name, code, scripts = {}) {
      const source = join(folder, `dep-${name}`)
      mkdirSync(source)
      const about = { name: 'dep', version: '1.0.0', main: 'index.js', scripts }
      writeFileSync(join(source, 'package.json'), JSON.stringify(about))
      writeFileSync(join(source, 'index.js'), code)
      const packed = await npm(source, ['pack'])
      if (packed.code !== 0) throw new Error(packed.output)
      return join(source, 'dep-1.0.0.tgz')
    },
    serve(archive) {
      served = archive
    },
    integrityOf: (archive) => `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`,
    async install(project, { integrity, npmrc = [] }) {
      const at = folderOf(project)
      mkdirSync(at)
      const about = { name: 'project', version: '1.0.0', dependencies: { dep: '1.0.0' } }
      const pinned = integrity === undefined ? {} : { integrity }
      const dep = { version: '1.0.0', resolved: `${origin}/dep/-/dep-1.0.0.tgz`, hasInstallScript: true, ...pinned }
      const lock = {
        name: 'project',
        version: '1.0.0',
        lockfileVersion: 3,
        packages: { '': about, 'node_modules/dep': dep },
      }
      writeFileSync(join(at, 'package.json'), JSON.stringify(about))
      writeFileSync(join(at, 'package-lock.json'), JSON.stringify(lock))
      writeFileSync(join(at, '.npmrc'), [`registry=${origin}/`, ...npmrc, ''].join('\n'))
      return await npm(at, ['ci'])
    },
    has: (project, file) => existsSync(join(folderOf(project), 'node_modules/dep', file)),
    close: () => new Promise((resolve) => registry.close(() => resolve())),
  }
}
