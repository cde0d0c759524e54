// The ladder of imports, as data and one pure function. docs/decisions and CONTRIBUTING explain it; this decides.

/** Rungs from the ground up; modules on one rung never import each other. */
export const LADDER = [
  ['kernel'],
  ['platform'],
  ['pages'],
  ['audit'],
  ['verify'],
  ['receipts'],
  ['keystore'],
  ['consent'],
  ['customers'],
  ['staff'],
  ['staff-pages'],
  ['banks', 'channels', 'fraud'],
  ['notices', 'push', 'rule-book'],
  ['answers'],
  ['linking'],
  ['revocation'],
  ['erasure'],
  ['chat'],
  ['notify'],
  ['privacy-centre'],
  ['alerts'],
  ['desk', 'stats'],
  ['cases'],
  ['console'],
]

/** What files beside and above the rungs may import of src; their own folder is always allowed. */
const ABOVE = {
  'config.ts': ['kernel'],
  // What several commands of one kind share; only they import it.
  'fraud-terminal.ts': ['kernel', 'platform', 'fraud', 'config.ts'],
  app: [...LADDER.flat(), 'config.ts'],
  'app.ts': [...LADDER.flat(), 'config.ts', 'app'],
  'main.ts': [...LADDER.flat(), 'config.ts', 'fraud-terminal.ts', 'app.ts', 'demo'],
  demo: ['kernel', 'platform', 'pages', 'config.ts'],
}

/**
 * What is wrong with one import, in words; undefined when it climbs the ladder as it should.
 * @param {{ from: string, to: string, dependencyTypes: string[] }} edge paths relative to the root, / between folders;
 *   `to` is the bare name for what is not a file here
 * @returns {string | undefined}
 */
export function judgeImport({ from, to, dependencyTypes }) {
  if (dependencyTypes.includes('unknown')) return 'cannot be found'
  const isOutside = dependencyTypes.includes('core') || dependencyTypes.some((type) => type.startsWith('npm'))
  if (isOutside) return judgeOutside(from, to, dependencyTypes)
  if (isTest(to) && !isTest(from)) return 'only tests import tests'
  if (from.startsWith('sandbox/')) return judgeSandbox(from, to)
  if (isTest(from)) return undefined
  if (from.startsWith('web/')) return judgeWeb(to)
  if (from.startsWith('src/')) return judgeSource(from, to)
  return undefined
}

/**
 * Loops of imports among files, each as the list of files along it.
 * @param {{ from: string, to: string }[]} edges
 * @returns {string[][]}
 */
export function findCycles(edges) {
  const targets = Map.groupBy ? Map.groupBy(edges, (edge) => edge.from) : groupByFrom(edges)
  const cycles = []
  const done = new Set()
  for (const start of targets.keys()) walk(start, [])
  return cycles

  function walk(file, path) {
    const seenAt = path.indexOf(file)
    if (seenAt >= 0) return void cycles.push([...path.slice(seenAt), file])
    if (done.has(file)) return
    for (const edge of targets.get(file) ?? []) walk(edge.to, [...path, file])
    done.add(file)
  }
}

function judgeOutside(from, to, dependencyTypes) {
  if (from.startsWith('src/kernel/') && !isTest(from)) return 'kernel imports nothing from outside'
  if (from.startsWith('web/') && dependencyTypes.includes('core')) return 'a browser has no Node modules'
  const isShipped = /^(src|sandbox|web)\//.test(from) && !isTest(from)
  if (isShipped && dependencyTypes.includes('npm-dev')) return 'is a development dependency'
  if (dependencyTypes.includes('npm-no-pkg')) return 'is not named in package.json'
  return undefined
}

function judgeSandbox(from, to) {
  const own = from.split('/').slice(0, 2).join('/')
  if (to.startsWith(`${own}/`) || (isTest(from) && to.startsWith('test/'))) return undefined
  return 'a sandbox is the other side of the wire: it imports only itself'
}

function judgeWeb(to) {
  if (to.startsWith('web/')) return undefined
  if (to.startsWith('src/kernel/')) return judgeFrontDoor(to)
  return 'web imports nothing of the product but kernel'
}

function judgeSource(from, to) {
  const own = moduleOf(from)
  const other = moduleOf(to)
  if (other === undefined) return 'src imports only src'
  if (own === other) return undefined
  const allowed = allowedFor(own)
  if (allowed === undefined) return `${own} has no rung: add it to tools/ladder-rules.mjs`
  if (own === 'main.ts' && isRole(other)) return undefined
  if (!allowed.includes(other)) return `${own} stands below or beside ${other} on the ladder`
  return judgeFrontDoor(to)
}

function allowedFor(own) {
  if (Object.hasOwn(ABOVE, own)) return ABOVE[own]
  // One part of the gateway alone, put together from the same rooms.
  if (own === 'part-process.ts') return ABOVE['app.ts']
  if (isRole(own)) return [...ABOVE.app, 'fraud-terminal.ts']
  const rung = LADDER.findIndex((modules) => modules.includes(own))
  return rung < 0 ? undefined : LADDER.slice(0, rung).flat()
}

/** src/keys-process.ts: what app.ts is to the gateway, for another process. Only main.ts starts it. */
function isRole(name) {
  return name.endsWith('-process.ts')
}

function judgeFrontDoor(to) {
  const isFile = to.split('/').length === 2
  return isFile || /^src\/[^/]+\/index\.ts$/.test(to) ? undefined : 'go through the front door, index.ts'
}

/** 'src/chat/intents/help.ts' is in 'chat'; 'src/app.ts' is 'app.ts'; elsewhere undefined. */
function moduleOf(path) {
  return path.startsWith('src/') ? path.split('/')[1] : undefined
}

function isTest(path) {
  return /\.test\.[a-z]+$|\/test-support\//.test(path) || /^(test|bench)\//.test(path)
}

function groupByFrom(edges) {
  const groups = new Map()
  for (const edge of edges) groups.set(edge.from, [...(groups.get(edge.from) ?? []), edge])
  return groups
}
