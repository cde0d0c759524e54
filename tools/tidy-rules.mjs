// What the linter cannot say about one file, as a pure function.

/** Names that say nothing about what a file does. */
const BANNED_NAMES = ['utils', 'util', 'helpers', 'helper', 'common', 'types', 'service', 'services', 'manager', 'misc']
/**
 * A front door with more values is two modules. Types are not counted: they are the vocabulary of the values. kernel and
 * platform are the ground everything is made of.
 */
const FRONT_DOOR_VALUES_MAX = 12
const WIDE_FRONT_DOORS = ['src/kernel/index.ts', 'src/platform/index.ts']
/** The world is touched in these places only; elsewhere it arrives as an argument. */
const MAY_TOUCH_THE_WORLD = /^src\/(platform\/|config\.ts$|main\.ts$)|\.test\.ts$|\/test-support\//
const BANNED_WORDS = [/\bjust\b/i, /\bsimply\b/i, /for your security/i, /[!¡]/]
const DOCUMENTED = /^(src|sandbox|web|test|bench)\//

/**
 * What is untidy about one file.
 * @param {string} path relative to the root, / between folders
 * @param {string} text
 * @returns {string[]} complaints in words, with line numbers where there is one
 */
export function judgeFile(path, text) {
  if (isCatalogue(path)) return judgeCatalogue(path, text)
  if (!/\.(ts|mts|mjs|css|json)$/.test(path)) return []
  const complaints = judgePath(path)
  if (!/\.(ts|mts|mjs)$/.test(path)) return complaints
  const code = withoutCommentsAndStrings(text)
  complaints.push(...judgeExports(path, code), ...judgeCode(path, text, code))
  if (/^src\/[^/]+\/index\.ts$/.test(path)) complaints.push(...judgeFrontDoor(path, code))
  return complaints
}

function judgePath(path) {
  const folders = path.split('/')
  const name = folders.pop()
  const stem = name.replace(/\..*$/, '')
  const complaints = []
  if (BANNED_NAMES.includes(stem)) complaints.push(`"${stem}" does not say what the file does`)
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) complaints.push('file names are kebab-case')
  if (folders[0] === 'src' && folders.length > 3) complaints.push('at most one level of folders inside a module')
  return complaints
}

function judgeExports(path, code) {
  const complaints = find(code, /\bexport\s*\*/g, 'list exports by name, no export *')
  // Tools that read a configuration file want its default export.
  if (!/\.config\.[a-z]+$/.test(path)) complaints.push(...find(code, /\bexport\s+default\b/g, 'named exports only'))
  return complaints
}

function judgeFrontDoor(path, code) {
  const lists = [...code.matchAll(/\bexport\s+\{([^}]*)\}/g)].map((match) => match[1])
  const names = lists.flatMap((list) => list.split(',').map((name) => name.trim()))
  const values = names.filter((name) => name !== '' && !/^type\s/.test(name))
  if (WIDE_FRONT_DOORS.includes(path) || values.length <= FRONT_DOOR_VALUES_MAX) return []
  return [`the front door has ${values.length} values (at most ${FRONT_DOOR_VALUES_MAX}): the module is two modules`]
}

function judgeCode(path, text, code) {
  const complaints = []
  const imported = /\b(?:typeof\s+)?import\(\s*(['"])\.[^'"]*\1\s*\)\s*(?:\.(?!then\b|catch\b|finally\b)|\[)/g
  if (DOCUMENTED.test(path)) {
    complaints.push(...find(text, imported, 'use import type: the ladder cannot see import() types'))
    complaints.push(...find(code, /@ts-(?:ignore|nocheck|expect-error)/g, 'no @ts- escapes'))
    complaints.push(...find(text, /@ts-(?:ignore|nocheck)/g, 'no @ts- escapes'))
    complaints.push(
      ...find(code, /\.catch\(\s*\(\s*\)\s*=>\s*(?:\{\s*\}|undefined|null)\s*\)/g, 'a failure is swallowed'),
    )
    complaints.push(...find(code, /\bvi\.mock\(/g, 'no module mocking'))
  }
  complaints.push(...judgeCiphers(code))
  if (path.startsWith('src/') && !MAY_TOUCH_THE_WORLD.test(path)) complaints.push(...judgeAmbient(code))
  return complaints
}

/** node:crypto accepts a shortened tag unless told its length: a forger needs fewer tries. */
function judgeCiphers(code) {
  return [...code.matchAll(/\bcreate(?:Dec|C)ipheriv\(/g)].flatMap((match) => {
    const call = insideParentheses(code, match.index + match[0].length)
    return call.includes('authTagLength') ? [] : [`line ${lineOf(code, match.index)}: cipher without authTagLength`]
  })
}

function judgeAmbient(code) {
  return [
    ...find(code, /(?<![.\w])fetch\(/g, 'network is platform'),
    ...find(code, /(?<!new\s)(?<![.\w])Date\(|\bnew\s+Date\(\s*\)|\bDate\.now\b/g, 'the clock is platform'),
    ...find(
      code,
      /(?<![.\w])(?:setTimeout|setInterval|setImmediate)\(/g,
      'timers are platform; a lasting wait is a job',
    ),
    ...find(code, /(?<!\.\.\.)\bprocess\.env\b/g, 'only src/config.ts reads the environment'),
    ...find(code, /\bMath\.random\(/g, 'randomness arrives as an argument'),
    ...find(code, /\bprocess\.on\(\s*['"](?:uncaughtException|unhandledRejection)/g, 'no process-wide handler'),
  ]
}

function isCatalogue(path) {
  return (
    /^src\/.*\/(messages|words|catalogues?)\/.*\.json$/.test(path) || /^src\/.*\/(en|es|fr|de|pt)\.json$/.test(path)
  )
}

function judgeCatalogue(path, text) {
  return valuesOf(JSON.parse(text), '').flatMap(({ key, value }) =>
    BANNED_WORDS.filter((word) => word.test(value)).map((word) => `${key}: ${word} is not how we speak`),
  )
}

function valuesOf(node, key) {
  if (typeof node === 'string') return [{ key, value: node }]
  if (node === null || typeof node !== 'object') return []
  return Object.entries(node).flatMap(([name, value]) => valuesOf(value, key === '' ? name : `${key}.${name}`))
}

function find(text, pattern, complaint) {
  return [...text.matchAll(pattern)].map((match) => `line ${lineOf(text, match.index)}: ${complaint}`)
}

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length
}

function insideParentheses(code, start) {
  let depth = 1
  for (let index = start; index < code.length; index += 1) {
    if (code[index] === '(') depth += 1
    if (code[index] === ')') depth -= 1
    if (depth === 0) return code.slice(start, index)
  }
  return code.slice(start)
}

/** The same text with comments and the insides of quoted strings blanked out, line for line. Templates stay: they hold code. */
function withoutCommentsAndStrings(text) {
  const blank = (match) => match.replace(/[^\n]/g, ' ')
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (match) =>
    match.startsWith('/') ? blank(match) : `${match[0]}${blank(match.slice(1, -1))}${match[0]}`,
  )
}
