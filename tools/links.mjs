// `npm run check -- --only links`: every relative link in the documentation leads to a file that exists, and every
// #section of a linked page to a heading there.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { listFiles } from '../scripts/freshness.mjs'

const FOLDERS = ['docs', 'src', 'sandbox', 'web', 'test', 'bench', 'scripts', 'tools', 'migrations']
const TOP = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'CHANGELOG.md']

/**
 * Checks the links of one tree.
 * @param {string} root folder of package.json
 * @returns {{ pages: number, links: number, complaints: string[] }}
 */
export function checkLinks(root) {
  const pages = [
    ...TOP.filter((page) => existsSync(join(root, page))),
    ...FOLDERS.flatMap((folder) => listFiles(root, folder)),
  ]
  const written = pages.filter((path) => path.endsWith('.md'))
  const links = written.flatMap((page) =>
    linksOf(readFileSync(join(root, page), 'utf8')).map((link) => ({ page, ...link })),
  )
  const complaints = links.flatMap(({ page, target, line }) => {
    const fault = judgeLink(root, page, target)
    return fault === undefined ? [] : [`${page}:${line}: ${target}: ${fault}`]
  })
  return { pages: written.length, links: links.length, complaints }
}

function judgeLink(root, page, target) {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined // another site, not ours to reach from a check
  const [path, section] = target.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)))
  if (relative('.', file).startsWith('..')) return 'leaves the repository'
  if (!existsSync(join(root, file))) return 'no such file'
  if (section === undefined || !file.endsWith('.md') || statSync(join(root, file)).isDirectory()) return undefined
  return headingsOf(readFileSync(join(root, file), 'utf8')).includes(section) ? undefined : 'no such section'
}

/** Links and images outside code, with their line numbers. */
function linksOf(text) {
  const prose = text.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replace(/[^\n]/g, ' '))
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)]
  const named = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)]
  const html = [...prose.matchAll(/<(?:img|a)\b[^>]*?\b(?:src|href)="([^"]+)"/g)]
  return [...inline, ...named, ...html].map((match) => ({
    target: match[1],
    line: prose.slice(0, match.index).split('\n').length,
  }))
}

/** The anchors a page offers, made from its headings as code hosts make them. */
function headingsOf(text) {
  return [...text.matchAll(/^#{1,6}\s+(.+?)\s*$/gm)].map((match) =>
    match[1]
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

if (process.argv[1]?.endsWith('links.mjs')) {
  const { pages, links, complaints } = checkLinks(process.argv[2] ?? process.cwd())
  for (const complaint of complaints) console.error(complaint)
  console.log(`links: ${pages} pages, ${links} links, ${complaints.length} complaints`)
  process.exitCode = complaints.length === 0 ? 0 : 1
}
