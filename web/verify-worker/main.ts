import {
  type Exhibit,
  type NoteKey,
  type UnreadableCode,
  type Verdict,
  judge,
  logOf,
  logPrefix,
  parseVerifierKey,
  recognise,
} from '../../src/kernel/index.ts'
import { browserCrypto } from '../verify/browser-crypto.ts'
import type { CheckAnswer, CheckRequest, ChosenFile } from '../verify/worker-messages.ts'

// The page's other thread: it reads and hashes, so that the page stays quick. Its own policy keeps it off the network.

/** What a phone's memory takes; larger logs are for the command line. */
const fileBytesMax = 1_000_000_000

addEventListener('message', (event: MessageEvent<CheckRequest>) => {
  // A fault is the page's to tell: it hears of it as an error of the worker.
  void check(event.data).then((verdict) => answer({ kind: 'verdict', verdict }))
})

addEventListener('unhandledrejection', (event) => {
  event.preventDefault()
  reportError(event.reason)
})

function answer(message: CheckAnswer): void {
  postMessage(message)
}

async function check({ files, given, known }: CheckRequest): Promise<Verdict> {
  const exhibits = await open(files)
  const bad = exhibits.find((one) => one.kind === 'unreadable')
  if (bad !== undefined) return { kind: 'unjudged', reason: { code: bad.code, name: bad.name } }
  return await judge(
    browserCrypto,
    exhibits.filter((one): one is Exhibit => one.kind !== 'unreadable'),
    {
      given: keysOf(given),
      known: keysOf(known),
      onProgress: (done, total) => answer({ kind: 'progress', done, total }),
    },
  )
}

function keysOf(lines: readonly string[]): readonly NoteKey[] {
  return lines.map((line) => parseVerifierKey(browserCrypto.hash, line)).filter((key) => key !== undefined)
}

type Opened = Exhibit | { readonly kind: 'unreadable'; readonly name: string; readonly code: UnreadableCode }

/** A log's folder is one thing, every other file another. */
async function open(files: readonly ChosenFile[]): Promise<readonly Opened[]> {
  const paths = files.map(({ path }) => path)
  const prefix = logPrefix(paths)
  const isLog = prefix !== undefined && paths.some((path) => path.startsWith(`${prefix}tile/`))
  const own = isLog ? files.filter(({ path }) => path.startsWith(prefix)) : []
  const others = files.filter((one) => !own.includes(one))
  const singles = await Promise.all(others.map(openFile))
  return isLog ? [...singles, openFolder(own, prefix)] : singles
}

async function openFile({ path, file }: ChosenFile): Promise<Opened> {
  if (file.size > fileBytesMax) return { kind: 'unreadable', name: path, code: 'file-too-large' }
  return recognise(browserCrypto.hash, path, new Uint8Array(await file.arrayBuffer()))
}

function openFolder(files: readonly ChosenFile[], prefix: string): Opened {
  const byPath = new Map(files.map(({ path, file }) => [path, file]))
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const file = byPath.get(path)
    return file === undefined ? undefined : new Uint8Array(await file.arrayBuffer())
  }
  const name = prefix === '' ? 'log' : prefix.replace(/\/$/, '')
  return { kind: 'log', name, source: logOf(name, byPath.keys(), prefix, read) }
}
