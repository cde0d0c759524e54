import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createClassifier, modelFile } from '../understand/classify.ts'
import { readModel, splitModel } from '../understand/model.ts'
import { checkLearner } from './check-learner.ts'
import { embedSentences } from './embed-sentences.ts'
import { curvePoint } from './learning-curve.ts'
import { type PublicSets, readPublicSets } from './public-sets.ts'
import { readPhrases } from './read-phrases.ts'
import { readExam, scoreExam } from './score-exam.ts'
import { type Guess, bare, scorePublicSets } from './score-public-sets.ts'
import { tableOf } from './table-of-scores.ts'
import type { Progress } from './train-machine.ts'

/** Shares of the phrases that the learning curve shows; the last is the model itself. */
const curvePercents = [10, 25, 50, 75, 100]
/** Tenths of BANKING77 that are held out in turn: 3,000 messages, ± 1 per cent. */
const banking77Tenths = 3

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    quick: { type: 'boolean', default: false },
    embeddings: { type: 'boolean', default: false },
  },
})
const folder = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const progressOf =
  (what: string): Progress =>
  (done, total) => {
    if (done % 20 === 0) say(`${what}: ${done} of ${total} machines`)
  }

const bytes = readFileSync(modelFile)
const { header } = splitModel(bytes)
const { classify } = createClassifier(readModel(bytes))
const guess: Guess = (text) => {
  const { best, outOfScope } = classify(text)
  return outOfScope ? 'out_of_scope' : best.intent
}
const phrases = readPhrases(folder('../phrases'))
const known = new Set(phrases.map(({ text }) => bare(text)))
const sets = publicSets()
const exam = folder('../../../test/language/messages')

const result = {
  model: {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    phrases: phrases.length,
    lead: header.lead,
  },
  publicSets: sets === undefined ? 'absent' : scorePublicSets(sets, known, guess),
  curve: sets === undefined || values.quick ? 'not measured' : curve(sets),
  learner: sets === undefined || values.quick ? 'not measured' : await learner(sets),
  exam: existsSync(exam) ? scoreExam(readExam(exam), known, guess) : 'absent',
}
say(tableOf(result))
process.stdout.write(`${JSON.stringify(result)}\n`)

function publicSets(): PublicSets | undefined {
  const data = values.data ?? ''
  if (existsSync(join(data, 'language', 'intent-map.json'))) return readPublicSets(data)
  say(
    `There are no public sets at "${data}": PARLEY_DATA names the folder that has language/ in it. Only the exam is scored.`,
  )
  return undefined
}

function curve(ofSets: PublicSets) {
  return curvePercents.map((percent) =>
    curvePoint({ phrases, percent, lead: header.lead, sets: ofSets, known }, progressOf(`curve ${percent} %`)),
  )
}

async function learner(ofSets: PublicSets) {
  const messages = ofSets.banking77
  const asked = { messages, partsHeldOut: banking77Tenths }
  return {
    banking77: checkLearner(asked, progressOf('learner on BANKING77')),
    banking77WithSentences: values.embeddings ? await withSentences(asked) : 'not measured',
  }
}

async function withSentences(asked: { readonly messages: PublicSets['banking77']; readonly partsHeldOut: number }) {
  const texts = asked.messages.map(({ text }) => text)
  const sentences = await embedSentences(texts, (done, total) => {
    if (done % 640 === 0) say(`embedded ${done} of ${total} sentences`)
  })
  if (sentences === undefined) return 'no encoder: npm ci --ignore-scripts in tools/language installs it'
  return checkLearner({ ...asked, sentences }, progressOf('learner with sentences'))
}
