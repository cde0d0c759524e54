import { sha256 } from '@noble/hashes/sha2.js'
import { parseVerifierKey } from '../../src/kernel/index.ts'
import { filesOfDrop, filesOfInput } from './chosen-files.ts'
import { element, need } from './element.ts'
import { keepForOffline } from './keep-for-offline.ts'
import { showVerdict } from './show-verdict.ts'
import { createSpeech } from './speak.ts'
import { ownScript } from './trusted-url.ts'
import type { CheckAnswer, CheckRequest, ChosenFile } from './worker-messages.ts'

const page = need('[data-verify]', HTMLElement)
const parts = {
  form: need('form', HTMLFormElement),
  files: need('[data-files]', HTMLInputElement),
  folder: need('[data-folder]', HTMLInputElement),
  keys: need('textarea', HTMLTextAreaElement),
  chosen: need('[data-chosen]', HTMLElement),
  clear: need('[data-clear]', HTMLButtonElement),
  again: need('[data-again]', HTMLButtonElement),
  status: need('[data-status]', HTMLElement),
  progress: need('progress', HTMLProgressElement),
  count: need('[data-count]', HTMLElement),
  result: need('[data-result]', HTMLElement),
}
const speech = createSpeech(document.documentElement.lang, new Map(Object.entries(readJson(page.dataset['words']))))
const known = Object.values(readJson(page.dataset['known']))

/** Skeletons and bars are for what takes longer than this. */
const quickMs = 300
/** Names of files that are listed; of a folder with more, their number says enough. */
const namesMax = 5

let chosen: readonly ChosenFile[] = []
let running: { end(): void } | undefined

parts.files.addEventListener('change', () => choose(filesOfInput(parts.files)))
parts.folder.addEventListener('change', () => choose(filesOfInput(parts.folder)))
for (const input of [parts.files, parts.folder]) {
  // A file that was changed meanwhile can be chosen again: browsers tell of a choice only when it is another one.
  input.addEventListener('click', () => (input.value = ''))
}
parts.form.addEventListener('submit', (event) => {
  event.preventDefault()
  check()
})
parts.clear.addEventListener('click', clear)
document.addEventListener('dragover', (event) => {
  event.preventDefault()
  page.classList.add('dropping')
})
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) page.classList.remove('dropping')
})
document.addEventListener('drop', (event) => {
  event.preventDefault()
  page.classList.remove('dropping')
  if (event.dataTransfer !== null) void filesOfDrop(event.dataTransfer).then(choose, fail)
})
page.hidden = false
void keepForOffline(page.dataset['offline'] ?? '', page.dataset['worker'] ?? '').then((isKept) => {
  page.dataset['kept'] = String(isKept)
})

function choose(files: readonly ChosenFile[]): void {
  if (files.length === 0) return
  const paths = new Set(files.map(({ path }) => path))
  chosen = [...chosen.filter(({ path }) => !paths.has(path)), ...files]
  showChosen()
  check()
}

function showChosen(): void {
  const names = chosen.slice(0, namesMax).map(({ path }) => element('li', {}, path))
  const rest = chosen.length - names.length
  if (rest > 0) names.push(element('li', {}, speech.say('list.more', { count: rest })))
  parts.chosen.replaceChildren(...names)
  parts.chosen.hidden = chosen.length === 0
  parts.clear.hidden = chosen.length === 0
  parts.again.hidden = chosen.length === 0
}

function clear(): void {
  running?.end()
  delete parts.result.dataset['verdict']
  chosen = []
  parts.form.reset()
  showChosen()
  parts.result.replaceChildren()
  parts.status.textContent = speech.say('verify.empty')
  parts.files.focus()
}

function check(): void {
  running?.end()
  const lines = parts.keys.value.split('\n')
  const wrong = lines.findIndex((line) => line.trim() !== '' && parseVerifierKey(sha256, line.trim()) === undefined) // prettier-ignore
  parts.keys.setAttribute('aria-invalid', String(wrong >= 0))
  if (wrong >= 0) return tell('failed', speech.say('verify.badKey', { line: wrong + 1 }))
  running = start({ files: chosen, given: lines.map((line) => line.trim()).filter((line) => line !== ''), known })
}

function start(request: CheckRequest): { end(): void } {
  delete parts.result.dataset['verdict']
  const worker = new Worker(ownScript(page.dataset['worker'] ?? ''))
  const slow = setTimeout(() => {
    tell('checking', speech.say('verify.checking'))
    parts.progress.hidden = false
  }, quickMs)
  const end = (): void => {
    clearTimeout(slow)
    worker.terminate()
    parts.progress.hidden = true
    parts.count.textContent = ''
  }
  worker.addEventListener('message', ({ data }: MessageEvent<CheckAnswer>) => {
    if (data.kind === 'progress') return showProgress(data.done, data.total)
    end()
    const shown = showVerdict(speech, data.verdict)
    const [first, ...rest] = [...shown.children]
    parts.result.dataset['verdict'] = data.verdict.kind
    // The sentence goes into the live region, what it rests on beside it: nobody has to listen to all of it.
    parts.status.replaceChildren(...(first === undefined ? [] : [first]))
    parts.status.classList.remove('failed')
    parts.result.replaceChildren(...rest)
    parts.status.scrollIntoView({ block: 'nearest' })
  })
  worker.addEventListener('error', (event) => {
    event.preventDefault()
    end()
    fail()
  })
  worker.postMessage(request)
  return { end }
}

function showProgress(done: number, total: number): void {
  parts.progress.max = total
  parts.progress.value = done
  parts.count.textContent = speech.say('verify.progress', { done, total })
}

function fail(): void {
  tell('failed', speech.say('verify.failed'))
}

function tell(kind: 'checking' | 'failed', text: string): void {
  delete parts.result.dataset['verdict']
  parts.result.replaceChildren()
  parts.status.classList.toggle('failed', kind === 'failed')
  parts.status.replaceChildren(element('p', {}, text))
}

function readJson(text: string | undefined): Readonly<Record<string, string>> {
  const value: unknown = JSON.parse(text ?? '{}')
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
