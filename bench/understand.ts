import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { type Phrase, readPhrases } from '../src/chat/learn/read-phrases.ts'
import { seededRandom } from '../src/chat/learn/seeded-random.ts'
import { shareOf } from '../src/chat/learn/share.ts'
import { trainMachine } from '../src/chat/learn/train-machine.ts'
import { ourCosts } from '../src/chat/learn/train-model.ts'
import { loadClassifier } from '../src/chat/understand/classify.ts'
import { featuresOf } from '../src/chat/understand/features.ts'
import { spreadOf } from './measure/percentiles.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/** What the issue asks for, in milliseconds. */
const budgets = { classifyP99Ms: 2, loadMs: 100 } as const

const options = readOptions({
  about: 'The classifier: loading it, and classifying phrases; beside it nlp.js.',
  options: {
    calls: option.whole(20_000, 'phrases to classify', 1),
    'phrases-per-intent': option.whole(30, 'phrases of an intent that both learn beside each other', 1),
    'without-nlpjs': option.flag('leaves out nlp.js'),
  },
})

type Rival = {
  readonly addLanguage: (language: string) => void
  readonly addDocument: (language: string, text: string, intent: string) => void
  readonly train: () => Promise<void>
  readonly process: (language: string, text: string) => Promise<{ readonly intent: string }>
}

/**
 * Two promises of understanding, and how nlp.js fares beside it in the same run. Loading: from the file to a classifier, ten times, the
 * first of them cold. Classifying: the committed model over phrases in all five languages; pastes of 3,000 characters apart. Time is
 * the clock's; `cpuMs` is what the processor spent, which a busy machine changes less.
 * Beside nlp.js both learn the same few English phrases (nlp.js takes minutes for all of them) and are asked the same others.
 */
async function measure(): Promise<number> {
  const phrases = readPhrases(fileURLToPath(new URL('../src/chat/phrases', import.meta.url)))
  const load = withCpu(() => spreadOf(Array.from({ length: loads }, () => timed(loadClassifier).ms)))
  const classify = measureClassify(phrases, options.calls)
  const held = classify.microseconds.p99 <= budgets.classifyP99Ms * 1000 && load.value.max <= budgets.loadMs
  const beside = options['without-nlpjs'] ? 'not asked for' : await compare(phrases, options['phrases-per-intent'])
  const result = {
    bench: 'understand',
    load: { ms: load.value, cpuMs: rounded(load.cpuMs / loads) },
    classify,
    beside,
    budgets,
    held,
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return held ? 0 : 1
}

const loads = 10
const pasteCharacters = 3_000

function measureClassify(phrases: readonly Phrase[], calls: number) {
  const { classify } = loadClassifier()
  const random = seededRandom(2)
  const one = (): string => phrases[Math.floor(random() * phrases.length)]?.text ?? ''
  const paste = Array.from({ length: 200 }, one).join(' ').slice(0, pasteCharacters)
  const texts = Array.from({ length: calls }, one)
  for (const text of texts.slice(0, 2_000)) classify(text)
  const spread = withCpu(() => spreadOf(texts.map((text) => timed(() => classify(text)).ms * 1000)))
  const pastes = Array.from({ length: 200 }, () => timed(() => classify(paste)).ms * 1000)
  return { calls, microseconds: spread.value, cpuMs: spread.cpuMs / calls, pasteMicroseconds: spreadOf(pastes) }
}

function withCpu<Value>(run: () => Value): { readonly value: Value; readonly cpuMs: number } {
  const before = process.cpuUsage()
  const value = run()
  const { user, system } = process.cpuUsage(before)
  return { value, cpuMs: (user + system) / 1000 }
}

async function compare(phrases: readonly Phrase[], perIntent: number) {
  const english = phrases.filter(({ language }) => language === 'en')
  const random = seededRandom(3)
  const byChance = english
    .map((phrase) => ({ phrase, order: random() }))
    .sort((left, right) => left.order - right.order)
  const counts = new Map<string, number>()
  const learned: Phrase[] = []
  const asked: Phrase[] = []
  for (const { phrase } of byChance) {
    const count = counts.get(phrase.intent) ?? 0
    counts.set(phrase.intent, count + 1)
    if (count < perIntent) learned.push(phrase)
    else if (count < perIntent * 2) asked.push(phrase)
  }
  const ours = timed(() => ourMachine(learned))
  const oursAnswers = asked.map(({ text }) => timed(() => ours.value(text)))
  const rival = await startRival()
  for (const { text, intent } of learned) rival.addDocument('en', text, intent)
  const trainStart = performance.now()
  await rival.train()
  const rivalTrainMs = performance.now() - trainStart
  const rivalAnswers: { readonly value: string; readonly ms: number }[] = []
  for (const { text } of asked) {
    const start = performance.now()
    const { intent } = await rival.process('en', text)
    rivalAnswers.push({ value: intent === 'None' ? 'out_of_scope' : intent, ms: performance.now() - start })
  }
  const scored = (answers: readonly { readonly value: string; readonly ms: number }[], trainMs: number) => ({
    trainSeconds: rounded(trainMs / 1000),
    right: shareOf(answers.filter(({ value }, at) => value === asked[at]?.intent).length, answers.length),
    microseconds: spreadOf(answers.map(({ ms }) => ms * 1000)),
  })
  return {
    learned: learned.length,
    asked: asked.length,
    ours: scored(oursAnswers, ours.ms),
    nlpjs: { version: '4.27.0', ...scored(rivalAnswers, rivalTrainMs) },
  }
}

function ourMachine(learned: readonly Phrase[]): (text: string) => string {
  const intents = [...new Set(learned.map(({ intent }) => intent))].sort()
  const machine = trainMachine(
    {
      features: learned.map(({ text }) => featuresOf(text)),
      classes: Uint8Array.from(learned, ({ intent }) => intents.indexOf(intent)),
      classCount: intents.length,
      costs: ourCosts,
    },
    () => undefined,
  )
  return (text) => {
    const scores = machine.score(featuresOf(text))
    return intents[scores.indexOf(Math.max(...scores))] ?? ''
  }
}

/** nlp.js lives in a package of its own: it is not part of the product. */
async function startRival(): Promise<Rival> {
  const folder = fileURLToPath(new URL('../tools/language', import.meta.url))
  if (!existsSync(`${folder}/node_modules/@nlpjs/basic`)) {
    process.stderr.write('installing nlp.js into tools/language\n')
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      timeout: 300_000,
    })
  }
  const { dockStart } = createRequire(`${folder}/package.json`)('@nlpjs/basic') as {
    dockStart: (settings: object) => Promise<{ get: (name: 'nlp') => Rival }>
  }
  const dock = await dockStart({
    use: ['Basic'],
    settings: { nlp: { autoSave: false, forceNER: false, nlu: { log: false } } },
  })
  const rival = dock.get('nlp')
  rival.addLanguage('en')
  return rival
}

function timed<Value>(run: () => Value): { readonly value: Value; readonly ms: number } {
  const start = performance.now()
  const value = run()
  return { value, ms: performance.now() - start }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

process.exitCode = await measure()
