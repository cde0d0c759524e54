// `npm run check -- --only tidy`: house rules that the linter has no word for, file by file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles } from '../scripts/freshness.mjs'
import { judgeFile } from './tidy-rules.mjs'

const FOLDERS = ['src', 'sandbox', 'web', 'test', 'bench', 'scripts', 'tools', 'migrations']

/**
 * Checks one tree.
 * @param {string} root folder of package.json
 * @returns {{ files: number, complaints: string[] }}
 */
export function checkTidiness(root) {
  const paths = FOLDERS.flatMap((folder) => listFiles(root, folder))
  const complaints = paths.flatMap((path) =>
    judgeFile(path, readFileSync(join(root, path), 'utf8')).map((complaint) => `${path}: ${complaint}`),
  )
  if (paths.length === 0) complaints.push('no file found: is this the right folder?')
  return { files: paths.length, complaints }
}

if (process.argv[1]?.endsWith('tidy.mjs')) {
  const { files, complaints } = checkTidiness(process.argv[2] ?? process.cwd())
  for (const complaint of complaints) console.error(complaint)
  console.log(`tidy: ${files} files, ${complaints.length} complaints`)
  process.exitCode = complaints.length === 0 ? 0 : 1
}
